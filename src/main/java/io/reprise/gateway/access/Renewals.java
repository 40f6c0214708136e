package io.reprise.gateway.access;

import io.reprise.gateway.access.token.TokenVerdict;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/** Port: browsers whose identity is renewed without asking the person again. For one event loop. */
public interface Renewals {
    /** Nobody's is. */
    Renewals NONE = new Renewals() {
        @Override
        public String handleOf(HttpServerRequest request) {
            return null;
        }

        @Override
        public Future<TokenVerdict> current(String handle, long laterThanMs) {
            return Future.succeededFuture(new TokenVerdict.Expired());
        }

        @Override
        public void keep(HttpServerRequest request, Identity identity) {}

        @Override
        public void forget(HttpServerRequest request) {}
    };

    /** What names this browser's sign-in, or null. */
    String handleOf(HttpServerRequest request);

    /**
     * Who that is now; refreshed at the provider if needed. Never fails.
     *
     * @param laterThanMs an identity that ends then or before is refreshed; one that is still valid is given if that
     *     cannot be done now
     */
    Future<TokenVerdict> current(String handle, long laterThanMs);

    /** Gives the identity to the browser with the answer, so that it is not asked for each time. */
    void keep(HttpServerRequest request, Identity identity);

    /** Lets the browser forget a sign-in that has ended. */
    void forget(HttpServerRequest request);
}
