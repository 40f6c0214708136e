package io.reprise.gateway;

import io.reprise.config.Settings;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What the server answers at which address. */
final class Routes {
    private final Settings settings;
    private final OriginPolicy origins;
    private final Sockets sockets;
    private final BooleanSupplier ready;

    Routes(Settings settings, Sockets sockets, BooleanSupplier ready) {
        this.settings = settings;
        this.origins = new OriginPolicy(settings.server().origins());
        this.sockets = sockets;
        this.ready = ready;
    }

    Router router(Vertx vertx, SessionRoutes sessions, DevTokenRoute devToken) {
        Router router = Router.router(vertx);
        Problem.handleErrorsOf(router);
        router.route().handler(new SecurityHeaders());
        router.get("/health/live").handler(context -> health(context, 200, "live"));
        router.get("/health/ready").handler(this::readiness);
        router.get("/ws").handler(this::upgrade);
        Router api = Router.router(vertx);
        ApiBodies.readOn(api, settings.server().frameBytesMax());
        devToken.mountOn(api);
        sessions.mountOn(api);
        router.route("/api/v1/*").subRouter(api);
        new StaticFiles(settings.server().webroot()).mountOn(router);
        return router;
    }

    private void readiness(RoutingContext context) {
        if (ready.getAsBoolean()) health(context, 200, "ready");
        else health(context, 503, "not ready");
    }

    private static void health(RoutingContext context, int code, String status) {
        context.response()
                .setStatusCode(code)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(Json.text(Map.of("status", status)));
    }

    private void upgrade(RoutingContext context) {
        if (!"websocket".equalsIgnoreCase(context.request().getHeader(HttpHeaders.UPGRADE))) {
            Problem.send(context, Failure.badRequest("This address speaks WebSocket."));
        } else if (!origins.allows(context.request())) {
            Problem.send(context, Failure.of(ErrorCode.FORBIDDEN, "Pages of this origin may not connect."));
        } else {
            String token = Bearer.of(context.request());
            sockets.upgrade(context.request(), new Socket.Upgrade(token, session(context)));
        }
    }

    /** A session to attach at once, or null. */
    private static String session(RoutingContext context) {
        String session = context.request().getParam("session");
        return session == null || session.isEmpty() ? null : session;
    }
}
