package io.reprise.gateway.rest;

import io.reprise.config.AuthSettings.CookieSecure;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.access.SessionCookie;
import io.reprise.gateway.access.token.OwnTokens;
import io.reprise.gateway.http.Bearer;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.WallClock;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.List;

/** Sign-in with a cookie, sign-out, and the current user. */
public final class SignInRoutes {
    private static final Failure TOKEN_NEEDED =
            Failure.of(ErrorCode.UNAUTHORIZED, "The Authorization header must contain a token.");

    private final OwnTokens cookies;
    private final CookieSecure secure;
    private final WallClock time;

    /** @param cookies creates the tokens in cookies */
    public SignInRoutes(OwnTokens cookies, CookieSecure secure, WallClock time) {
        this.cookies = cookies;
        this.secure = secure;
        this.time = time;
    }

    record Me(String user, List<String> roles, String expiresAt) {
        static Me of(Identity identity) {
            return new Me(
                    identity.user(),
                    identity.roles(),
                    Instant.ofEpochMilli(identity.expiresAtMs()).toString());
        }
    }

    public void bindTo(Api api) {
        api.on("signIn", this::signIn)
                .on("signOut", this::signOut)
                .on("whoAmI", call -> call.answer(200, Me.of(call.caller())));
    }

    /** The cookie expires with the token; it does not extend it. */
    private void signIn(ApiCall call) {
        HttpServerRequest request = call.context().request();
        if (Bearer.of(request) == null) {
            call.refuse(TOKEN_NEEDED);
            return;
        }
        Identity caller = call.caller();
        long secondsLeft = Math.max(1, (caller.expiresAtMs() - time.nowMs()) / 1000);
        String token = cookies.issue(caller.user(), caller.roles(), caller.expiresAtMs());
        call.context()
                .response()
                .addCookie(SessionCookie.holding(token, secondsLeft, SessionCookie.isSecure(secure, request)));
        call.answer(200, Me.of(caller));
    }

    private void signOut(ApiCall call) {
        boolean overTls = SessionCookie.isSecure(secure, call.context().request());
        call.context().response().addCookie(SessionCookie.holding("", 0, overTls));
        call.answerNothing();
    }
}
