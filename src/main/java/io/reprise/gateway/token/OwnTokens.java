package io.reprise.gateway.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.reprise.support.WallClock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;

/** Makes the server's own tokens: HS256, issuer {@code reprise}; {@code sub}, {@code roles}, {@code iat}, {@code exp}. */
public final class OwnTokens {
    /** Those that exist. */
    public static final Set<String> ROLES = RoleClaims.ROLES;

    static final String ISSUER = "reprise";

    private final MACSigner signer;
    private final WallClock time;

    /** @param secret at least 32 bytes */
    public OwnTokens(byte[] secret, WallClock time) {
        try {
            this.signer = new MACSigner(secret);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the secret is too short", e);
        }
        this.time = time;
    }

    /** @param expiresAtMs counted in whole seconds */
    public String issue(String user, List<String> roles, long expiresAtMs) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject(user)
                .claim("roles", roles)
                .issueTime(date(time.nowMs()))
                .expirationTime(date(expiresAtMs))
                .build();
        SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("a token cannot be signed", e);
        }
        return jwt.serialize();
    }

    private static Date date(long ms) {
        return Date.from(Instant.ofEpochMilli(ms));
    }
}
