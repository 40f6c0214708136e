package io.reprise.gateway.access.oidc;

import io.reprise.config.access.AuthSettings.CookieSecure;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;

/**
 * Cookies of a sign-in. Over TLS their names have the prefix {@code __Host-}, so that no other host of the domain
 * and no page without TLS can replace them.
 */
public record CookieKind(boolean secure) {
    private static final String HOST_ONLY = "__Host-";

    /** @param publicUrl the address of this server for people */
    public static CookieKind of(CookieSecure setting, String publicUrl) {
        return new CookieKind(
                switch (setting) {
                    case ALWAYS -> true;
                    case NEVER -> false;
                    case AUTO -> publicUrl.startsWith("https:");
                });
    }

    /** The name in requests. */
    public String name(String plain) {
        return secure ? HOST_ONLY + plain : plain;
    }

    /**
     * A cookie that scripts cannot read.
     *
     * @param secondsMax lifetime; 0 removes the cookie
     */
    public Cookie make(String plain, String value, long secondsMax, CookieSameSite sameSite) {
        return Cookie.cookie(name(plain), value)
                .setPath("/")
                .setHttpOnly(true)
                .setSameSite(sameSite)
                .setSecure(secure)
                .setMaxAge(secondsMax);
    }
}
