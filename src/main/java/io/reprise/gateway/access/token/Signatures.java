package io.reprise.gateway.access.token;

import io.reprise.config.key.TokenKey;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Verifies the signature of a token with one of several keys. For one event loop. */
final class Signatures {
    /** Most verifiers of keys that are cached; more than any provider uses. */
    private static final int KEPT_MAX = 256;

    /** Most keys that are tried for a token: it may name no key, or several keys may have the same name. */
    private static final int KEYS_TRIED_MAX = 8;

    private final Map<Use, JWTAuth> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Use, JWTAuth> eldest) {
            return size() > KEPT_MAX;
        }
    };

    private record Use(TokenKey key, String algorithm) {}

    /** @param keys keys for the token's header */
    boolean isSignedBy(List<TokenKey> keys, SignedToken token) {
        return keys.stream().limit(KEYS_TRIED_MAX).anyMatch(key -> isSignedBy(key, token));
    }

    private boolean isSignedBy(TokenKey key, SignedToken token) {
        String algorithm = token.head().algorithm();
        if (!KeyFit.fits(key, algorithm)) return false;
        // The library pads short signatures, and accepts a second form of elliptic curve signatures.
        if (token.signatureBytes() != KeyFit.signatureBytes(key, algorithm)) return false;
        try {
            JWTAuth auth = kept.computeIfAbsent(new Use(key, algorithm), use -> KeyAuth.of(key, algorithm));
            // The future is complete, because the verification only computes.
            return auth.authenticate(new TokenCredentials(token.text())).succeeded();
        } catch (RuntimeException e) {
            return false; // The library throws on unexpected tokens.
        }
    }
}
