package io.reprise.gateway;

import io.reprise.config.ServerSettings;
import io.reprise.config.Settings;
import io.reprise.config.access.AuthSettings;
import io.reprise.gateway.access.AccessParts;
import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.ClientAddresses;
import io.reprise.gateway.access.OriginPolicy;
import io.reprise.gateway.access.Renewals;
import io.reprise.gateway.access.VisitorCookies;
import io.reprise.gateway.access.oidc.Oidc;
import io.reprise.gateway.access.token.OwnTokens;
import io.reprise.gateway.access.token.Verifiers;
import io.reprise.gateway.frame.CommandReader;
import io.reprise.gateway.http.BodyReader;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.http.RequestAddress;
import io.reprise.gateway.http.RequestDecoder;
import io.reprise.gateway.link.Connections;
import io.reprise.gateway.link.GatewayLink;
import io.reprise.gateway.link.OwnerPort;
import io.reprise.gateway.link.PendingCommands;
import io.reprise.gateway.link.ShardOwners;
import io.reprise.gateway.reading.FanOut;
import io.reprise.gateway.reading.Notices;
import io.reprise.gateway.reading.Subscriptions;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.AuditRoutes;
import io.reprise.gateway.rest.CheckpointRoutes;
import io.reprise.gateway.rest.CommandCalls;
import io.reprise.gateway.rest.DevTokenRoute;
import io.reprise.gateway.rest.ExportRoutes;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.JobRoutes;
import io.reprise.gateway.rest.OidcRoutes;
import io.reprise.gateway.rest.OperationRoutes;
import io.reprise.gateway.rest.RecallRoutes;
import io.reprise.gateway.rest.SessionRoutes;
import io.reprise.gateway.rest.SignInRoutes;
import io.reprise.gateway.rest.UserRoutes;
import io.reprise.gateway.rest.VersionRoutes;
import io.reprise.gateway.rest.VisitRoute;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.gateway.socket.Sockets;
import io.reprise.gateway.stream.EventStreams;
import io.reprise.message.Delivery;
import io.reprise.message.NodeMessage;
import io.reprise.message.UserNotices;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.NodeBus;
import io.reprise.message.bus.Sharding;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the gateways of a node. They share the port; each has its own sockets and its own bus address. When it stops,
 * it asks all clients to reconnect and closes their sockets with 4001.
 */
public final class GatewayVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(GatewayVerticle.class);
    /** Most of the time that a start waits for the owners of shards; the others are asked for again at each beat. */
    private static final int OWNERS_MS = 2_000;

    /** Limits of a stop: for the sockets of clients, and then for the ports. */
    private static final int GOODBYE_MS = 2_000;

    private static final int TURN_MS = 1;
    private static final int TICK_MS_MIN = 20;
    private static final int TICK_MS_MAX = 500;
    private static final int TICKS_PER_LIMIT = 4;
    private static final int HEADER_BYTES_BESIDE_TOKEN = 8_192;

    /**
     * How long a client may take to answer a close frame, or to close its side of the connection. Not a setting: a close
     * frame takes one round trip, which does not depend on the load or the use of the server, and Vert.x takes seconds.
     */
    public static final int CLOSING_S = 5;

    /**
     * Numbers start at the current time in microseconds, so they are larger than all numbers of earlier processes,
     * provided that these used fewer than one per microsecond.
     */
    private static final long NUMBERS_PER_MS = 1_000;

    private final GatewayParts parts;
    /** The settings at the start: addresses and keys, which do not change while the verticle runs. */
    private final Settings settings;

    /** The current settings. */
    private final Current<Settings> current;

    private final String address;
    private final String control;
    private final ClientAddresses addresses;
    private final MonotonicClock clock = MonotonicClock.system();
    private NodeBus bus;
    private NodeBus.Listening own;
    private Oidc oidc;
    private ShardOwners owners;
    private final Notices notices;
    private Subscriptions subscriptions;
    private PendingCommands commands;
    private Connections connections;
    private HttpServer server;
    private HttpServer management;

    public GatewayVerticle(GatewayParts parts, int instance) {
        this.parts = parts;
        this.settings = parts.settings();
        this.current = parts.current();
        this.notices = new Notices(current.map(now -> now.gateway().changesPerUserMax()));
        this.address = Addresses.gateway(parts.node().id(), instance);
        this.addresses = new ClientAddresses(settings.server().trustedProxies());
        this.control = Addresses.gatewayControl(parts.node().id(), instance);
    }

    @Override
    public Future<?> start() {
        build();
        return listenOnBus()
                .compose(listening -> awaitOwners())
                .compose(known -> listenForClients())
                .onSuccess(listening -> keepTime());
    }

    /** The port on which it listens, after it is deployed. */
    public int port() {
        return server.actualPort();
    }

    private void build() {
        bus = NodeBus.of(vertx);
        long numbersFrom = parts.time().nowMs() * NUMBERS_PER_MS;
        OwnerPort port = (shard, owner, message) -> bus.send(Addresses.shard(shard, owner), message);
        owners = new ShardOwners(new Sharding(settings.sessions().shards()));
        GatewayLink link = new GatewayLink(address, owners, port, clock, parts.metrics());
        subscriptions = new Subscriptions(link, patience(), turns(), numbersFrom);
        commands = new PendingCommands(
                link, parts.access().limits(), current.map(now -> now.gateway().commandMs()), numbersFrom);
        oidc = settings.auth().oidc().isOn() ? oidc() : null;
        Authenticator authenticator = authenticator();
        SocketParts shared = new SocketParts(
                current,
                parts.node().id(),
                parts.node().version(),
                authenticator,
                parts.access().limits(),
                parts.intake(),
                subscriptions,
                commands,
                notices,
                parts.metrics(),
                parts.time(),
                clock);
        connections = new Connections(parts.connections(), parts.access().limits());
        Sockets sockets = new Sockets(shared, parts.ids(), connections);
        EventStreams streams = new EventStreams(shared, parts.ids(), connections);
        HttpServerOptions options = httpOptions();
        server = vertx.createHttpServer(options)
                .connectionHandler(connection -> connected(connection, options))
                .invalidRequestHandler(Problem::refuseUnreadable);
        OperationRoutes operations = new OperationRoutes(parts.node());
        boolean apart = settings.server().managementPort() != 0;
        if (apart) buildManagement(operations);
        server.requestHandler(new RequestAddress(new Routes(settings, authenticator, sockets, parts.contract())
                .router(
                        vertx,
                        router -> {
                            if (apart) return;
                            operations.mountBesideOthers(router, authenticator, this::isOfThisMachine);
                        },
                        api(authenticator, streams))));
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

    private Api api(Authenticator authenticator, EventStreams streams) {
        OriginPolicy origins = new OriginPolicy(settings.server().allowedOrigins());
        BodyReader bodies =
                new BodyReader(parts.intake(), current.map(now -> now.limits().receiveMs()));
        Api api = new Api(
                parts.contract(),
                authenticator,
                origins,
                bodies,
                settings.server().frameBytesMax());
        CommandCalls calls = new CommandCalls(
                commands, new CommandReader(current.map(now -> now.sessions().textBytesMax())));
        new SessionRoutes(calls, parts).bindTo(api);
        new ExportRoutes(parts).bindTo(api);
        streams.bindTo(api);
        new RecallRoutes(calls, parts).bindTo(api);
        new AuditRoutes(parts.read().audit()).bindTo(api);
        new JobRoutes(parts.administration().jobs()).bindTo(api);
        new UserRoutes(parts.administration().userErasures()).bindTo(api);
        new CheckpointRoutes(parts).bindTo(api);
        new VersionRoutes(parts).bindTo(api);
        OwnTokens cookies = new OwnTokens(parts.access().cookieSecret(), parts.time());
        boolean anonymous = settings.auth().anonymous();
        VisitorCookies visitors =
                anonymous ? new VisitorCookies(cookies, settings.auth(), parts.ids(), parts.time()) : null;
        new SignInRoutes(cookies, settings.auth().cookieSecure(), parts.time(), oidc, visitors).bindTo(api);
        new VisitRoute(visitors, authenticator, parts.access().limits()).bindTo(api);
        new OidcRoutes(oidc, authenticator, parts.access().limits(), anonymous).bindTo(api);
        devToken().bindTo(api);
        return api;
    }

    private DevTokenRoute devToken() {
        boolean dev = settings.auth().mode() == AuthSettings.Mode.DEV;
        OwnTokens tokens = dev ? new OwnTokens(parts.access().keys().secret(), parts.time()) : null;
        return new DevTokenRoute(current, tokens, parts.time());
    }

    private void buildManagement(OperationRoutes operations) {
        Router router = Router.router(vertx);
        Problem.handleErrorsOf(router);
        operations.mountApart(router, settings.server().isManagementLoopback());
        management = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .invalidRequestHandler(Problem::refuseUnreadable)
                .requestHandler(new RequestAddress(router));
    }

    private Current<Subscriptions.Patience> patience() {
        return current.map(now -> new Subscriptions.Patience(
                now.gateway().answerMs(), now.gateway().commandMs()));
    }

    /** Uses a timer, because a posted task would run before the sockets are served again. */
    private FanOut.Turns turns() {
        return new FanOut.Turns(
                current.map(now -> now.gateway().turnFrames()),
                current.map(now -> now.gateway().liveBytesMax()),
                turn -> vertx.setTimer(TURN_MS, timer -> turn.run()));
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
                .setWebSocketClosingTimeout(CLOSING_S)
                // Closes a connection on which nothing could be written for this time, not even a close frame. Pings
                // are more frequent.
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setWriteIdleTimeout(unheardMs + unheardMs / 2);
        if (limits.sendBufferBytes() > 0) options.setSendBufferSize(limits.sendBufferBytes());
        return options;
    }

    private Future<Void> listenOnBus() {
        own = bus.listen(List.of(address), Delivery.class, this::received);
        MessageConsumer<Delivery> news =
                vertx.eventBus().consumer(Addresses.SHARD_NEWS, message -> received(message.body()));
        MessageConsumer<UserNotices> ofUsers = vertx.eventBus()
                .consumer(Addresses.notices(parts.node().id()), message -> notices.tell(message.body()));
        MessageConsumer<NodeMessage> questions = vertx.eventBus().consumer(control, this::asked);
        return Future.all(own.begun(), news.completion(), ofUsers.completion(), questions.completion())
                .mapEmpty();
    }

    private void asked(Message<NodeMessage> message) {
        if (!(message.body() instanceof NodeMessage.WhatIsHeld)) return;
        message.reply(new NodeMessage.Held(0, connections.count(), subscriptions.count(), commands.count()));
    }

    private void received(Delivery delivery) {
        if (delivery instanceof Delivery.Answer answer) commands.answered(answer);
        else subscriptions.on(delivery);
    }

    /** Waits until all shards have an owner, but not longer than a limit: other shards are then served without them. */
    private Future<Void> awaitOwners() {
        Promise<Void> known = Promise.promise();
        long lastMs = clock.elapsedMs() + OWNERS_MS;
        askForOwners();
        vertx.setPeriodic(1, TICK_MS_MIN, timer -> {
            if (!owners.complete() && clock.elapsedMs() < lastMs) return;
            vertx.cancelTimer(timer);
            known.complete();
        });
        return known.future();
    }

    private Future<?> listenForClients() {
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

    private void keepTime() {
        vertx.setPeriodic(tickMs(), timer -> {
            connections.tick();
            subscriptions.tick();
            commands.tick();
        });
        vertx.setPeriodic(settings.gateway().beatMs(), timer -> beat());
    }

    private void beat() {
        boolean someGone = subscriptions.beat();
        if (someGone || !owners.complete()) askForOwners();
    }

    private void askForOwners() {
        vertx.eventBus().publish(Addresses.SHARD_OWNERS, new NodeMessage.WhoOwns(address));
    }

    private long tickMs() {
        ServerSettings limits = settings.server();
        int shortestMs = Math.min(
                Math.min(limits.stallMs(), limits.helloMs()),
                Math.min(
                        Math.min(Math.min(limits.beatMs(), limits.commentMs()), limits.silenceMs() / 3),
                        settings.gateway().answerMs()));
        return Math.clamp(shortestMs / TICKS_PER_LIMIT, TICK_MS_MIN, TICK_MS_MAX);
    }

    @Override
    public Future<?> stop() {
        return connections
                .goAway()
                .timeout(GOODBYE_MS, TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .eventually(() -> server.close().timeout(GOODBYE_MS, TimeUnit.MILLISECONDS))
                .onFailure(cause -> log.atWarn().setCause(cause).log("connections did not close in time"))
                .otherwiseEmpty()
                .onComplete(closed -> own.end());
    }
}
