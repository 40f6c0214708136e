package io.reprise.gateway.access;

import io.reprise.config.access.AuthSettings;
import io.reprise.gateway.access.token.OwnTokens;
import io.reprise.message.AnonymousUsers;
import io.reprise.support.IdSource;
import io.reprise.support.WallClock;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The cookies of people without a sign-in. The server signs them, so nobody can choose a name. */
public final class VisitorCookies {
    private static final List<String> ROLES = List.of("user");

    private final OwnTokens tokens;
    private final AuthSettings settings;
    private final IdSource ids;
    private final WallClock time;

    /** @param tokens makes what cookies hold */
    public VisitorCookies(OwnTokens tokens, AuthSettings settings, IdSource ids, WallClock time) {
        this.tokens = tokens;
        this.settings = settings;
        this.ids = ids;
        this.time = time;
    }

    /** Adds the cookie of a new person to the answer. */
    public Identity give(HttpServerRequest request) {
        return give(request, AnonymousUsers.next(ids));
    }

    /** Renews the cookie of a person who comes back after more than half of its life. */
    public Identity renewed(HttpServerRequest request, Identity identity) {
        boolean old = identity.expiresAtMs() - time.nowMs() < lifeMs() / 2;
        return old && AnonymousUsers.isOne(identity.user()) ? give(request, identity.user()) : identity;
    }

    private Identity give(HttpServerRequest request, String user) {
        long expiresAtMs = (time.nowMs() + lifeMs()) / 1000 * 1000;
        boolean overTls = SessionCookie.isSecure(settings.cookieSecure(), request);
        String token = tokens.issue(user, ROLES, expiresAtMs);
        request.response().addCookie(SessionCookie.holding(token, lifeMs() / 1000, overTls));
        return new Identity(user, ROLES, expiresAtMs);
    }

    private long lifeMs() {
        return TimeUnit.DAYS.toMillis(settings.anonymousDays());
    }
}
