package io.reprise.agent;

import io.reprise.support.Texts;
import java.util.Locale;
import java.util.regex.Pattern;

/** Titles as they are shown: one line without decoration, not long. */
final class TitleText {
    /** The same as in a person's list of chats: what is longer is not read. */
    static final int CHARS_MAX = 80;

    private static final int WORDS_CHARS = 60;
    private static final String QUOTES = "\"'`“”„‟‘’‚«»‹›「」";
    private static final Pattern LABEL =
            Pattern.compile("^(title|titel|titre|t[ií]tulo)\\s*[:：-]\\s*", Pattern.CASE_INSENSITIVE);
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\u200D]]+");
    private static final Pattern DECORATION = Pattern.compile("^[#>*_~\\-+`\\s]+|[*_~`\\s]+$");
    private static final Pattern SENTENCE = Pattern.compile("(?<=[^.\\s]{2}[.!?])\\s");
    private static final Pattern LATER_LINES = Pattern.compile("\\R[\\s\\S]*");

    private TitleText() {}

    /** What a model wrote as a title; empty when nothing of it is left. */
    static String ofModel(String written) {
        String line = BLANKS.matcher(LATER_LINES.matcher(written.strip()).replaceFirst(""))
                .replaceAll(" ");
        String before;
        do {
            before = line;
            line = LABEL.matcher(bare(line)).replaceFirst("").strip();
        } while (!line.equals(before));
        if (line.endsWith(".") && !line.endsWith(".."))
            line = line.substring(0, line.length() - 1).strip();
        return shortened(Texts.wellFormed(line), CHARS_MAX);
    }

    /** The beginning of what was asked, without the slash of a command; empty when there are no words. */
    static String ofQuestion(String asked) {
        String first = LATER_LINES.matcher(asked.strip()).replaceFirst("");
        String line = bare(BLANKS.matcher(first).replaceAll(" ").replaceFirst("^\\s*/", ""));
        if (line.length() > WORDS_CHARS) line = SENTENCE.split(line, 2)[0];
        return capitalised(shortened(Texts.wellFormed(line), WORDS_CHARS));
    }

    private static String bare(String line) {
        String text = DECORATION.matcher(line).replaceAll("").strip();
        while (text.length() > 1 && isQuote(text.charAt(0)) && isQuote(text.charAt(text.length() - 1))) {
            text = text.substring(1, text.length() - 1).strip();
        }
        return text;
    }

    private static boolean isQuote(char c) {
        return QUOTES.indexOf(c) >= 0;
    }

    /** At the end of a word where there is one not too far before. */
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
