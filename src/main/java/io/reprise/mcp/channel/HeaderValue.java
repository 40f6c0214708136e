package io.reprise.mcp.channel;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Values of headers that repeat parts of a message: plain where that is possible, else in a form of Base64. */
public final class HeaderValue {
    private static final String BEGIN = "=?base64?";
    private static final String END = "?=";

    private HeaderValue() {}

    public static String of(String text) {
        boolean plain = text.chars().allMatch(c -> c >= 0x20 && c <= 0x7e || c == '\t')
                && text.equals(text.strip())
                && !(text.startsWith(BEGIN) && text.endsWith(END));
        if (plain) return text;
        return BEGIN + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + END;
    }
}
