package io.reprise.gateway;

import io.reprise.config.ServerSettings;
import io.reprise.config.Settings;
import io.reprise.config.access.AuthSettings;
import io.reprise.gateway.access.AccessParts;
import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.ClientAddresses;
import io.reprise.gateway.access.CrossOrigin;
import io.reprise.gateway.access.OriginPolicy;
import io.reprise.gateway.access.PushSignIns;
import io.reprise.gateway.access.Renewals;
import io.reprise.gateway.access.VisitorCookies;
import io.reprise.gateway.access.oidc.Oidc;
import io.reprise.gateway.access.token.OwnTokens;
import io.reprise.gateway.access.token.Verifiers;
import io.reprise.gateway.agui.AguiRoute;
import io.reprise.gateway.frame.CommandReader;
import io.reprise.gateway.http.BodyReader;
import io.reprise.gateway.http.LingeringClose;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.http.RequestAddress;
import io.reprise.gateway.http.RequestDecoder;
import io.reprise.gateway.link.Connections;
import io.reprise.gateway.link.PendingCommands;
import io.reprise.gateway.openai.OpenAiRoute;
import io.reprise.gateway.reading.Notices;
import io.reprise.gateway.reading.Subscriptions;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.CheckpointRoutes;
import io.reprise.gateway.rest.CommandCalls;
import io.reprise.gateway.rest.DevTokenRoute;
import io.reprise.gateway.rest.ExportRoutes;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.JobRoutes;
import io.reprise.gateway.rest.LiveRoutes;
import io.reprise.gateway.rest.OidcRoutes;
import io.reprise.gateway.rest.OperationRoutes;
import io.reprise.gateway.rest.PreferenceRoutes;
import io.reprise.gateway.rest.RecallRoutes;
import io.reprise.gateway.rest.SessionRoutes;
import io.reprise.gateway.rest.SignInRoutes;
import io.reprise.gateway.rest.UserRoutes;
import io.reprise.gateway.rest.VersionRoutes;
import io.reprise.gateway.rest.VisitRoute;
import io.reprise.gateway.rest.attachment.AttachmentRoutes;
import io.reprise.gateway.rest.audit.AuditRoutes;
import io.reprise.gateway.rest.catalog.CatalogRoutes;
import io.reprise.gateway.rest.catalog.CheckRoute;
import io.reprise.gateway.rest.catalog.ChoiceRoute;
import io.reprise.gateway.rest.catalog.McpCallbackRoute;
import io.reprise.gateway.rest.catalog.McpRoutes;
import io.reprise.gateway.rest.catalog.McpSignInRoutes;
import io.reprise.gateway.rest.catalog.PreviewRoute;
import io.reprise.gateway.rest.catalog.PromptRoutes;
import io.reprise.gateway.rest.catalog.ToolCallRoute;
import io.reprise.gateway.rest.catalog.ToolRoutes;
import io.reprise.gateway.rest.feedback.FeedbackRoutes;
import io.reprise.gateway.rest.hook.HookRoutes;
import io.reprise.gateway.rest.hook.InboundHookRoute;
import io.reprise.gateway.rest.hook.WebhookRoutes;
import io.reprise.gateway.rest.key.KeyRoutes;
import io.reprise.gateway.rest.memory.MemoryRoutes;
import io.reprise.gateway.rest.push.PushRoutes;
import io.reprise.gateway.rest.settings.SettingsRoutes;
import io.reprise.gateway.rest.usage.UsageRoutes;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.gateway.socket.Sockets;
import io.reprise.gateway.stream.EventStreams;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a gateway serves over HTTP: the port for clients with its routes, and the management port. */
final class HttpEndpoints {
    private static final int HEADER_BYTES_BESIDE_TOKEN = 8_192;

    private final Vertx vertx;
    private final GatewayParts parts;
    private final Settings settings;
    private final Current<Settings> current;
    private final MonotonicClock clock;
    private final ClientAddresses addresses;
    private final Oidc oidc;
    private final HttpServer server;
    private final HttpServer management;
    private final Router router;

    /** The parts of the gateway that connections use. */
    record Inside(Subscriptions subscriptions, PendingCommands commands, Notices notices, Connections connections) {}

    HttpEndpoints(Vertx vertx, GatewayParts parts, MonotonicClock clock, Inside inside) {
        this.vertx = vertx;
        this.parts = parts;
        this.settings = parts.settings();
        this.current = parts.current();
        this.clock = clock;
        this.addresses = new ClientAddresses(settings.server().trustedProxies());
        this.oidc = settings.auth().oidc().isOn() ? oidc() : null;
        Authenticator authenticator = authenticator();
        SocketParts shared = new SocketParts(
                current,
                parts.catalogue().live().current(),
                parts.node().id(),
                parts.node().version(),
                authenticator,
                parts.access().limits(),
                parts.intake(),
                inside.subscriptions(),
                inside.commands(),
                inside.notices(),
                parts.outside().secrets(),
                parts.metrics(),
                parts.tracing(),
                parts.time(),
                clock);
        Sockets sockets = new Sockets(shared, parts.ids(), inside.connections());
        EventStreams streams = new EventStreams(shared, parts.ids(), inside.connections());
        HttpServerOptions options = httpOptions();
        server = vertx.createHttpServer(options)
                .connectionHandler(connection -> connected(connection, options))
                .invalidRequestHandler(Problem::refuseUnreadable);
        OperationRoutes operations = new OperationRoutes(parts.node());
        boolean apart = settings.server().managementPort() != 0;
        management = apart ? management(operations) : null;
        router = new Routes(settings, authenticator, sockets, parts.contract(), parts.ids(), parts.tracing())
                .router(
                        vertx,
                        others -> {
                            inboundHooks(authenticator, inside.commands()).mountOn(others);
                            toolCalls(authenticator).mountOn(others);
                            mcpCallback(authenticator, inside.commands()).mountOn(others);
                            new AguiRoute(parts, shared, inside.connections(), crossOrigin(), bodies()).mountOn(others);
                            new OpenAiRoute(parts, shared, inside.connections(), crossOrigin(), bodies())
                                    .mountOn(others);
                            if (apart) return;
                            operations.mountBesideOthers(others, authenticator, this::isOfThisMachine);
                        },
                        api(authenticator, streams, inside.commands()));
        server.requestHandler(new RequestAddress(router));
    }

    /** The port for clients, while it listens. */
    int port() {
        return server.actualPort();
    }

    List<Routes.Mounted> mounted() {
        return Routes.mounted(router);
    }

    /** Listens on the management port, if there is one, and then on the port for clients. */
    Future<?> listen() {
        int port = settings.server().port();
        if (management != null) {
            return management
                    .listen(
                            settings.server().managementPort(),
                            settings.server().managementHost())
                    .compose(listening -> listen(port));
        }
        return listen(port);
    }

    private Future<?> listen(int port) {
        // With port 0, Vert.x gives each instance its own port; with the same negative number they share one.
        return server.listen(port == 0 ? -1 : port, settings.server().host());
    }

    Future<Void> close() {
        return server.close();
    }

    private boolean isOfThisMachine(HttpServerRequest request) {
        return settings.server().isLoopback() && addresses.isOfThisMachine(request);
    }

    private void connected(HttpConnection connection, HttpServerOptions options) {
        String address = addresses.ofPeer(connection.remoteAddress());
        RequestDecoder.install(
                connection,
                options,
                parts.intake(),
                address,
                current.get().limits().receiveMs());
    }

    private Authenticator authenticator() {
        AccessParts access = parts.access();
        int bytesMax = settings.auth().jwt().tokenBytesMax();
        Authenticator.By by = new Authenticator.By(
                Verifiers.of(vertx, settings.auth(), access.keys(), parts.time(), clock),
                Verifiers.cookies(
                        access.cookieSecret(),
                        bytesMax,
                        parts.time(),
                        settings.auth().anonymous()),
                oidc == null ? Renewals.NONE : oidc);
        return new Authenticator(by, settings.server(), access, parts.time());
    }

    private Oidc oidc() {
        AccessParts access = parts.access();
        return new Oidc(new Oidc.Parts(
                vertx,
                settings,
                access.oidcSecret(),
                access.cookieSecret(),
                access.signIns(),
                access.rights(),
                parts.time(),
                clock));
    }

    private Api api(Authenticator authenticator, EventStreams streams, PendingCommands commands) {
        OriginPolicy origins = new OriginPolicy(settings.server().allowedOrigins());
        Api api = new Api(
                parts.contract(),
                authenticator,
                origins,
                bodies(),
                settings.server().frameBytesMax());
        CommandCalls calls = new CommandCalls(
                commands,
                new CommandReader(
                        current.map(now -> now.sessions().textBytesMax()),
                        current.map(now -> now.tools().client())));
        new SessionRoutes(calls, parts).bindTo(api);
        new ExportRoutes(parts).bindTo(api);
        new AttachmentRoutes(parts, bodies()).bindTo(api);
        streams.bindTo(api);
        new RecallRoutes(calls, parts).bindTo(api);
        new KeyRoutes(parts.access().apiKeys(), parts.time()).bindTo(api);
        new HookRoutes(parts.outside().hooks()).bindTo(api);
        new WebhookRoutes(parts.outside().webhooks(), parts.access().limits()).bindTo(api);
        new AuditRoutes(parts.read()).bindTo(api);
        new FeedbackRoutes(parts).bindTo(api);
        new JobRoutes(parts.administration().jobs()).bindTo(api);
        new UserRoutes(parts.administration().userErasures()).bindTo(api);
        new SettingsRoutes(vertx, parts.administration(), parts.outside()).bindTo(api);
        new CatalogRoutes(parts.catalogue()).bindTo(api);
        new PromptRoutes(parts.catalogue()).bindTo(api);
        new McpRoutes(vertx, parts).bindTo(api);
        new McpSignInRoutes(vertx, parts.outside().mcpSignIns(), settings.auth(), publicUrl()).bindTo(api);
        new ToolRoutes(parts).bindTo(api);
        new PreviewRoute(parts).bindTo(api);
        new CheckRoute(parts).bindTo(api);
        new ChoiceRoute(parts.catalogue().live().current()).bindTo(api);
        new PreferenceRoutes(vertx, parts.read().preferences(), parts.time()).bindTo(api);
        new MemoryRoutes(parts.read().memories(), current.map(Settings::memory), parts.ids()).bindTo(api);
        new LiveRoutes(vertx, calls, parts).bindTo(api);
        new CheckpointRoutes(parts).bindTo(api);
        new VersionRoutes(parts).bindTo(api);
        new UsageRoutes(parts).bindTo(api);
        OwnTokens cookies = new OwnTokens(parts.access().cookieSecret(), parts.time());
        boolean anonymous = settings.auth().anonymous();
        VisitorCookies visitors =
                anonymous ? new VisitorCookies(cookies, settings.auth(), parts.ids(), parts.time()) : null;
        PushSignIns pushSignIns = new PushSignIns(
                parts.outside().pushes(), oidc == null ? Renewals.NONE : oidc, settings.auth(), parts.time());
        new PushRoutes(parts.outside().pushes(), pushSignIns, parts.access().limits()).bindTo(api);
        new SignInRoutes(cookies, settings.auth().cookieSecure(), parts.time(), oidc, visitors, pushSignIns)
                .bindTo(api);
        new VisitRoute(visitors, authenticator, parts.access().limits()).bindTo(api);
        new OidcRoutes(oidc, authenticator, parts.access().limits(), anonymous).bindTo(api);
        devToken().bindTo(api);
        return api;
    }

    private BodyReader bodies() {
        return new BodyReader(parts.intake(), current.map(now -> now.limits().receiveMs()));
    }

    private InboundHookRoute inboundHooks(Authenticator authenticator, PendingCommands commands) {
        return new InboundHookRoute(
                parts.outside().hooks(), commands, authenticator, parts.access(), bodies(), current);
    }

    private ToolCallRoute toolCalls(Authenticator authenticator) {
        return new ToolCallRoute(
                parts.outside().tools(),
                authenticator,
                crossOrigin(),
                bodies(),
                current.map(now -> now.server().frameBytesMax()));
    }

    private McpCallbackRoute mcpCallback(Authenticator authenticator, PendingCommands commands) {
        return new McpCallbackRoute(
                parts.outside().mcpSignIns(), authenticator, parts.access(), commands, settings.auth(), publicUrl());
    }

    private Optional<String> publicUrl() {
        return settings.server().publicUrl().map(Object::toString);
    }

    private CrossOrigin crossOrigin() {
        return new CrossOrigin(new OriginPolicy(settings.server().allowedOrigins()));
    }

    private DevTokenRoute devToken() {
        boolean dev = settings.auth().mode() == AuthSettings.Mode.DEV;
        OwnTokens tokens = dev ? new OwnTokens(parts.access().keys().secret(), parts.time()) : null;
        return new DevTokenRoute(current, tokens, parts.time());
    }

    private HttpServer management(OperationRoutes operations) {
        Router router = Router.router(vertx);
        Problem.handleErrorsOf(router);
        operations.mountApart(router, settings.server().isManagementLoopback());
        return vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .invalidRequestHandler(Problem::refuseUnreadable)
                .requestHandler(new RequestAddress(router));
    }

    private HttpServerOptions httpOptions() {
        ServerSettings limits = settings.server();
        int unheardMs = Math.max(
                Math.max(limits.silenceMs(), limits.commentMs()),
                settings.gateway().commandMs());
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(
                        HEADER_BYTES_BESIDE_TOKEN + settings.auth().jwt().tokenBytesMax())
                .setMaxWebSocketFrameSize(limits.frameBytesMax())
                .setMaxWebSocketMessageSize(limits.frameBytesMax())
                // HTTP/2 without TLS is off: the connection limits do not cover its streams, and browsers do not use
                // it.
                .setHttp2ClearTextEnabled(false)
                // Compression is off: a small frame could expand to any size, and deltas are too short to benefit.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setWebSocketClosingTimeout(LingeringClose.CLOSING_S)
                // Closes a connection on which nothing could be written for this time, not even a close frame. Pings
                // are more frequent.
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setWriteIdleTimeout(unheardMs + unheardMs / 2);
        if (limits.sendBufferBytes() > 0) options.setSendBufferSize(limits.sendBufferBytes());
        return options;
    }
}
