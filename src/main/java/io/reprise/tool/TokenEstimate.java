package io.reprise.tool;

/** About how many tokens texts are for a model. */
public final class TokenEstimate {
    /** Characters of English or JSON in one token, about. */
    private static final int TOKEN_CHARS = 4;

    private TokenEstimate() {}

    public static int of(String... texts) {
        int chars = 0;
        for (String text : texts) chars += text.length();
        return chars / TOKEN_CHARS;
    }
}
