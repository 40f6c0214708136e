package io.reprise.gateway.rest;

import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.oidc.Oidc;
import io.reprise.gateway.access.oidc.SignInError;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.limit.RateLimits;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;

/** Sign-in with OpenID Connect: addresses for browsers, not for scripts. The page shows errors. */
public final class OidcRoutes {
    private final Oidc oidc;
    private final Authenticator authenticator;
    private final RateLimits limits;

    /** @param oidc null if it is off; these addresses then do not exist */
    public OidcRoutes(Oidc oidc, Authenticator authenticator, RateLimits limits) {
        this.oidc = oidc;
        this.authenticator = authenticator;
        this.limits = limits;
    }

    record Ways(Provider oidc) {
        record Provider(String name, String url) {}
    }

    public void bindTo(Api api) {
        api.on("waysToSignIn", this::ways)
                .on("oidcSignIn", this::begin)
                .on("oidcCallback", this::finish)
                .on("oidcSignOut", this::goodbye);
    }

    private void ways(ApiCall call) {
        if (oidc == null) call.answer(200, Map.of());
        else call.answer(200, new Ways(new Ways.Provider(oidc.name(), oidc.url())));
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
