package io.reprise.gateway.access;

import io.reprise.gateway.http.Bearer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Set;

/**
 * The credentials of a request. A token takes precedence over a cookie.
 *
 * @param address address of the client
 * @param token may be null
 * @param cookie may be null
 * @param cookieCounts whether the cookie is accepted: browsers also send it with requests of other sites, so for
 *     requests that change something or open a socket it counts only if their origin is allowed
 */
public record Credentials(String address, String token, String cookie, boolean cookieCounts) {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    static Credentials of(String address, HttpServerRequest request, OriginPolicy origins) {
        boolean safe = SAFE.contains(request.method()) && !opensSocket(request);
        boolean counts = safe ? origins.allows(request) : origins.vouchesFor(request);
        return new Credentials(address, Bearer.of(request), SessionCookie.of(request), counts);
    }

    /** Some clients offer other upgrades with every request; these are ignored. */
    private static boolean opensSocket(HttpServerRequest request) {
        String upgrade = request.getHeader(HttpHeaders.UPGRADE);
        return upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket");
    }

    /** These credentials with a token that was sent later, if there is one. */
    public Credentials orToken(String later) {
        return later == null ? this : new Credentials(address, later, null, false);
    }
}
