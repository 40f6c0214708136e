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
 * @param handle of a sign-in whose identity is renewed; may be null
 * @param cookieCounts browsers send cookies along with what other pages ask for, so a cookie that changes something or
 *     opens a socket counts only for pages whose origin may connect
 */
public record Credentials(String address, String token, String cookie, String handle, boolean cookieCounts) {
    /** Methods that change nothing (RFC 9110, section 9.2.1). */
    static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    static Credentials of(String address, HttpServerRequest request, OriginPolicy origins, Renewals renewals) {
        boolean safe = SAFE.contains(request.method()) && !opensSocket(request);
        boolean counts = safe ? origins.allows(request) : origins.vouchesFor(request);
        return new Credentials(
                address, Bearer.of(request), SessionCookie.of(request), renewals.handleOf(request), counts);
    }

    /** Some clients offer other upgrades with every request; these are ignored. */
    private static boolean opensSocket(HttpServerRequest request) {
        String upgrade = request.getHeader(HttpHeaders.UPGRADE);
        return upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket");
    }

    /** These credentials with a token that was sent later, if there is one. */
    public Credentials orToken(String later) {
        return later == null ? this : new Credentials(address, later, null, null, false);
    }

    /** Whether it is the browser's cookies that say who it is. */
    boolean byCookie() {
        return token == null && (cookie != null || handle != null);
    }

    /** Whether the identity can be renewed without the client. */
    public boolean renewable() {
        return token == null && handle != null;
    }
}
