package io.reprise.session;

import io.reprise.message.BusMessage;
import io.reprise.message.Delivery;
import io.reprise.message.NodeMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.NodeBus;
import io.reprise.support.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mailbox of a set of shards, and the only writer of every session in them. */
public final class SessionVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(SessionVerticle.class);
    private static final long TICK_MS = 250;

    private final Collaborators with;
    private final Place place;
    private SessionHost host;
    private Gateways gateways;
    private NodeBus.Listening messages;

    /** The number of this verticle within its node, and its shards. */
    public record Place(String node, int instance, List<Integer> shards) {}

    public SessionVerticle(Collaborators with, Place place) {
        this.with = with;
        this.place = place;
    }

    @Override
    public Future<?> start() {
        host = new SessionHost(vertx, with, place.node());
        gateways = new Gateways(host);
        return untilAnswered(1, () -> with.store().takeShards(place.node(), place.shards()))
                .compose(owners -> {
                    host.shards().took(owners);
                    return listen();
                })
                .onSuccess(listening -> {
                    announceShards();
                    startTicking();
                    recoverUnfinished();
                });
    }

    private Future<?> listen() {
        List<String> addresses = place.shards().stream()
                .map(shard -> Addresses.shard(shard, host.shards().numberOf(shard)))
                .toList();
        messages = NodeBus.of(vertx).listen(addresses, ShardMessage.class, this::take);
        vertx.eventBus().<NodeMessage>consumer(Addresses.SHARD_OWNERS, this::tellOwned);
        return vertx.eventBus()
                .<NodeMessage>consumer(Addresses.sessionControl(place.node(), place.instance()), this::control)
                .completion();
    }

    @Override
    public Future<?> stop() {
        if (messages != null) messages.end();
        return Future.succeededFuture();
    }

    private void take(ShardMessage message) {
        switch (message) {
            case ShardMessage.GatewayBeat beat -> {
                gateways.heard(beat.gateway(), now());
                send(beat.gateway(), gateways.beat(beat, host.shards().numberOf(beat.shard())));
            }
            case ShardMessage.Attach attach -> {
                gateways.heard(attach.reader().gateway(), now());
                host.take(attach);
            }
            case ShardMessage.ToSession other -> host.take(other);
        }
    }

    private void announceShards() {
        for (int shard : place.shards()) {
            vertx.eventBus().publish(Addresses.SHARD_NEWS, owned(shard));
        }
    }

    private void tellOwned(Message<NodeMessage> message) {
        if (!(message.body() instanceof NodeMessage.WhoOwns question)) return;
        for (int shard : place.shards()) send(question.gateway(), owned(shard));
    }

    private Delivery owned(int shard) {
        return new Delivery.ShardOwned(shard, host.shards().numberOf(shard), place.node());
    }

    private void startTicking() {
        vertx.setPeriodic(TICK_MS, timer -> {
            host.evict();
            gateways.forgetSilent(now() - with.settings().gateway().forgetMs());
        });
        vertx.setPeriodic(with.settings().run().heartbeatMs(), timer -> host.heartbeat());
    }

    /** Loads sessions with an orphaned run or a waiting message, so that they continue even if no client attaches. */
    private void recoverUnfinished() {
        untilAnswered(1, () -> with.store().unfinishedSessions(place.shards())).onSuccess(host::recover);
    }

    /**
     * Repeats a request to the store with growing pauses until it is answered. The caller that starts the server limits
     * the time of a start.
     */
    private <T> Future<T> untilAnswered(int attempt, Supplier<Future<T>> question) {
        return question.get().recover(cause -> {
            log.atWarn()
                    .addKeyValue("attempt", attempt)
                    .addKeyValue("cause", cause.toString())
                    .log("the store did not answer; asking again");
            var store = with.settings().store();
            Promise<T> later = Promise.promise();
            vertx.setTimer(
                    new Backoff(store.retryMs(), store.retryMaxMs()).pauseMs(attempt),
                    timer -> untilAnswered(attempt + 1, question).onComplete(later));
            return later.future();
        });
    }

    private void control(Message<NodeMessage> message) {
        switch (message.body()) {
            case NodeMessage.Drain order -> drain(order, message);
            case NodeMessage.WhatIsHeld question ->
                message.reply(new NodeMessage.Held(host.entries().size(), 0, 0, 0));
            case NodeMessage.WhoOwns other -> {}
            case NodeMessage.Drained other -> {}
            case NodeMessage.Held other -> {}
            case NodeMessage.LookForJobs other -> {}
            case NodeMessage.SettingsChanged other -> {}
            case NodeMessage.CatalogChanged other -> {}
            case NodeMessage.BudgetSpent other -> {}
            case NodeMessage.KeyEnded other -> {}
            case NodeMessage.ConfigNews other -> {}
            case NodeMessage.McpNews other -> {}
        }
    }

    private void drain(NodeMessage.Drain order, Message<NodeMessage> message) {
        new Drain(vertx, host).run(order).onSuccess(message::reply);
    }

    private void send(String address, BusMessage message) {
        NodeBus.of(vertx).send(address, message);
    }

    private long now() {
        return with.environment().clock().elapsedMs();
    }
}
