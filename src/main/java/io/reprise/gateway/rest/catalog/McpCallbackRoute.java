package io.reprise.gateway.rest.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.config.access.AuthSettings;
import io.reprise.gateway.access.AccessParts;
import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.oidc.CookieKind;
import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.link.PendingCommands;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.mcp.signin.McpSignIns;
import io.reprise.mcp.signin.McpSignIns.Finished;
import io.reprise.mcp.signin.SignInFailure;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Interrupt.Decision;
import io.reprise.support.Digest;
import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back from the authorization server of an MCP server, {@code GET /oauth/callback}. Who comes back is known by the state
 * and by a cookie of the browser that began; what waits for the sign-in then goes on.
 */
public final class McpCallbackRoute {
    private static final Logger log = LoggerFactory.getLogger(McpCallbackRoute.class);
    private static final String TOO_OFTEN = "Too many sign-ins from this address did not succeed; try again later.";
    private static final String FAILED = "The sign-in could not be kept; try again.";

    private final McpSignIns signIns;
    private final Authenticator authenticator;
    private final AccessParts access;
    private final PendingCommands commands;
    private final CookieKind cookies;
    private final String publicUrl;

    /** @param publicUrl empty if it is not known */
    public McpCallbackRoute(
            McpSignIns signIns,
            Authenticator authenticator,
            AccessParts access,
            PendingCommands commands,
            AuthSettings auth,
            Optional<String> publicUrl) {
        this.signIns = signIns;
        this.authenticator = authenticator;
        this.access = access;
        this.commands = commands;
        this.cookies = CookieKind.of(auth.cookieSecure(), publicUrl.orElse(""));
        this.publicUrl = publicUrl.orElse("");
    }

    public void mountOn(Router router) {
        router.get(McpSignIns.CALLBACK).handler(authenticator::limit).handler(this::finish);
        router.get(McpSignIns.DESCRIPTION).handler(authenticator::limit).handler(this::describe);
    }

    private void describe(RoutingContext context) {
        RequestTrace.route(context, McpSignIns.DESCRIPTION);
        Optional<ObjectNode> description = signIns.description();
        if (description.isEmpty()) {
            say(context, 404, "This server has no address with TLS at which it could be described.");
            return;
        }
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(description.get().toString());
    }

    private void finish(RoutingContext context) {
        RequestTrace.route(context, McpSignIns.CALLBACK);
        String address = authenticator.address(context.request());
        if (access.limits().attempt(address) > 0) {
            say(context, 429, TOO_OFTEN);
            return;
        }
        McpSignIns.Return given = new McpSignIns.Return(
                parameter(context, "state"),
                parameter(context, "code"),
                parameter(context, "error"),
                parameter(context, "iss"));
        Future.fromCompletionStage(
                        signIns.finish(given, binding(context, given.state())),
                        context.vertx().getOrCreateContext())
                .onSuccess(finished -> welcome(context, finished))
                .onFailure(cause -> refuse(context, address, cause));
    }

    private static String parameter(RoutingContext context, String name) {
        String value = context.request().getParam(name);
        return value == null || value.length() > 8_192 ? null : value;
    }

    /** What this browser has kept; it is good once. */
    private String binding(RoutingContext context, String state) {
        if (state == null) return null;
        String plain = McpSignIns.cookie(state);
        Cookie cookie = context.request().getCookie(cookies.name(plain));
        if (cookie == null) return null;
        context.response().addCookie(cookies.make(plain, "", 0, CookieSameSite.LAX));
        return cookie.getValue();
    }

    private void refuse(RoutingContext context, String address, Throwable cause) {
        if (cause instanceof SignInFailure failure) {
            if (failure.isSuspect()) access.limits().failed(address);
            say(context, 400, failure.getMessage());
            return;
        }
        log.atWarn().addKeyValue("cause", String.valueOf(cause)).log("a sign-in to an MCP server failed");
        say(context, 503, FAILED);
    }

    private void welcome(RoutingContext context, Finished finished) {
        String session = finished.where().session();
        if (session == null) {
            go(context, "#/keys");
            return;
        }
        Command.Answer answer = new Command.Answer(finished.where().interrupt(), Decision.ACCEPT, null, null);
        String id = "mcp_" + Digest.of(session, answer.interrupt());
        Asked asked = new Asked(session, finished.user(), id, answer).because(RequestTrace.cause(context));
        commands.ask(asked, outcome -> {
            if (outcome instanceof CommandOutcome.Refused refused) {
                log.atInfo()
                        .addKeyValue("session", session)
                        .addKeyValue("reason", refused.failure().message())
                        .log("nothing waited for a sign-in to an MCP server");
            }
            go(context, "#/s/" + session);
        });
    }

    private void go(RoutingContext context, String place) {
        context.response()
                .setStatusCode(303)
                .putHeader(HttpHeaders.LOCATION, publicUrl + "/" + place)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end();
    }

    private static void say(RoutingContext context, int status, String words) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(words + "\n");
    }
}
