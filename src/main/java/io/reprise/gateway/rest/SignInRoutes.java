package io.reprise.gateway.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.config.access.AuthSettings.CookieSecure;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.access.PushSignIns;
import io.reprise.gateway.access.SessionCookie;
import io.reprise.gateway.access.VisitorCookies;
import io.reprise.gateway.access.oidc.Oidc;
import io.reprise.gateway.access.token.OwnTokens;
import io.reprise.gateway.http.Bearer;
import io.reprise.message.AnonymousUsers;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.List;

/** Sign-in with a cookie, sign-out, and the current user. */
public final class SignInRoutes {
    private static final Failure TOKEN_NEEDED =
            Failure.of(ErrorCode.UNAUTHORIZED, "The Authorization header must contain a token.");

    private static final Failure NO_KEY = Failure.of(ErrorCode.FORBIDDEN, "An API key cannot sign a browser in.");

    private final OwnTokens cookies;
    private final CookieSecure secure;
    private final WallClock time;
    private final Oidc oidc;
    private final VisitorCookies visitors;
    private final PushSignIns pushSignIns;

    /**
     * @param cookies makes what the cookies hold
     * @param oidc null: it is off
     * @param visitors null: {@code auth.anonymous} is off
     * @param pushSignIns end with a sign-in
     */
    public SignInRoutes(
            OwnTokens cookies,
            CookieSecure secure,
            WallClock time,
            Oidc oidc,
            VisitorCookies visitors,
            PushSignIns pushSignIns) {
        this.cookies = cookies;
        this.secure = secure;
        this.time = time;
        this.oidc = oidc;
        this.visitors = visitors;
        this.pushSignIns = pushSignIns;
    }

    record Me(
            String user,
            @JsonInclude(JsonInclude.Include.NON_NULL) String name,
            List<String> roles,
            String expiresAt,
            @JsonInclude(JsonInclude.Include.NON_NULL) Boolean anonymous) {
        static Me of(Identity identity, String name) {
            return new Me(
                    identity.user(),
                    name,
                    identity.roles(),
                    Instant.ofEpochMilli(identity.expiresAtMs()).toString(),
                    AnonymousUsers.isOne(identity.user()) ? true : null);
        }
    }

    /** Where to go on after signing out. */
    record Onward(String next) {}

    public void bindTo(Api api) {
        api.on("signIn", this::signIn).on("signOut", this::signOut).on("whoAmI", this::whoAmI);
    }

    private void whoAmI(ApiCall call) {
        HttpServerRequest request = call.context().request();
        boolean named = oidc != null && Bearer.of(request) == null;
        Future<String> name = named ? oidc.displayName(request) : Future.succeededFuture(null);
        Identity caller = visitors == null ? call.caller() : visitors.renewed(request, call.caller());
        name.onSuccess(known -> call.answer(200, Me.of(caller, known)));
    }

    /** The cookie expires with the token; it does not extend it. It replaces any other sign-in of this browser. */
    private void signIn(ApiCall call) {
        HttpServerRequest request = call.context().request();
        if (Bearer.of(request) == null || call.caller().key() != null) {
            call.refuse(call.caller().key() == null ? TOKEN_NEEDED : NO_KEY);
            return;
        }
        ended(request).onSuccess(before -> signedIn(call));
    }

    private void signedIn(ApiCall call) {
        HttpServerRequest request = call.context().request();
        Identity caller = call.caller();
        long secondsLeft = Math.max(1, (caller.expiresAtMs() - time.nowMs()) / 1000);
        String token = cookies.issue(caller.user(), caller.roles(), caller.expiresAtMs());
        call.context()
                .response()
                .addCookie(SessionCookie.holding(token, secondsLeft, SessionCookie.isSecure(secure, request)));
        call.answer(200, Me.of(caller, null));
    }

    private void signOut(ApiCall call) {
        HttpServerRequest request = call.context().request();
        ended(request).onSuccess(atProvider -> {
            boolean overTls = SessionCookie.isSecure(secure, request);
            request.response().addCookie(SessionCookie.holding("", 0, overTls));
            if (atProvider) call.answer(200, new Onward(Oidc.goodbyePath()));
            else call.answerNothing();
        });
    }

    /** Ends what there is; whether the person is signed in at the provider, too. */
    private Future<Boolean> ended(HttpServerRequest request) {
        return pushSignIns
                .ended(request)
                .compose(done -> oidc == null ? Future.succeededFuture(false) : oidc.signOut(request));
    }
}
