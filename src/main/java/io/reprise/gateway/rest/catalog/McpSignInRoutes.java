package io.reprise.gateway.rest.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.account.McpSignInStore.Listed;
import io.reprise.config.access.AuthSettings;
import io.reprise.gateway.access.oidc.CookieKind;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.history.StoreAway;
import io.reprise.mcp.signin.McpSignIns;
import io.reprise.mcp.signin.McpSignIns.Begin;
import io.reprise.mcp.signin.SignInFailure;
import io.reprise.mcp.signin.Waiting;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The caller's own sign-ins to MCP servers. */
public final class McpSignInRoutes {
    private static final Failure NOT_FOUND = Failure.notFound("Sign-in");
    private static final Failure VISITOR =
            Failure.of(ErrorCode.FORBIDDEN, "Sign-ins to MCP servers are for people who have signed in here.");
    private static final Failure BY_KEY =
            Failure.of(ErrorCode.FORBIDDEN, "Sign-ins to MCP servers are managed by people, and not with an API key.");

    private final Vertx vertx;
    private final McpSignIns signIns;
    private final CookieKind cookies;

    /** @param publicUrl empty if it is not known */
    public McpSignInRoutes(Vertx vertx, McpSignIns signIns, AuthSettings auth, Optional<String> publicUrl) {
        this.vertx = vertx;
        this.signIns = signIns;
        this.cookies = CookieKind.of(auth.cookieSecure(), publicUrl.orElse(""));
    }

    public void bindTo(Api api) {
        api.on("listMcpSignIns", byPerson(this::list))
                .on("startMcpSignIn", byPerson(this::start))
                .on("deleteMcpSignIn", byPerson(this::delete));
    }

    private static Consumer<ApiCall> byPerson(Consumer<ApiCall> operation) {
        return call -> {
            if (call.caller().key() == null) operation.accept(call);
            else call.refuse(BY_KEY);
        };
    }

    private record SignInList(List<ShownServer> servers) {}

    /** @param signedInAt absent if the caller is not signed in */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownServer(String name, String title, String signedInAt) {}

    private void list(ApiCall call) {
        signIns.list(call.user())
                .onSuccess(found -> call.answer(200, new SignInList(shown(found))))
                .onFailure(call::storeAway);
    }

    private List<ShownServer> shown(List<Listed> found) {
        Map<String, Listed> known = found.stream().collect(Collectors.toMap(Listed::server, Function.identity()));
        return signIns.servers().stream()
                .map(name -> new ShownServer(
                        name,
                        signIns.title(name).orElse(name),
                        known.containsKey(name)
                                ? Instant.ofEpochMilli(known.get(name).signedInMs())
                                        .toString()
                                : null))
                .toList();
    }

    private record Address(String address) {}

    private void start(ApiCall call) {
        String server = call.text("server");
        if (signIns.title(server).isEmpty()) {
            call.refuse(Failure.notFound("MCP server"));
            return;
        }
        if (call.refused(call.withheld(VISITOR, signIns.reasonOff()))) return;
        String session = call.text("session");
        String interrupt = call.text("interrupt");
        boolean waits = session != null && interrupt != null;
        String scope = call.text("scope");
        Future.fromCompletionStage(
                        signIns.begin(
                                call.user(),
                                server,
                                scope == null ? "" : scope,
                                waits ? new Waiting(session, interrupt) : Waiting.NOTHING),
                        vertx.getOrCreateContext())
                .onSuccess(begin -> go(call, begin))
                .onFailure(cause -> refuse(call, cause));
    }

    /** The cookie ties the way back to this browser. Not strict: the browser must send it with the redirect. */
    private void go(ApiCall call, Begin begin) {
        call.context()
                .response()
                .addCookie(cookies.make(
                        begin.name(), begin.binding(), Math.max(1, begin.lifeMs() / 1_000), CookieSameSite.LAX));
        call.context().response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        String accepts = call.context().request().getHeader(HttpHeaders.ACCEPT);
        if (accepts == null || !accepts.contains("text/html")) {
            call.answer(200, new Address(begin.address()));
            return;
        }
        call.context()
                .response()
                .setStatusCode(303)
                .putHeader(HttpHeaders.LOCATION, begin.address())
                .end();
    }

    private static void refuse(ApiCall call, Throwable cause) {
        if (cause instanceof SignInFailure failure) {
            call.refuse(Failure.of(ErrorCode.UNAVAILABLE, failure.getMessage()));
        } else if (StoreAway.isCause(cause)) {
            call.refuse(Failure.unavailable());
        } else {
            call.storeAway(cause);
        }
    }

    private void delete(ApiCall call) {
        call.removed(
                Future.fromCompletionStage(
                        signIns.remove(call.user(), call.text("server")), vertx.getOrCreateContext()),
                NOT_FOUND);
    }
}
