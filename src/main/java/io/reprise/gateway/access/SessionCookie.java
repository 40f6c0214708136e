package io.reprise.gateway.access;

import io.reprise.config.access.AuthSettings.CookieSecure;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * The cookie that keeps a browser signed in. Scripts cannot read it, pages of other sites do not send it, and it
 * contains a token that is only valid as a cookie of this server.
 */
public final class SessionCookie {
    static final String NAME = "reprise_session";

    private SessionCookie() {}

    /** The content of the request's cookie, or null. */
    static String of(HttpServerRequest request) {
        Cookie cookie = request.getCookie(NAME);
        return cookie == null ? null : cookie.getValue();
    }

    /** @param secondsMax lifetime; 0 removes the cookie */
    public static Cookie holding(String token, long secondsMax, boolean secure) {
        return Cookie.cookie(NAME, token)
                .setPath("/")
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT)
                .setSecure(secure)
                .setMaxAge(secondsMax);
    }

    /**
     * Whether the cookie requires TLS. Behind a TLS proxy the server sees no TLS, but the Origin of each POST shows it.
     */
    public static boolean isSecure(CookieSecure setting, HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return switch (setting) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> request.isSSL() || origin != null && origin.startsWith("https://");
        };
    }
}
