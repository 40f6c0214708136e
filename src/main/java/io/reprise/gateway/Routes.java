package io.reprise.gateway;

import io.netty.channel.ChannelPipeline;
import io.reprise.config.Settings;
import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.Credentials;
import io.reprise.gateway.access.CrossOrigin;
import io.reprise.gateway.access.OriginPolicy;
import io.reprise.gateway.agui.AguiRoute;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.http.LingeringClose;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.http.RequestId;
import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.http.SecurityHeaders;
import io.reprise.gateway.openai.OpenAiRoute;
import io.reprise.gateway.page.StaticFiles;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiContract;
import io.reprise.gateway.rest.catalog.ToolCallRoute;
import io.reprise.gateway.rest.hook.InboundHookRoute;
import io.reprise.gateway.socket.Handshake;
import io.reprise.gateway.socket.Socket;
import io.reprise.gateway.socket.Sockets;
import io.reprise.support.IdSource;
import io.reprise.telemetry.trace.Tracing;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All HTTP routes of the server. */
public final class Routes {
    /**
     * A handler of requests that no operation of the REST interface answers.
     *
     * @param method null for those that handle every method
     * @param path as it was mounted, such as {@code /agui/:agent}
     * @param exact whether it handles this path only, and not everything that begins with it
     */
    public record Mounted(String method, String path, boolean exact) {}

    private final Settings settings;
    private final OriginPolicy origins;
    private final Authenticator authenticator;
    private final Sockets sockets;
    private final ApiContract contract;
    private final IdSource ids;
    private final Tracing tracing;

    Routes(
            Settings settings,
            Authenticator authenticator,
            Sockets sockets,
            ApiContract contract,
            IdSource ids,
            Tracing tracing) {
        this.settings = settings;
        this.origins = new OriginPolicy(settings.server().allowedOrigins());
        this.authenticator = authenticator;
        this.sockets = sockets;
        this.contract = contract;
        this.ids = ids;
        this.tracing = tracing;
    }

    /** @param others adds further routes outside the REST interface */
    Router router(Vertx vertx, Consumer<Router> others, Api api) {
        Router router = Router.router(vertx);
        Problem.handleErrorsOf(router);
        router.route().handler(new RequestId(ids));
        router.route().handler(new SecurityHeaders(settings.cluster().peers()));
        if (tracing.isOn()) {
            // Not files, probes and metrics, of which there are many and nobody wants to know.
            RequestTrace trace = new RequestTrace(tracing);
            router.route(ApiContract.BASE + "/*").handler(trace);
            router.route(InboundHookRoute.PATH + "*").handler(trace);
            router.route(ToolCallRoute.PATH + "*").handler(trace);
            router.route(AguiRoute.PATH + "*").handler(trace);
            router.route(OpenAiRoute.PATH + "*").handler(trace);
        }
        others.accept(router);
        router.route("/ws").handler(authenticator::limit);
        router.get("/ws").handler(this::upgrade);
        router.route("/openapi.yaml")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(this::publish);
        router.route(ApiContract.BASE + "/*").subRouter(api.router(vertx));
        new StaticFiles(settings.server().webroot(), settings.server().builtPage()).mountOn(router);
        return router;
    }

    /** What a router has, but for operations of the REST interface, handlers of all paths, and files by their endings. */
    static List<Mounted> mounted(Router router) {
        return router.getRoutes().stream()
                .filter(route -> route.getPath() != null && !route.getPath().startsWith(ApiContract.BASE))
                .flatMap(route ->
                        methods(route).map(method -> new Mounted(method, route.getPath(), route.isExactPath())))
                .distinct()
                .toList();
    }

    private static Stream<String> methods(Route route) {
        return route.methods() == null || route.methods().isEmpty()
                ? Stream.of((String) null)
                : route.methods().stream().map(HttpMethod::name);
    }

    private void publish(RoutingContext context) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(
                        HttpHeaders.CONTENT_LENGTH,
                        Integer.toString(contract.text().length()))
                .end(Answers.isHead(context) ? Buffer.buffer() : contract.text());
    }

    private void upgrade(RoutingContext context) {
        Handshake.Fault fault = Handshake.fault(context.request());
        if (fault != null) {
            context.response().putHeader("Sec-WebSocket-Version", Handshake.VERSION);
            Problem.send(context, fault.status(), fault.failure());
        } else if (!origins.allows(context.request())) {
            Problem.send(context, CrossOrigin.REFUSED);
        } else {
            Credentials credentials = authenticator.credentials(context.request());
            ChannelPipeline handlers = LingeringClose.pipeline(context.request().connection());
            sockets.upgrade(context.request(), new Socket.Upgrade(credentials, session(context), handlers));
        }
    }

    /** The session to attach after the welcome, or null. */
    private static String session(RoutingContext context) {
        String session = context.request().getParam("session");
        return session == null || session.isEmpty() ? null : session;
    }
}
