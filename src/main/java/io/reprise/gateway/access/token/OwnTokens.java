package io.reprise.gateway.access.token;

import io.reprise.config.key.TokenKey;
import io.reprise.support.WallClock;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.util.List;
import java.util.Set;

/** Makes the server's own tokens: HS256, issuer {@code reprise}; {@code sub}, {@code roles}, {@code iat}, {@code exp}. */
public final class OwnTokens {
    /** Those that exist. */
    public static final Set<String> ROLES = RoleClaims.ROLES;

    static final String ISSUER = "reprise";
    static final String ALGORITHM = "HS256";

    private final JWTAuth signer;
    private final WallClock time;

    /** @param secret at least 32 bytes */
    public OwnTokens(byte[] secret, WallClock time) {
        TokenKey key = TokenKey.ofSecret(secret);
        if (!KeyFit.fits(key, ALGORITHM)) throw new IllegalArgumentException("the secret is too short");
        this.signer = KeyAuth.of(key, ALGORITHM);
        this.time = time;
    }

    /** @param expiresAtMs counted in whole seconds */
    public String issue(String user, List<String> roles, long expiresAtMs) {
        JsonObject claims = new JsonObject()
                .put("iss", ISSUER)
                .put("sub", user)
                .put("roles", new JsonArray(roles))
                .put("iat", time.nowMs() / 1000)
                .put("exp", expiresAtMs / 1000);
        return signer.generateToken(
                claims, new JWTOptions().setAlgorithm(ALGORITHM).setNoTimestamp(true));
    }
}
