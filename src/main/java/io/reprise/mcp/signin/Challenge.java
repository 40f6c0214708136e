package io.reprise.mcp.signin;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server demands in its header {@code WWW-Authenticate}, RFC 6750 and RFC 9728. It is data of others.
 *
 * @param metadata address of the protected resource's metadata; empty if it is not given
 * @param scope scopes with blanks between them; empty if none are given
 * @param error such as {@code insufficient_scope}; empty if it is not given
 */
public record Challenge(String metadata, String scope, String error) {
    /** Nothing is known. */
    public static final Challenge NONE = new Challenge("", "", "");

    private static final int CHARS_MAX = 8_192;
    private static final Pattern PARAMETER =
            Pattern.compile("([A-Za-z_-]{1,40})\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

    /** @param header empty for none */
    public static Challenge of(String header) {
        if (header.isEmpty() || header.length() > CHARS_MAX) return NONE;
        int bearer = header.toLowerCase(Locale.ROOT).indexOf("bearer");
        if (bearer < 0) return NONE;
        Map<String, String> found = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(header.substring(bearer + "bearer".length()));
        while (matcher.find()) {
            String quoted = matcher.group(2);
            String value = quoted == null ? matcher.group(3) : quoted.replaceAll("\\\\(.)", "$1");
            found.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value);
        }
        return new Challenge(
                found.getOrDefault("resource_metadata", ""),
                Scopes.clean(found.getOrDefault("scope", "")),
                found.getOrDefault("error", ""));
    }

    /** Whether the token is good, but may not do this. */
    public boolean wantsMore() {
        return error.equals("insufficient_scope");
    }
}
