package io.reprise.gateway.access.token;

import io.reprise.config.key.TokenKey;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Verifies the signature of a token with one of several keys. For one event loop. */
final class Signatures {
    /** Keys that are remembered as they are needed for verifying; more than any provider has in use. */
    private static final int KEPT_MAX = 256;

    /** A token is tried with at most so many keys: it may name none, or several may share a name. */
    private static final int KEYS_TRIED_MAX = 8;

    private final Map<Use, JWTAuth> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Use, JWTAuth> eldest) {
            return size() > KEPT_MAX;
        }
    };

    private record Use(TokenKey key, String algorithm) {}

    /** @param keys that suit the token's header */
    boolean isSignedBy(List<TokenKey> keys, SignedToken token) {
        return keys.stream().limit(KEYS_TRIED_MAX).anyMatch(key -> isSignedBy(key, token));
    }

    private boolean isSignedBy(TokenKey key, SignedToken token) {
        String algorithm = token.head().algorithm();
        if (!KeyFit.fits(key, algorithm)) return false;
        // The library fills up what is too short, and takes a signature by an elliptic curve in a second form too.
        if (token.signatureBytes() != KeyFit.signatureBytes(key, algorithm)) return false;
        try {
            JWTAuth auth = kept.computeIfAbsent(new Use(key, algorithm), use -> KeyAuth.of(key, algorithm));
            // Completed at once: it only computes.
            return auth.authenticate(new TokenCredentials(token.text())).succeeded();
        } catch (RuntimeException e) {
            return false; // It throws at much of what it does not expect.
        }
    }
}
