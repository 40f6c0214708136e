package io.reprise.gateway.access.oidc;

import io.reprise.config.access.AuthSettings;
import io.reprise.gateway.access.token.IdTokens;
import io.reprise.gateway.access.token.IdentityProviderHttp;
import io.reprise.gateway.access.token.Verifiers;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider as its discovery document describes it. The document is fetched again when it is old, in the background,
 * and when it is missing, but not more often than {@code retryMs} allows. For one event loop.
 */
final class Discovery {
    private static final Logger log = LoggerFactory.getLogger(Discovery.class);
    private static final String PATH = "/.well-known/openid-configuration";

    private final Vertx vertx;
    private final AuthSettings settings;
    private final IdentityProviderHttp http;
    private final WallClock time;
    private final MonotonicClock clock;
    private Provider provider;
    private long providerMs;
    private long nextFetchMs;
    private Future<Provider> fetching;

    /** @param http client for requests to the provider */
    Discovery(Vertx vertx, AuthSettings settings, IdentityProviderHttp http, WallClock time, MonotonicClock clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.http = http;
        this.time = time;
        this.clock = clock;
        this.nextFetchMs = clock.elapsedMs();
    }

    /** The document of the provider, and the verifier of its ID tokens. */
    record Provider(ProviderDocument document, IdTokens tokens) {}

    /** Fails if the document is not available. */
    Future<Provider> provider() {
        if (provider != null && ageMs() < settings.oidc().keepMs()) return Future.succeededFuture(provider);
        boolean mayWait = clock.elapsedMs() < nextFetchMs && fetching == null;
        Future<Provider> fresh = mayWait ? Future.failedFuture(new IOException("it was asked just now")) : fetch();
        boolean good = provider != null
                && ageMs()
                        < (long) settings.oidc().keepMs()
                                + settings.jwt().jwks().outageMs();
        return good ? Future.succeededFuture(provider) : fresh;
    }

    private long ageMs() {
        return clock.elapsedMs() - providerMs;
    }

    private Future<Provider> fetch() {
        if (fetching != null) return fetching;
        nextFetchMs = clock.elapsedMs() + settings.oidc().retryMs();
        String issuer = settings.oidc().issuer().orElseThrow();
        URI url = URI.create((issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer) + PATH);
        Future<Provider> mine = http.get(url, "application/json")
                .map(answer -> {
                    if (answer.status() == 200) return came(ProviderDocument.of(new JsonObject(answer.body()), issuer));
                    throw new IllegalStateException("HTTP status " + answer.status());
                })
                .onComplete(done -> fetching = null)
                .onFailure(cause -> log.atWarn()
                        .addKeyValue("url", url)
                        .addKeyValue("cause", cause.getMessage())
                        .log("the discovery document of the identity provider could not be fetched"));
        if (!mine.isComplete()) fetching = mine;
        return mine;
    }

    /** Keeps the keys while their address does not change. */
    private Provider came(ProviderDocument document) {
        boolean sameKeys = provider != null && provider.document().keys().equals(document.keys());
        IdTokens tokens =
                sameKeys ? provider.tokens() : Verifiers.ofProvider(vertx, settings, document.keys(), time, clock);
        provider = new Provider(document, tokens);
        providerMs = clock.elapsedMs();
        return provider;
    }
}
