package io.reprise.agent.middleware;

import io.reprise.agent.middleware.TextRule.Match;
import java.util.List;

/**
 * The end of a text that arrives in pieces: it is held back until enough follows, so that a match over two pieces is found.
 * A match that is longer than what is held back is found as far as its rule matches its beginning.
 */
final class HeldText {
    /** How much of what was let go is kept for rules that look back. */
    private static final int SEEN_CHARACTERS = 64;

    private final TextRule rule;
    private final int holdBack;
    private final StringBuilder text = new StringBuilder();
    private int seen;

    /** @param holdBack characters at the end */
    HeldText(TextRule rule, int holdBack) {
        this.rule = rule;
        this.holdBack = holdBack;
    }

    /** Adds a piece and returns what can be let go. */
    String add(String piece) {
        text.append(piece);
        return text.length() - seen > holdBack ? released(text.length() - holdBack) : "";
    }

    /** Lets everything go. */
    String end() {
        String rest = released(text.length());
        text.setLength(0);
        seen = 0;
        return rest;
    }

    private String released(int wanted) {
        List<Match> matches = rule.matches(text, seen);
        int to = wanted;
        for (Match match : matches) {
            if (match.start() < wanted && match.end() > wanted) to = match.start();
        }
        String released = TextRule.replaced(text, seen, to, matches);
        int kept = Math.min(to, SEEN_CHARACTERS);
        text.delete(0, to - kept);
        seen = kept;
        return released;
    }
}
