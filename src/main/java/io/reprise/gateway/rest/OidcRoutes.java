package io.reprise.gateway.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.oidc.Oidc;
import io.reprise.gateway.access.oidc.SignInError;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.limit.RateLimits;
import io.vertx.core.http.HttpHeaders;

/** Sign-in with OpenID Connect: addresses for browsers, not for scripts. The page shows errors. */
public final class OidcRoutes {
    private final Oidc oidc;
    private final Authenticator authenticator;
    private final RateLimits limits;
    private final boolean anonymous;

    /**
     * @param oidc null if it is off; these addresses then do not exist
     * @param anonymous whether people need no sign-in
     */
    public OidcRoutes(Oidc oidc, Authenticator authenticator, RateLimits limits, boolean anonymous) {
        this.anonymous = anonymous;
        this.oidc = oidc;
        this.authenticator = authenticator;
        this.limits = limits;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Ways(Provider oidc, Boolean anonymous) {
        record Provider(String name, String url) {}
    }

    public void bindTo(Api api) {
        api.on("waysToSignIn", this::ways)
                .on("oidcSignIn", this::begin)
                .on("oidcCallback", this::finish)
                .on("oidcSignOut", this::goodbye);
    }

    private void ways(ApiCall call) {
        Ways.Provider provider = oidc == null ? null : new Ways.Provider(oidc.name(), oidc.url());
        call.answer(200, new Ways(provider, anonymous ? true : null));
    }

    private void begin(ApiCall call) {
        if (oidc == null) call.refuse(Problem.NOTHING_HERE);
        else oidc.begin(call.context().request(), call.text("return")).onSuccess(address -> go(call, address));
    }

    private void finish(ApiCall call) {
        if (oidc == null) {
            call.refuse(Problem.NOTHING_HERE);
            return;
        }
        String address = authenticator.address(call.context().request());
        if (limits.attempt(address) > 0) {
            go(call, oidc.refused(SignInError.TOO_MANY_REQUESTS).address());
            return;
        }
        Oidc.Return given =
                new Oidc.Return(call.text("state"), call.text("code"), call.text("error"), call.text("iss"));
        oidc.finish(call.context().request(), given).onSuccess(onward -> {
            if (onward.suspect()) limits.failed(address);
            go(call, onward.address());
        });
    }

    private void goodbye(ApiCall call) {
        if (oidc == null) call.refuse(Problem.NOTHING_HERE);
        else oidc.goodbye(call.context().request()).onSuccess(address -> go(call, address));
    }

    private static void go(ApiCall call, String address) {
        call.context()
                .response()
                .setStatusCode(303)
                .putHeader(HttpHeaders.LOCATION, address)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end();
    }
}
