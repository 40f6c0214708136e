package io.reprise.gateway.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.SignedJWT;
import io.reprise.gateway.token.TokenVerdict.Bad;
import io.reprise.gateway.token.TokenVerdict.Good;
import io.reprise.support.Texts;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.security.Key;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Verifies JSON Web Tokens: signature, {@code iss}, {@code aud}, {@code nbf}, {@code exp} and {@code sub}. The algorithm
 * that a token names only chooses among those whose keys were configured for it. For one event loop.
 */
public final class TokenVerifier {
    /** The library reads over signs that do not belong there. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

    private static final int USER_CHARS_MAX = 255;

    /** A token that names no key is tried with at most so many. */
    private static final int KEYS_TRIED_MAX = 8;

    /** The end of the year 9999: times beyond are as good as this one, and cannot overflow. */
    private static final long SECONDS_MAX = 253_402_300_799L;

    private final List<Trust> trusted;
    private final Rules rules;
    private final WallClock time;
    private final DefaultJWSVerifierFactory verifiers = new DefaultJWSVerifierFactory();

    TokenVerifier(List<Trust> trusted, Rules rules, WallClock time) {
        this.trusted = List.copyOf(trusted);
        this.rules = rules;
        this.time = time;
    }

    /**
     * Keys, and what may be signed with them.
     *
     * @param algorithms of one kind, by secret or by public key, never both
     * @param issuers empty: anybody
     */
    record Trust(KeySource keys, Set<String> algorithms, List<String> issuers) {}

    /**
     * What every token must fulfil.
     *
     * @param audiences empty: not looked at
     * @param skewMs by which clocks may differ
     */
    record Rules(List<String> audiences, long skewMs, int bytesMax, RoleClaims roles) {}

    /** Never fails; {@code token} may be null. */
    public Future<TokenVerdict> verify(String token) {
        if (token == null) return bad("there is none");
        if (token.length() > rules.bytesMax()) return bad("it is too long");
        if (!FORM.matcher(token).matches()) return bad("it is no JSON Web Token");
        SignedJWT jwt;
        try {
            jwt = SignedJWT.parse(token);
        } catch (ParseException | RuntimeException e) {
            return bad("it cannot be read");
        }
        JWSAlgorithm algorithm = jwt.getHeader().getAlgorithm();
        Optional<Trust> trust = trusted.stream()
                .filter(each -> each.algorithms().contains(algorithm.getName()))
                .findFirst();
        if (trust.isEmpty()) return bad("its algorithm is not taken");
        return trust.get().keys().find(jwt.getHeader()).compose(lookup -> judged(lookup, jwt, trust.get()));
    }

    private Future<TokenVerdict> judged(KeySource.Lookup lookup, SignedJWT jwt, Trust trust) {
        return switch (lookup) {
            case KeySource.Lookup.Away away -> Future.succeededFuture(new TokenVerdict.Unknown(away.afterMs()));
            case KeySource.Lookup.Found found when found.keys().isEmpty() -> bad("its key is unknown");
            case KeySource.Lookup.Found found
            when isSignedBy(found.keys(), jwt) -> Future.succeededFuture(read(jwt, trust));
            case KeySource.Lookup.Found found ->
                trust.keys()
                        .newer(jwt.getHeader())
                        .map(newer -> isSignedBy(newer, jwt) ? read(jwt, trust) : new Bad("its signature is wrong"));
        };
    }

    private static Future<TokenVerdict> bad(String reason) {
        return Future.succeededFuture(new Bad(reason));
    }

    private boolean isSignedBy(List<JWK> keys, SignedJWT jwt) {
        return keys.stream().limit(KEYS_TRIED_MAX).anyMatch(key -> isSignedBy(key, jwt));
    }

    private boolean isSignedBy(JWK jwk, SignedJWT jwt) {
        try {
            Key key =
                    jwk instanceof OctetSequenceKey secret ? secret.toSecretKey() : ((AsymmetricJWK) jwk).toPublicKey();
            return jwt.verify(verifiers.createJWSVerifier(jwt.getHeader(), key));
        } catch (JOSEException | RuntimeException e) {
            return false; // Such as a signature of a wrong length.
        }
    }

    private TokenVerdict read(SignedJWT jwt, Trust trust) {
        Map<String, Object> claims = jwt.getPayload().toJSONObject();
        if (claims == null) return new Bad("its claims cannot be read");
        if (!trust.issuers().isEmpty() && !isAmong(trust.issuers(), claims.get("iss"))) {
            return new Bad("its issuer is not taken");
        }
        if (!isForUs(claims.get("aud"))) return new Bad("it is for somebody else");
        if (!(claims.get("sub") instanceof String subject) || !isUser(subject)) return new Bad("it names no user");
        return inTime(claims, subject);
    }

    private TokenVerdict inTime(Map<String, Object> claims, String subject) {
        if (!(claims.get("exp") instanceof Number expires)) return new Bad("it has no end");
        Object notBefore = claims.getOrDefault("nbf", 0);
        if (!(notBefore instanceof Number from)) return new Bad("its beginning cannot be read");
        long nowMs = time.nowMs();
        if (ms(from) - rules.skewMs() > nowMs) return new Bad("it is not valid yet");
        long expiresAtMs = ms(expires) + rules.skewMs();
        if (expiresAtMs <= nowMs) return new TokenVerdict.Expired();
        return new Good(subject, rules.roles().of(claims), expiresAtMs);
    }

    private static long ms(Number seconds) {
        double whole = Math.clamp(seconds.doubleValue(), 0, (double) SECONDS_MAX);
        return (long) (whole * 1000);
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

    private static boolean isUser(String subject) {
        return !subject.isBlank() && subject.length() <= USER_CHARS_MAX && Texts.isWellFormed(subject);
    }
}
