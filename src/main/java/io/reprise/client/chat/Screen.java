package io.reprise.client.chat;

import java.io.PrintStream;

/** What a person reads. Texts of agents and tools cannot control the terminal. */
final class Screen {
    private static final int NOTE_CHARS_MAX = 200;

    private final PrintStream out;
    private final PrintStream err;
    private boolean midLine;

    Screen(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** A piece of a text, which may end within a line. */
    void write(String text) {
        String clean = clean(text);
        if (clean.isEmpty()) return;
        out.print(clean);
        out.flush();
        midLine = !clean.endsWith("\n");
    }

    /** The next text begins with a new line. */
    void freshLine() {
        if (midLine) write("\n");
    }

    /** One line about something, in brackets, cut if it is long. */
    void note(String text) {
        freshLine();
        write("[" + line(text) + "]\n");
    }

    void error(String text) {
        freshLine();
        err.println("chat: " + clean(text));
        err.flush();
    }

    static String line(String text) {
        String one = clean(text).replaceAll("\\s+", " ").strip();
        return one.length() <= NOTE_CHARS_MAX ? one : one.substring(0, NOTE_CHARS_MAX - 1) + "…";
    }

    /** Without control characters, which could change the terminal or hide text, but for tabs and ends of lines. */
    static String clean(String text) {
        return text.replaceAll("[\\p{Cc}&&[^\n\t]]", "").replaceAll("[\u202A-\u202E\u2066-\u2069]", "");
    }
}
