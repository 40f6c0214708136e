package io.reprise.agent.middleware.guard;

import io.reprise.agent.middleware.TextRule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what a pattern matches.
 *
 * @param check says where a match really ends
 * @param replacement of what was found
 */
record PatternRule(Pattern pattern, Check check, UnaryOperator<String> replacement) implements TextRule {
    /** Looks at what a pattern has matched. */
    @FunctionalInterface
    interface Check {
        Check NONE = String::length;

        /** How many characters of it are a match; 0 if it is none. */
        int length(String matched);
    }

    @Override
    public List<Match> matches(CharSequence text, int from) {
        Matcher matcher = pattern.matcher(new BoundedText(text));
        matcher.region(from, text.length()).useTransparentBounds(true).useAnchoringBounds(false);
        List<Match> found = new ArrayList<>();
        while (matcher.find()) {
            if (matcher.end() == matcher.start()) continue;
            String matched = text.subSequence(matcher.start(), matcher.end()).toString();
            int length = check.length(matched);
            if (length == 0) continue;
            int end = matcher.start() + length;
            found.add(new Match(matcher.start(), end, replacement.apply(matched.substring(0, length))));
        }
        return found;
    }
}
