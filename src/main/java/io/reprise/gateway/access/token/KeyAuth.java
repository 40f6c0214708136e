package io.reprise.gateway.access.token;

import io.reprise.config.key.TokenKey;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.LinkedHashMap;

/**
 * Creates a {@link JWTAuth} for exactly one key and one algorithm. With several keys the library would confuse them:
 * of two keys with the same {@code kid} it keeps the last, it uses a key without {@code alg} for RS256 or ES256 only,
 * and a key that fails to verify prevents it from trying the next.
 */
final class KeyAuth {
    /** An unsigned token with empty header and claims, which an instance without keys would accept. */
    private static final TokenCredentials UNSIGNED = new TokenCredentials("e30.e30");

    private KeyAuth() {}

    /**
     * Ignores the times in a token.
     *
     * @throws RuntimeException if the library cannot use the key
     */
    static JWTAuth of(TokenKey key, String algorithm) {
        JsonObject jwk = new JsonObject(new LinkedHashMap<>(key.members())).put("alg", algorithm);
        JWTAuthOptions options = new JWTAuthOptions()
                .addJwk(jwk)
                .setJWTOptions(new JWTOptions().setAlgorithm(algorithm).setIgnoreExpiration(true));
        // Vert.x itself is only needed to read key files.
        JWTAuth auth = JWTAuth.create(null, options);
        // The library only logs that it cannot use a key, and without keys it accepts unsigned tokens.
        if (auth.authenticate(UNSIGNED).succeeded()) throw new IllegalStateException("the key is not understood");
        return auth;
    }
}
