package io.reprise.gateway;

import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.Texts;
import io.reprise.support.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.List;
import java.util.Set;

/** Checks and, for the dev mode, issues tokens: JWT, HS256, issuer {@code reprise}; {@code sub}, {@code roles}, {@code exp}. */
final class Authenticator {
    static final String ISSUER = "reprise";
    static final Set<String> ROLES = Set.of("user", "staff", "admin");

    private static final String ALGORITHM = "HS256";
    private static final int USER_CHARS_MAX = 255;
    private static final Authentication BAD = new Authentication.Refused(ErrorCode.UNAUTHORIZED);

    private final JWTAuth jwt;
    private final TimeSource time;

    Authenticator(Vertx vertx, byte[] secret, TimeSource time) {
        // The time of day enters by our port alone, so the library is told to leave it to us.
        JWTOptions options = new JWTOptions().setIssuer(ISSUER).setIgnoreExpiration(true);
        this.jwt = JWTAuth.create(
                vertx,
                new JWTAuthOptions()
                        .setJWTOptions(options)
                        .addPubSecKey(
                                new PubSecKeyOptions().setAlgorithm(ALGORITHM).setBuffer(Buffer.buffer(secret))));
        this.time = time;
    }

    /** What came of a token. */
    sealed interface Authentication {
        record Known(Identity identity) implements Authentication {}

        /** {@code unauthorized} or {@code token_expired}. */
        record Refused(ErrorCode code) implements Authentication {
            Failure failure() {
                String text = code == ErrorCode.TOKEN_EXPIRED ? "The token has expired." : "A valid token is needed.";
                return Failure.of(code, text);
            }
        }
    }

    /** Never fails; {@code token} may be null. */
    Future<Authentication> authenticate(String token) {
        if (token == null) return Future.succeededFuture(BAD);
        try {
            return jwt.authenticate(new TokenCredentials(token)).map(this::read).otherwise(BAD);
        } catch (RuntimeException e) {
            return Future.succeededFuture(BAD); // Claims of a wrong type escape the library as exceptions.
        }
    }

    private Authentication read(User user) {
        JsonObject claims = user.attributes().getJsonObject("accessToken");
        if (!(claims.getValue("sub") instanceof String subject) || !isUser(subject)) return BAD;
        if (!(claims.getValue("exp") instanceof Number expires)) return BAD;
        long nowMs = time.nowMs();
        if (claims.getValue("nbf") instanceof Number notBefore && notBefore.longValue() * 1000 > nowMs) return BAD;
        long expiresAtMs = expires.longValue() * 1000;
        if (expiresAtMs <= nowMs) return new Authentication.Refused(ErrorCode.TOKEN_EXPIRED);
        return new Authentication.Known(new Identity(subject, roles(claims), expiresAtMs));
    }

    private static boolean isUser(String subject) {
        return !subject.isBlank() && subject.length() <= USER_CHARS_MAX && Texts.isWellFormed(subject);
    }

    /** A token that speaks of no roles is one of a user. */
    private static List<String> roles(JsonObject claims) {
        if (!(claims.getValue("roles") instanceof JsonArray given)) return List.of("user");
        return given.stream()
                .filter(ROLES::contains)
                .map(String.class::cast)
                .distinct()
                .toList();
    }

    String issue(Identity identity) {
        JsonObject claims = new JsonObject()
                .put("sub", identity.user())
                .put("roles", new JsonArray(identity.roles()))
                .put("iat", time.nowMs() / 1000)
                .put("exp", identity.expiresAtMs() / 1000);
        return jwt.generateToken(
                claims, new JWTOptions().setAlgorithm(ALGORITHM).setIssuer(ISSUER));
    }
}
