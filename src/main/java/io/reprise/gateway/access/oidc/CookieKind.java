package io.reprise.gateway.access.oidc;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;

/**
 * Cookies of a sign-in. Over TLS their names have the prefix {@code __Host-}, so that no other host of the domain
 * and no page without TLS can replace them.
 */
record CookieKind(boolean secure) {
    private static final String HOST_ONLY = "__Host-";

    /** The name in requests. */
    String name(String plain) {
        return secure ? HOST_ONLY + plain : plain;
    }

    /**
     * A cookie that scripts cannot read.
     *
     * @param secondsMax lifetime; 0 removes the cookie
     */
    Cookie make(String plain, String value, long secondsMax, CookieSameSite sameSite) {
        return Cookie.cookie(name(plain), value)
                .setPath("/")
                .setHttpOnly(true)
                .setSameSite(sameSite)
                .setSecure(secure)
                .setMaxAge(secondsMax);
    }
}
