package io.reprise.config.read;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a text may be. The reader checks it, and the JSON Schema of the key tells it, so that both say the same.
 *
 * @param pattern the whole text must match it, in what Java and ECMAScript understand alike; null for any text
 * @param charactersMax most characters, counted as JSON Schema does: code points; null for no limit
 * @param also what no schema can tell; null for nothing
 */
public record TextForm(Pattern pattern, Integer charactersMax, Predicate<String> also) implements Predicate<String> {
    /** @param pattern of the whole text */
    public static TextForm of(String pattern) {
        return new TextForm(Pattern.compile(pattern), null, null);
    }

    /** Any text of at most so many characters. */
    public static TextForm upTo(int charactersMax) {
        return new TextForm(null, charactersMax, null);
    }

    /** Any text of at most so many characters that is not blank. */
    public static TextForm notBlank(int charactersMax) {
        return new TextForm(Pattern.compile("[\\s\\S]*\\S[\\s\\S]*"), charactersMax, null);
    }

    /** This or an empty text. */
    public TextForm orEmpty() {
        return new TextForm(Pattern.compile("(?:" + pattern.pattern() + ")?"), charactersMax, also);
    }

    /** This with another rule. */
    public TextForm also(Predicate<String> rule) {
        return new TextForm(pattern, charactersMax, rule);
    }

    /** Whether a schema tells all of it. */
    public boolean isWhole() {
        return also == null;
    }

    /** Whether it is short enough. */
    public boolean isShort(String text) {
        return charactersMax == null || text.codePointCount(0, text.length()) <= charactersMax;
    }

    @Override
    public boolean test(String text) {
        return isShort(text)
                && (pattern == null || pattern.matcher(text).matches())
                && (also == null || also.test(text));
    }
}
