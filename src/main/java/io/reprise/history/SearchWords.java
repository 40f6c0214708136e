package io.reprise.history;

import io.reprise.support.Texts;
import java.util.List;
import java.util.stream.Stream;

/**
 * Search words: parts of text that must all occur, in any order and in any case.
 *
 * @param words folded, at least one
 */
public record SearchWords(List<String> words) {
    private static final int WORDS_MAX = 8;
    private static final int BEFORE_CHARS = 60;
    private static final int SNIPPET_CHARS = 200;

    public SearchWords {
        words = List.copyOf(words);
        if (words.isEmpty()) throw new IllegalArgumentException("no words");
    }

    /** The words of a query, at most the first eight; null if it contains none. */
    public static SearchWords of(String query) {
        List<String> words = query == null
                ? List.of()
                : Stream.of(Texts.folded(query).split("[\\s\\p{Z}]+"))
                        .filter(word -> !word.isEmpty())
                        .distinct()
                        .limit(WORDS_MAX)
                        .toList();
        return words.isEmpty() ? null : new SearchWords(words);
    }

    /** The part of a text around the first match of one of the words; its beginning if there is no match. */
    public String snippet(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        String folded = Texts.folded(line);
        int place = words.stream()
                .mapToInt(folded::indexOf)
                .filter(at -> at >= 0)
                .min()
                .orElse(0);
        // Folding rarely changes the length of a text. If it does, the snippet is slightly shifted.
        int begin = boundary(line, Math.min(place, line.length()) - BEFORE_CHARS);
        int end = Math.min(line.length(), begin + SNIPPET_CHARS);
        if (end < line.length() && Character.isHighSurrogate(line.charAt(end - 1))) end--;
        return (begin > 0 ? "…" : "") + line.substring(begin, end) + (end < line.length() ? "…" : "");
    }

    /** The beginning of the next word, if it is near. */
    private static int boundary(String line, int at) {
        if (at <= 0) return 0;
        int space = line.indexOf(' ', at);
        if (space >= 0 && space - at < BEFORE_CHARS / 2) return space + 1;
        return Character.isLowSurrogate(line.charAt(at)) ? at + 1 : at;
    }
}
