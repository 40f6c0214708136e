package io.reprise.agent.title;

import io.reprise.support.Texts;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Cleans titles for display: one short line of plain text. */
final class TitleText {
    /** Longest title. The list of chats shows no more. */
    static final int CHARS_MAX = 80;

    private static final int WORDS_CHARS = 60;

    /** Only this much of an answer is read, whatever markup it contains. */
    private static final int READ_BYTES_MAX = 2_000;

    private static final String QUOTES = "\"'`“”„‟‘’‚«»‹›「」";
    private static final Pattern LABEL = Pattern.compile(
            "^(?:(?:sure|okay|ok|certainly|of course)[!,.:]?\\s+)?(?:here(?:['’]s| is)\\s+)?(?:(?:a|the|your|my)\\s+)?"
                    + "(?:(?:suggested|possible|short|chat|conversation)\\s+)?(?:title|titel|titre|t[ií]tulo)"
                    + "(?:\\s*[:：]\\s*|\\s+[-–—]\\s+)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\u200D]]+");
    private static final Pattern SENTENCE = Pattern.compile("(?<=[^.\\s]{2}[.!?])\\s");
    private static final Pattern LINES = Pattern.compile("\\R");

    private TitleText() {}

    /** Cleans a title that a model wrote; empty if nothing remains. */
    static String ofModel(String written) {
        String said = TitleMarkup.withoutTags(TitleMarkup.member(beginning(Thoughts.without(written))));
        List<String> lines = lines(said, TitleText::unlabelled);
        // Skips an introduction such as "Here is a title for it:".
        String line = lines.stream()
                .filter(one -> !one.endsWith(":"))
                .findFirst()
                .orElse(lines.isEmpty() ? "" : lines.getFirst());
        if (line.endsWith(".") && !line.endsWith(".."))
            line = line.substring(0, line.length() - 1).strip();
        return shortened(line, CHARS_MAX);
    }

    /** The beginning of a user's message, without the slash of a command; empty if it contains no words. */
    static String ofQuestion(String asked) {
        List<String> lines = lines(beginning(asked.strip()).replaceFirst("^/", ""), TitleText::bare);
        String line = lines.isEmpty() ? "" : lines.getFirst();
        if (line.length() > WORDS_CHARS) line = SENTENCE.split(line, 2)[0];
        return capitalised(shortened(line, WORDS_CHARS));
    }

    private static String beginning(String text) {
        return Texts.cutToBytes(text, READ_BYTES_MAX);
    }

    /** The lines that are not empty after cleaning. */
    private static List<String> lines(String text, UnaryOperator<String> freed) {
        return LINES.splitAsStream(TitleMarkup.withoutFences(text))
                .map(line -> freed.apply(BLANKS.matcher(line).replaceAll(" ").strip()))
                .map(Texts::wellFormed)
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static String unlabelled(String line) {
        String before;
        String left = line;
        do {
            before = left;
            left = LABEL.matcher(bare(left)).replaceFirst("").strip();
        } while (!left.equals(before));
        return left;
    }

    private static String bare(String line) {
        String text = TitleMarkup.plain(line);
        while (text.length() > 1 && isQuote(text.charAt(0)) && isQuote(text.charAt(text.length() - 1))) {
            text = text.substring(1, text.length() - 1).strip();
        }
        return text;
    }

    private static boolean isQuote(char c) {
        return QUOTES.indexOf(c) >= 0;
    }

    /** Shortens at the end of a word if one is near the limit. */
    private static String shortened(String text, int charsMax) {
        if (text.length() <= charsMax) return text;
        int end = charsMax - 1;
        int space = text.lastIndexOf(' ', end);
        if (space > charsMax / 2) end = space;
        else if (Character.isLowSurrogate(text.charAt(end))) end--;
        return text.substring(0, end).stripTrailing() + "…";
    }

    private static String capitalised(String text) {
        if (text.isEmpty()) return text;
        int first = text.codePointAt(0);
        String rest = text.substring(Character.charCount(first));
        return new String(Character.toChars(first)).toUpperCase(Locale.ROOT) + rest;
    }
}
