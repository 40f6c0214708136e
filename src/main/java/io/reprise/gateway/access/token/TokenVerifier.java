package io.reprise.gateway.access.token;

import io.reprise.gateway.access.token.TokenVerdict.Bad;
import io.reprise.gateway.access.token.TokenVerdict.Good;
import io.reprise.message.AnonymousUsers;
import io.reprise.support.Rfc3339;
import io.reprise.support.Texts;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Verifies JSON Web Tokens: signature, {@code iss}, {@code aud}, {@code nbf}, {@code exp} and {@code sub}. The
 * algorithm of a token must be one that is configured for its key. For one event loop.
 */
public final class TokenVerifier {
    /** Why a token is bad that will be good. */
    static final String NOT_YET = "not valid yet";

    private static final int USER_CHARS_MAX = 255;

    private static final long SECONDS_MAX = Rfc3339.LAST_MS / 1000;

    private final List<Trust> trusted;
    private final Rules rules;
    private final WallClock time;
    private final Signatures signatures = new Signatures();

    TokenVerifier(List<Trust> trusted, Rules rules, WallClock time) {
        this.trusted = List.copyOf(trusted);
        this.rules = rules;
        this.time = time;
    }

    /**
     * Keys, and the tokens that they are trusted for.
     *
     * @param algorithms either of HMAC or of public keys
     * @param issuers empty: any issuer
     */
    record Trust(KeySource keys, Set<String> algorithms, List<String> issuers) {}

    /**
     * Requirements for every token.
     *
     * @param audiences empty: not checked
     * @param skewMs tolerated difference between clocks
     * @param anonymous whether they may bear a name of {@link AnonymousUsers}
     */
    record Rules(List<String> audiences, long skewMs, int bytesMax, RoleClaims roles, boolean anonymous) {
        /** For tokens that the server did not make. */
        Rules(List<String> audiences, long skewMs, int bytesMax, RoleClaims roles) {
            this(audiences, skewMs, bytesMax, roles, false);
        }
    }

    /** Verifies a token, which may be null. The future never fails. */
    public Future<TokenVerdict> verify(String token) {
        if (token == null) return bad("missing");
        if (token.length() > rules.bytesMax()) return bad("too long");
        Optional<SignedToken> read = SignedToken.read(token);
        return read.isEmpty() ? bad("not a JSON Web Token") : judged(read.get());
    }

    private Future<TokenVerdict> judged(SignedToken token) {
        TokenHead head = token.head();
        if (head.critical()) return bad("unsupported critical header");
        if (!hasTimes(token.claims())) return bad("malformed times");
        Optional<Trust> trust = trusted.stream()
                .filter(each -> each.algorithms().contains(head.algorithm()))
                .findFirst();
        if (trust.isEmpty()) return bad("algorithm not accepted");
        return trust.get().keys().find(head).compose(lookup -> judged(lookup, token, trust.get()));
    }

    private Future<TokenVerdict> judged(KeySource.Lookup lookup, SignedToken token, Trust trust) {
        return switch (lookup) {
            case KeySource.Lookup.Away away -> Future.succeededFuture(new TokenVerdict.Unknown(away.afterMs()));
            case KeySource.Lookup.Found found when found.keys().isEmpty() -> bad("unknown key");
            case KeySource.Lookup.Found found
            when signatures.isSignedBy(found.keys(), token) -> Future.succeededFuture(read(token.claims(), trust));
            case KeySource.Lookup.Found found ->
                trust.keys()
                        .newer(token.head())
                        .map(newer -> signatures.isSignedBy(newer, token)
                                ? read(token.claims(), trust)
                                : new Bad("invalid signature"));
        };
    }

    private static Future<TokenVerdict> bad(String reason) {
        return Future.succeededFuture(new Bad(reason));
    }

    /** Requires an expiry. Times that are not numbers are rejected here, because the library would throw. */
    private static boolean hasTimes(Map<String, Object> claims) {
        return claims.get("exp") instanceof Number
                && Stream.of("nbf", "iat")
                        .allMatch(name -> !claims.containsKey(name) || claims.get(name) instanceof Number);
    }

    private TokenVerdict read(Map<String, Object> claims, Trust trust) {
        if (!trust.issuers().isEmpty() && !isAmong(trust.issuers(), claims.get("iss"))) {
            return new Bad("issuer not accepted");
        }
        if (!isForUs(claims.get("aud"))) return new Bad("wrong audience");
        if (!(claims.get("sub") instanceof String subject) || !isUser(subject)) return new Bad("no valid subject");
        return inTime(claims, subject);
    }

    private TokenVerdict inTime(Map<String, Object> claims, String subject) {
        double expires = seconds(claims, "exp");
        if (expires > SECONDS_MAX) return new Bad("expiry after the year 9999");
        long nowMs = time.nowMs();
        if (ms(seconds(claims, "nbf")) - rules.skewMs() > nowMs) return new Bad(NOT_YET);
        long expiresAtMs = Math.min(ms(expires) + rules.skewMs(), SECONDS_MAX * 1000);
        if (expiresAtMs <= nowMs) return new TokenVerdict.Expired();
        return new Good(subject, rules.roles().of(claims), expiresAtMs);
    }

    private static double seconds(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof Number number ? number.doubleValue() : 0;
    }

    private static long ms(double seconds) {
        return (long) (Math.clamp(seconds, 0, (double) SECONDS_MAX) * 1000);
    }

    private boolean isForUs(Object audience) {
        if (rules.audiences().isEmpty()) return true;
        return switch (audience) {
            case List<?> several -> several.stream().anyMatch(one -> isAmong(rules.audiences(), one));
            case null, default -> isAmong(rules.audiences(), audience);
        };
    }

    private static boolean isAmong(List<String> taken, Object given) {
        return given instanceof String text && taken.contains(text);
    }

    private boolean isUser(String subject) {
        if (AnonymousUsers.isOne(subject) && !rules.anonymous()) return false;
        return !subject.isBlank() && subject.length() <= USER_CHARS_MAX && Texts.isWellFormed(subject);
    }
}
