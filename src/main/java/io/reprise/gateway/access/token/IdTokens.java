package io.reprise.gateway.access.token;

import io.reprise.support.Texts;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Verifies ID tokens of OpenID Connect, as every token is verified, and what makes them tokens of one sign-in at one
 * client: {@code nonce}, {@code azp} and {@code iat} (OpenID Connect Core, section 3.1.3.7). For one event loop.
 */
public final class IdTokens {
    private static final int NAME_CHARS_MAX = 255;

    private final TokenVerifier verifier;
    private final String client;
    private final long skewMs;
    private final WallClock time;

    /** @param verifier that takes tokens of the provider for this client only */
    IdTokens(TokenVerifier verifier, String client, long skewMs, WallClock time) {
        this.verifier = verifier;
        this.client = client;
        this.skewMs = skewMs;
        this.time = time;
    }

    /** The result of verifying. */
    public sealed interface Verdict {
        /**
         * @param roles may be empty
         * @param name for people, or null
         */
        record Good(String user, List<String> roles, String name, long expiresAtMs) implements Verdict {
            public Good {
                roles = List.copyOf(roles);
            }
        }

        /** By its times it is not valid now, though it was just made: the clocks differ. */
        record OtherClock() implements Verdict {}

        /** @param reason for the log */
        record Refused(String reason) implements Verdict {}

        /** The keys of the provider cannot be had. */
        record Away(long afterMs) implements Verdict {}
    }

    /**
     * Never fails.
     *
     * @param token that was just received; may be null
     * @param nonce that it must name; null: it need not, as it came by a refresh
     */
    public Future<Verdict> verify(String token, String nonce) {
        return verifier.verify(token).map(verdict -> switch (verdict) {
            case TokenVerdict.Good good ->
                ofClient(good, SignedToken.read(token).orElseThrow().claims(), nonce);
            case TokenVerdict.Expired expired -> new Verdict.OtherClock();
            case TokenVerdict.Bad bad when bad.reason().equals(TokenVerifier.NOT_YET) -> new Verdict.OtherClock();
            case TokenVerdict.Bad bad -> new Verdict.Refused(bad.reason());
            case TokenVerdict.Unknown unknown -> new Verdict.Away(unknown.afterMs());
        });
    }

    private Verdict ofClient(TokenVerdict.Good good, Map<String, Object> claims, String nonce) {
        if (nonce != null && !nonce.equals(claims.get("nonce"))) return new Verdict.Refused("another nonce");
        Object party = claims.get("azp");
        boolean shared = claims.get("aud") instanceof List<?> audiences && audiences.size() > 1;
        if (party == null ? shared : !client.equals(party)) return new Verdict.Refused("made for another client");
        if (!(claims.get("iat") instanceof Number issued)) return new Verdict.Refused("no time of issue");
        if (issued.doubleValue() * 1000 - skewMs > time.nowMs()) return new Verdict.OtherClock();
        return new Verdict.Good(good.user(), good.roles(), name(claims), good.expiresAtMs());
    }

    private static String name(Map<String, Object> claims) {
        Optional<String> name = Stream.of("name", "preferred_username", "email")
                .map(claims::get)
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(text -> !text.isBlank() && text.length() <= NAME_CHARS_MAX && Texts.isWellFormed(text))
                .findFirst();
        return name.orElse(null);
    }
}
