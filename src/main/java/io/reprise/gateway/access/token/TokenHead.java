package io.reprise.gateway.access.token;

import java.util.Map;
import java.util.Optional;

/**
 * The relevant members of a token's header. Keys and key URLs in the header ({@code jwk}, {@code jku}, {@code x5c},
 * {@code x5u}) are ignored.
 *
 * @param algorithm one of those that are known here, or any other text
 * @param keyId {@code kid}, or null
 * @param critical whether it names extensions that must be understood ({@code crit}); none is here
 */
record TokenHead(String algorithm, String keyId, boolean critical) {
    /** Nothing when a member is of a wrong type. */
    static Optional<TokenHead> of(Map<String, Object> header) {
        Object keyId = header.get("kid");
        if (!(header.get("alg") instanceof String algorithm) || keyId != null && !(keyId instanceof String)) {
            return Optional.empty();
        }
        return Optional.of(new TokenHead(algorithm, (String) keyId, header.containsKey("crit")));
    }
}
