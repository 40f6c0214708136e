package io.reprise.gateway.access.oidc;

import io.reprise.config.access.OidcSettings;
import io.reprise.support.WallClock;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Sign-ins in progress. Each is stored in a separate encrypted cookie, so that several tabs can sign in at once and any node
 * can finish a sign-in. A callback of the provider without the cookie of its state is refused.
 */
final class Attempts {
    private static final String PREFIX = "reprise_sign_in_";
    private static final int NAME_CHARS = 16;
    private static final String PLACE = "attempt";

    private final OidcSettings settings;
    private final Sealer sealer;
    private final CookieKind cookies;
    private final WallClock time;

    Attempts(OidcSettings settings, byte[] secret, CookieKind cookies, WallClock time) {
        this.settings = settings;
        this.sealer = Sealer.derived(secret, "oidc attempts");
        this.cookies = cookies;
        this.time = time;
    }

    /** Starts a sign-in; above the limit the oldest one is removed from the browser. */
    Attempt begin(HttpServerRequest request, String returnTo) {
        List<Cookie> others = underWay(request);
        for (int i = 0; i <= others.size() - settings.attemptsMax(); i++)
            remove(request, others.get(i).getName());
        Attempt attempt = Attempt.begin(Attempt.place(returnTo), time.nowMs() + settings.attemptMs());
        byte[] sealed = sealer.seal(attempt.json().encode().getBytes(StandardCharsets.UTF_8), PLACE);
        long seconds = Math.max(1, settings.attemptMs() / 1_000);
        // Not strict: the browser must send it with the redirect from the provider.
        request.response()
                .addCookie(cookies.make(
                        PREFIX + shortened(attempt.state()), Attempt.base64(sealed), seconds, CookieSameSite.LAX));
        return attempt;
    }

    /** Takes the attempt with this state; empty if this browser did not start it, or it has expired. */
    Optional<Attempt> take(HttpServerRequest request, String state) {
        if (state == null || !state.matches("[A-Za-z0-9_-]{43}")) return Optional.empty();
        Cookie cookie = request.getCookie(cookies.name(PREFIX + shortened(state)));
        if (cookie == null) return Optional.empty();
        remove(request, cookie.getName());
        return read(cookie)
                .filter(attempt -> attempt.state().equals(state))
                .filter(attempt -> attempt.endsAtMs() > time.nowMs());
    }

    private void remove(HttpServerRequest request, String name) {
        String plain = name.substring(name.indexOf(PREFIX));
        request.response().addCookie(cookies.make(plain, "", 0, CookieSameSite.LAX));
    }

    /** Sorts unreadable ones first, then the oldest. */
    private List<Cookie> underWay(HttpServerRequest request) {
        String prefix = cookies.name(PREFIX);
        List<Cookie> found = new ArrayList<>(request.cookies());
        found.removeIf(cookie -> !cookie.getName().startsWith(prefix));
        found.sort(Comparator.comparing(
                cookie -> read(cookie).map(Attempt::endsAtMs).orElse(0L)));
        return found;
    }

    private Optional<Attempt> read(Cookie cookie) {
        try {
            return sealer.open(Base64.getUrlDecoder().decode(cookie.getValue()), PLACE)
                    .map(plain -> Attempt.of(new JsonObject(new String(plain, StandardCharsets.UTF_8))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String shortened(String state) {
        return state.substring(0, NAME_CHARS);
    }
}
