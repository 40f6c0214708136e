package io.reprise.gateway.access.token;

import io.reprise.config.access.AuthSettings;
import io.reprise.config.access.JwtSettings;
import io.reprise.config.key.PublicKeys;
import io.reprise.config.key.TokenKey;
import io.reprise.gateway.access.token.TokenVerifier.Rules;
import io.reprise.gateway.access.token.TokenVerifier.Trust;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Creates verifiers from settings. */
public final class Verifiers {
    private static final Set<String> OWN_ALGORITHMS = Set.of(OwnTokens.ALGORITHM);

    private Verifiers() {}

    /**
     * The configured keys.
     *
     * @param secret for HMAC, at least 32 bytes; null if there is none
     * @param publicKeys empty if only those of {@code auth.jwksUrl} are used
     */
    public record Keys(byte[] secret, List<TokenKey> publicKeys) {
        public Keys {
            publicKeys = List.copyOf(publicKeys);
        }
    }

    /** Verifies tokens that {@link OwnTokens} created with this secret. */
    public static TokenVerifier own(byte[] secret, int bytesMax, WallClock time) {
        return own(secret, bytesMax, time, false);
    }

    /**
     * Verifies what the server's cookies hold.
     *
     * @param anonymous whether people need no sign-in
     */
    public static TokenVerifier cookies(byte[] secret, int bytesMax, WallClock time, boolean anonymous) {
        return own(secret, bytesMax, time, anonymous);
    }

    private static TokenVerifier own(byte[] secret, int bytesMax, WallClock time, boolean anonymous) {
        Trust trust =
                new Trust(KeySource.of(List.of(TokenKey.ofSecret(secret))), OWN_ALGORITHMS, List.of(OwnTokens.ISSUER));
        return new TokenVerifier(List.of(trust), new Rules(List.of(), 0, bytesMax, RoleClaims.own(), anonymous), time);
    }

    /** Verifies tokens of clients that are signed with this secret, whatever other keys are configured. */
    public static TokenVerifier bySecret(AuthSettings settings, byte[] secret, WallClock time) {
        JwtSettings jwt = settings.jwt();
        if (settings.mode() == AuthSettings.Mode.DEV) return own(secret, jwt.tokenBytesMax(), time);
        return new TokenVerifier(List.of(trust(jwt, secret)), rules(jwt), time);
    }

    /**
     * Verifies tokens of clients.
     *
     * @param time the time of day
     * @param clock measures durations
     */
    public static TokenVerifier of(
            Vertx vertx, AuthSettings settings, Keys keys, WallClock time, MonotonicClock clock) {
        JwtSettings jwt = settings.jwt();
        if (settings.mode() == AuthSettings.Mode.DEV) return own(keys.secret(), jwt.tokenBytesMax(), time);
        List<Trust> trusted = new ArrayList<>();
        if (keys.secret() != null) trusted.add(trust(jwt, keys.secret()));
        publicKeys(vertx, jwt, keys, clock)
                .ifPresent(source -> trusted.add(new Trust(source, taken(jwt, PublicKeys.ALGORITHMS), jwt.issuers())));
        return new TokenVerifier(trusted, rules(jwt), time);
    }

    /**
     * Of the ID tokens that a provider makes for this server.
     *
     * @param keys where the provider publishes its keys
     */
    public static IdTokens ofProvider(
            Vertx vertx, AuthSettings settings, URI keys, WallClock time, MonotonicClock clock) {
        JwtSettings jwt = settings.jwt();
        String client = settings.oidc().clientId();
        List<String> issuers = List.of(settings.oidc().issuer().orElseThrow());
        KeySource source = remote(vertx, jwt.jwks(), keys, clock);
        Trust trust = new Trust(source, taken(jwt, PublicKeys.ALGORITHMS), issuers);
        Rules rules = new Rules(List.of(client), jwt.clockSkewMs(), jwt.tokenBytesMax(), RoleClaims.of(jwt));
        return new IdTokens(new TokenVerifier(List.of(trust), rules, time), client, jwt.clockSkewMs(), time);
    }

    private static Trust trust(JwtSettings jwt, byte[] secret) {
        List<String> issuers = jwt.issuers().isEmpty() ? List.of(OwnTokens.ISSUER) : jwt.issuers();
        KeySource key = KeySource.of(List.of(TokenKey.ofSecret(secret)));
        return new Trust(key, taken(jwt, JwtSettings.SECRET_ALGORITHMS), issuers);
    }

    private static Rules rules(JwtSettings jwt) {
        return new Rules(jwt.audiences(), jwt.clockSkewMs(), jwt.tokenBytesMax(), RoleClaims.of(jwt));
    }

    private static Optional<KeySource> publicKeys(Vertx vertx, JwtSettings jwt, Keys keys, MonotonicClock clock) {
        if (!keys.publicKeys().isEmpty()) return Optional.of(KeySource.of(keys.publicKeys()));
        return jwt.jwksUrl().map(url -> remote(vertx, jwt.jwks(), url, clock));
    }

    /**
     * The keys are fetched at the start, so that the first token does not wait. A failure does not prevent the start.
     */
    private static KeySource remote(Vertx vertx, JwtSettings.Jwks settings, URI url, MonotonicClock clock) {
        RemoteKeys remote = new RemoteKeys(new JwksClient(vertx, url, settings.timeoutMs())::fetch, settings, clock);
        remote.refresh();
        return remote;
    }

    private static Set<String> taken(JwtSettings jwt, Set<String> kind) {
        if (jwt.algorithms().isEmpty()) return kind;
        return jwt.algorithms().stream().filter(kind::contains).collect(Collectors.toUnmodifiableSet());
    }
}
