package io.reprise.gateway.access.token;

import io.reprise.config.key.PublicKeys;
import io.reprise.config.key.TokenKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;

/** Fetches a JSON Web Key Set. */
final class JwksClient {
    /** They are fetched one after the other. */
    private static final int AT_ONCE_MAX = 1;

    private final IdentityProviderHttp http;
    private final URI url;

    JwksClient(Vertx vertx, URI url, int timeoutMs) {
        this.http = new IdentityProviderHttp(vertx, timeoutMs, AT_ONCE_MAX);
        this.url = url;
    }

    Future<List<TokenKey>> fetch() {
        return http.get(url, "application/jwk-set+json, application/json").map(answer -> {
            if (answer.status() == 200) return PublicKeys.ofKeySet(answer.body());
            throw new IllegalStateException("HTTP status " + answer.status());
        });
    }
}
