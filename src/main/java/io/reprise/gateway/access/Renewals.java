package io.reprise.gateway.access;

import io.reprise.gateway.access.token.TokenVerdict;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/** Port: browsers whose identity is renewed without asking the person again. For one event loop. */
public interface Renewals {
    /** Renews no identity. */
    Renewals NONE = new Renewals() {
        @Override
        public String handleOf(HttpServerRequest request) {
            return null;
        }

        @Override
        public String signInOf(HttpServerRequest request) {
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

    /** The handle of this browser's sign-in, or null. */
    String handleOf(HttpServerRequest request);

    /** The id of the stored sign-in that the handle of this browser names, or null. */
    String signInOf(HttpServerRequest request);

    /**
     * The current identity; refreshed at the provider if needed. Never fails.
     *
     * @param laterThanMs an identity that expires at this time or before is refreshed; if that fails, an identity that
     *     is still valid is returned
     */
    Future<TokenVerdict> current(String handle, long laterThanMs);

    /** Sets a cookie with the identity, so that not every request needs the store. */
    void keep(HttpServerRequest request, Identity identity);

    /** Removes the cookies of a sign-in that has ended. */
    void forget(HttpServerRequest request);
}
