package io.reprise.gateway;

import io.reprise.config.ServerSettings;
import io.reprise.config.Settings;
import io.reprise.gateway.link.Connections;
import io.reprise.gateway.link.GatewayLink;
import io.reprise.gateway.link.OwnerPort;
import io.reprise.gateway.link.PendingCommands;
import io.reprise.gateway.link.ShardOwners;
import io.reprise.gateway.reading.FanOut;
import io.reprise.gateway.reading.Notices;
import io.reprise.gateway.reading.Subscriptions;
import io.reprise.gateway.rest.GatewayParts;
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
    private final MonotonicClock clock = MonotonicClock.system();
    private NodeBus bus;
    private NodeBus.Listening own;
    private ShardOwners owners;
    private final Notices notices;
    private Subscriptions subscriptions;
    private PendingCommands commands;
    private Connections connections;
    private HttpEndpoints http;

    public GatewayVerticle(GatewayParts parts, int instance) {
        this.parts = parts;
        this.settings = parts.settings();
        this.current = parts.current();
        this.notices = new Notices(current.map(now -> now.gateway().changesPerUserMax()));
        this.address = Addresses.gateway(parts.node().id(), instance);
        this.control = Addresses.gatewayControl(parts.node().id(), instance);
    }

    @Override
    public Future<?> start() {
        build();
        return listenOnBus()
                .compose(listening -> awaitOwners())
                .compose(known -> http.listen())
                .onSuccess(listening -> keepTime());
    }

    /** The port on which it listens, after it is deployed. */
    public int port() {
        return http.port();
    }

    /** What it serves beside the REST interface, so that tests can try all of it. */
    public List<Routes.Mounted> mounted() {
        return http.mounted();
    }

    private void build() {
        bus = NodeBus.of(vertx);
        long numbersFrom = parts.time().nowMs() * NUMBERS_PER_MS;
        OwnerPort port = (shard, owner, message) -> bus.send(Addresses.shard(shard, owner), message);
        owners = new ShardOwners(new Sharding(settings.sessions().shards()));
        GatewayLink link = new GatewayLink(address, owners, port, clock, parts.metrics());
        subscriptions = new Subscriptions(link, patience(), turns(), numbersFrom);
        commands = new PendingCommands(
                link,
                parts.access().limits(),
                current.map(now -> new PendingCommands.Waits(
                        now.gateway().commandMs(),
                        now.cluster().enabled() ? now.gateway().answerMs() : 0)),
                numbersFrom);
        connections = new Connections(parts.connections(), parts.access().limits());
        http = new HttpEndpoints(
                vertx, parts, clock, new HttpEndpoints.Inside(subscriptions, commands, notices, connections));
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

    private Future<Void> listenOnBus() {
        own = bus.listen(List.of(address), Delivery.class, this::received);
        MessageConsumer<Delivery> news =
                vertx.eventBus().consumer(Addresses.SHARD_NEWS, message -> received(message.body()));
        MessageConsumer<UserNotices> ofUsers =
                vertx.eventBus().consumer(Addresses.NOTICES, message -> notices.tell(message.body()));
        MessageConsumer<NodeMessage.ConfigNews> config = vertx.eventBus()
                .consumer(Addresses.configNews(parts.node().id()), message -> notices.tell(message.body()));
        MessageConsumer<NodeMessage.McpNews> mcp = vertx.eventBus()
                .consumer(Addresses.mcpNews(parts.node().id()), message -> notices.tell(message.body()));
        MessageConsumer<NodeMessage> questions = vertx.eventBus().consumer(control, this::asked);
        return Future.all(
                        own.begun(),
                        news.completion(),
                        ofUsers.completion(),
                        config.completion(),
                        mcp.completion(),
                        questions.completion())
                .mapEmpty();
    }

    private void asked(Message<NodeMessage> message) {
        if (!(message.body() instanceof NodeMessage.WhatIsHeld)) return;
        message.reply(new NodeMessage.Held(0, connections.count(), subscriptions.count(), commands.count()));
    }

    private void received(Delivery delivery) {
        if (delivery instanceof Delivery.Answer answer) commands.answered(answer);
        else subscriptions.on(delivery);
        if (delivery instanceof Delivery.ShardOwned owned) commands.moved(owned.shard(), owned.owner());
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
        // In a cluster a shard may move while nobody reads it, and the news of it may be lost.
        if (someGone || !owners.complete() || settings.cluster().enabled()) askForOwners();
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
                .goAway(current.get().shutdown().spreadMs())
                .timeout(GOODBYE_MS, TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .eventually(() -> http.close().timeout(GOODBYE_MS, TimeUnit.MILLISECONDS))
                .onFailure(cause -> log.atWarn().setCause(cause).log("connections did not close in time"))
                .otherwiseEmpty()
                .onComplete(closed -> own.end());
    }
}
