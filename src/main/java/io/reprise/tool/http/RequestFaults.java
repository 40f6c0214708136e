package io.reprise.tool.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is wrong with the fixed part of an address. */
final class RequestFaults {
    /** Characters of RFC 3986 that a segment may have, and percent-encoded ones. */
    private static final Pattern SEGMENT = Pattern.compile("([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*");

    private RequestFaults() {}

    /** @param origin such as {@code https://example.org:8443} */
    static Optional<String> ofOrigin(String origin) {
        try {
            URI url = new URI(origin);
            if (url.getRawUserInfo() != null) return Optional.of("must not contain a user name");
            if (url.getHost() == null) return Optional.of("has no host that can be called");
            return Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.of("is no address that can be called");
        }
    }

    static boolean isPathText(String text) {
        return SEGMENT.matcher(text).matches();
    }
}
