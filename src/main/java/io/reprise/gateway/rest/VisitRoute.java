package io.reprise.gateway.rest;

import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.Authenticator.Authentication;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.access.VisitorCookies;
import io.reprise.gateway.http.Bearer;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.gateway.rest.SignInRoutes.Me;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.http.HttpServerRequest;

/** Gives people without a sign-in a name of their own. Without {@code auth.anonymous} the path does not exist. */
public final class VisitRoute {
    private static final Failure TOO_MANY =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many visitors from this address; try again later.");

    private final VisitorCookies cookies;
    private final Authenticator authenticator;
    private final RateLimits limits;

    /** @param cookies null: {@code auth.anonymous} is off */
    public VisitRoute(VisitorCookies cookies, Authenticator authenticator, RateLimits limits) {
        this.cookies = cookies;
        this.authenticator = authenticator;
        this.limits = limits;
    }

    public void bindTo(Api api) {
        api.on("visit", cookies == null ? call -> call.refuse(Problem.NOTHING_HERE) : this::visit);
    }

    /** Whoever is known stays who they are: another page must not be able to sign somebody out. */
    private void visit(ApiCall call) {
        HttpServerRequest request = call.context().request();
        authenticator.authenticate(request).onSuccess(known -> {
            switch (known) {
                case Authentication.Known(Identity same) -> call.answer(200, Me.of(same, null));
                case Authentication.Refused refused
                when Bearer.of(request) == null && isNobody(refused.code()) -> come(call);
                case Authentication.Refused refused -> call.refuse(refused.failure());
            }
        });
    }

    private static boolean isNobody(ErrorCode code) {
        return code == ErrorCode.UNAUTHORIZED || code == ErrorCode.TOKEN_EXPIRED;
    }

    private void come(ApiCall call) {
        HttpServerRequest request = call.context().request();
        long waitMs = limits.visitor(authenticator.address(request));
        if (waitMs > 0) call.refuse(TOO_MANY.after(waitMs));
        else call.answer(200, Me.of(cookies.give(request), null));
    }
}
