package io.reprise.gateway.access.token;

import java.util.Map;
import java.util.Optional;

/**
 * The relevant members of a token's header. Keys and key URLs in the header ({@code jwk}, {@code jku}, {@code x5c},
 * {@code x5u}) are ignored.
 *
 * @param algorithm possibly unknown
 * @param keyId {@code kid}, or null
 * @param critical whether it names extensions that must be understood ({@code crit}); none are supported
 */
record TokenHead(String algorithm, String keyId, boolean critical) {
    /** Empty if a member has a wrong type. */
    static Optional<TokenHead> of(Map<String, Object> header) {
        Object keyId = header.get("kid");
        if (!(header.get("alg") instanceof String algorithm) || keyId != null && !(keyId instanceof String)) {
            return Optional.empty();
        }
        return Optional.of(new TokenHead(algorithm, (String) keyId, header.containsKey("crit")));
    }
}
