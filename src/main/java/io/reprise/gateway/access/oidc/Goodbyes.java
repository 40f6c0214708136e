package io.reprise.gateway.access.oidc;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * The ID token that tells the provider who signs out. An encrypted cookie carries it from one answer to the next request, so
 * that no script of the page can read it.
 */
final class Goodbyes {
    private static final String NAME = "reprise_goodbye";
    private static final String PLACE = "goodbye";
    private static final int LIFE_S = 60;

    /** Browsers keep cookies of 4,096 bytes with their names; without the token the provider asks for a confirmation. */
    private static final int CHARS_MAX = 3_800;

    private final Sealer sealer;
    private final CookieKind cookies;

    Goodbyes(byte[] secret, CookieKind cookies) {
        this.sealer = Sealer.derived(secret, "oidc goodbyes");
        this.cookies = cookies;
    }

    void keep(HttpServerRequest request, String idToken) {
        String sealed = Attempt.base64(sealer.seal(idToken.getBytes(StandardCharsets.UTF_8), PLACE));
        if (sealed.length() > CHARS_MAX) return;
        request.response().addCookie(cookies.make(NAME, sealed, LIFE_S, CookieSameSite.STRICT));
    }

    /** Takes the token and removes its cookie. */
    Optional<String> take(HttpServerRequest request) {
        Cookie cookie = request.getCookie(cookies.name(NAME));
        if (cookie == null) return Optional.empty();
        request.response().addCookie(cookies.make(NAME, "", 0, CookieSameSite.STRICT));
        try {
            return sealer.open(Base64.getUrlDecoder().decode(cookie.getValue()), PLACE)
                    .map(plain -> new String(plain, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
