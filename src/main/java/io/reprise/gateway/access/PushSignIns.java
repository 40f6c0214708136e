package io.reprise.gateway.access;

import io.reprise.config.access.AuthSettings;
import io.reprise.gateway.http.Bearer;
import io.reprise.push.PushStore.SignedIn;
import io.reprise.push.Pushes;
import io.reprise.support.Digest;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ties browsers that receive push messages to the sign-in with which they were added, and removes them with it. */
public final class PushSignIns {
    private static final Logger log = LoggerFactory.getLogger(PushSignIns.class);

    private final Pushes pushes;
    private final Renewals renewals;
    private final boolean dev;
    private final WallClock time;

    public PushSignIns(Pushes pushes, Renewals renewals, AuthSettings auth, WallClock time) {
        this.pushes = pushes;
        this.renewals = renewals;
        this.dev = auth.mode() == AuthSettings.Mode.DEV;
        this.time = time;
    }

    /** The sign-in of a request. In development mode a token is made whenever one is needed, so its end means nothing. */
    public SignedIn of(HttpServerRequest request, Identity caller) {
        long idleMs = Duration.ofDays(pushes.settings().idleDays()).toMillis();
        long leftMs = Math.min(idleMs, caller.expiresAtMs() - time.nowMs());
        if (Bearer.of(request) != null) return new SignedIn(null, null, dev ? idleMs : leftMs);
        String stored = renewals.signInOf(request);
        return stored == null
                ? new SignedIn(null, hash(request), leftMs)
                : new SignedIn(stored, null, idleMs); // the store knows when it ends, and removes them with it
    }

    /** The browser's sign-in ends, as far as it is a cookie. Never fails: nobody must stay signed in because of this. */
    public Future<Void> ended(HttpServerRequest request) {
        String cookie = hash(request);
        if (cookie == null) return Future.succeededFuture();
        return pushes.store().signedOut(cookie).otherwise(cause -> {
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(cause))
                    .log(
                            "a browser that was signed out may still receive push messages until its cookie would have ended");
            return null;
        });
    }

    private static String hash(HttpServerRequest request) {
        String cookie = SessionCookie.of(request);
        return cookie == null || cookie.isEmpty() ? null : Digest.of(cookie);
    }
}
