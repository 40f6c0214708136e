package io.reprise.agent.middleware;

import java.util.List;

/** Finds what a text must not contain as it is, and says what stands there instead. Thread-safe. */
@FunctionalInterface
public interface TextRule {
    /**
     * The matches in order, none of which overlaps another one.
     *
     * @param from where they begin at the earliest; what is before was seen already and is only looked at
     */
    List<Match> matches(CharSequence text, int from);

    /** @param end after the last character */
    record Match(int start, int end, String replacement) {}

    default boolean finds(String text) {
        return !matches(text, 0).isEmpty();
    }

    /** The text with every match replaced. */
    default String replaced(String text) {
        return replaced(text, 0, text.length(), matches(text, 0));
    }

    /** A part of a text in which the matches that lie inside are replaced. */
    static String replaced(CharSequence text, int from, int to, List<Match> matches) {
        StringBuilder result = new StringBuilder(to - from);
        int done = from;
        for (Match match : matches) {
            if (match.end() > to) break;
            result.append(text, done, match.start()).append(match.replacement());
            done = match.end();
        }
        return result.append(text, done, to).toString();
    }
}
