package io.reprise.session;

import io.reprise.config.cluster.ClusterSettings;
import io.reprise.message.BusMessage;
import io.reprise.message.Delivery;
import io.reprise.message.NodeMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.NodeBus;
import io.reprise.message.bus.Sharding;
import io.reprise.session.shard.ShardLeases;
import io.reprise.support.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mailbox of a set of shards, and the only writer of every session in them. */
public final class SessionVerticle extends VerticleBase implements ShardLeases.Holder {
    private static final Logger log = LoggerFactory.getLogger(SessionVerticle.class);
    private static final long TICK_MS = 250;
    private static final long NOW_MS = 1;

    private final Collaborators with;
    private final Place place;
    private final Sharding sharding;
    private SessionHost host;
    private Gateways gateways;
    private NodeBus.Listening messages;

    /** Null on a server that is alone: it owns its shards for as long as it has the lock of the database. */
    private volatile ShardLeases leases;

    private long nextTurn = -1;
    private boolean stopped;
    private volatile int ownedCount;

    /** The number of this verticle within its node, and its shards; in a cluster those that it may own. */
    public record Place(String node, int instance, List<Integer> shards) {}

    public SessionVerticle(Collaborators with, Place place) {
        this.with = with;
        this.place = place;
        this.sharding = new Sharding(with.settings().sessions().shards());
    }

    @Override
    public Future<?> start() {
        host = new SessionHost(vertx, with);
        gateways = new Gateways(host);
        messages = NodeBus.of(vertx).listen(List.of(), ShardMessage.class, this::take);
        if (with.settings().cluster().enabled()) leases = leases(with.settings().cluster());
        return listen().compose(listening -> firstShards()).onSuccess(owned -> startTicking());
    }

    private ShardLeases leases(ClusterSettings settings) {
        return new ShardLeases(
                with.shards(),
                with.reach(),
                new ShardLeases.Place(place.node(), place.shards(), settings.leaseMs(), settings.renewMs()),
                this,
                with.environment().clock(),
                with.environment().metrics());
    }

    private Future<?> firstShards() {
        if (leases != null) {
            return untilAnswered(1, leases::turn).onSuccess(this::turnIn).compose(turned -> messages.begun());
        }
        return untilAnswered(1, () -> with.store().takeShards(place.node(), place.shards()))
                .compose(owners -> {
                    took(owners);
                    return messages.begun();
                });
    }

    private void turnIn(long ms) {
        vertx.cancelTimer(nextTurn);
        if (stopped) return;
        nextTurn = vertx.setTimer(Math.max(NOW_MS, ms), timer -> turn());
    }

    private void turn() {
        leases.turn()
                .onFailure(cause -> log.atWarn()
                        .addKeyValue("cause", cause.toString())
                        .log("the store did not renew the shards of this node; asking again"))
                .onComplete(next -> turnIn(
                        next.succeeded()
                                ? next.result()
                                : with.settings().store().retryMs()));
    }

    @Override
    public void took(Map<Integer, Long> taken) {
        host.shards().took(taken);
        ownedCount += taken.size();
        taken.forEach((shard, number) -> messages.add(Addresses.shard(shard, number)));
        // Who is told of the address before the bus knows it would send into the void.
        messages.begun().onComplete(known -> announce(taken.keySet()));
        recoverUnfinished(List.copyOf(taken.keySet()));
    }

    @Override
    public void lost(Set<Integer> shards) {
        ownedCount -= shards.size();
        for (int shard : shards) {
            messages.remove(Addresses.shard(shard, host.shards().numberOf(shard)));
            host.leave(shard);
        }
    }

    @Override
    public boolean isQuiet(int shard) {
        return host.isQuiet(shard);
    }

    @Override
    public void gaveBack() {
        vertx.eventBus().publish(Addresses.SHARD_OWNERS, new NodeMessage.ShardsFree());
    }

    /** How many shards it owns at present; for any thread. */
    public int ownedShards() {
        return ownedCount;
    }

    /** Whether it gives its shards to others because their messages do not reach it; for any thread. */
    public boolean isCutOff() {
        return leases != null && leases.isCutOff();
    }

    /** The shards that this verticle owns at present. */
    private Set<Integer> owned() {
        return leases == null ? Set.copyOf(place.shards()) : leases.owned();
    }

    private boolean isHeld(int shard) {
        return leases == null || leases.isHeld(shard);
    }

    private Future<?> listen() {
        vertx.eventBus().<NodeMessage>consumer(Addresses.SHARD_OWNERS, this::tellOwned);
        return vertx.eventBus()
                .<NodeMessage>consumer(Addresses.sessionControl(place.node(), place.instance()), this::control)
                .completion();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(nextTurn);
        if (messages != null) messages.end();
        return Future.succeededFuture();
    }

    private void take(ShardMessage message) {
        switch (message) {
            case ShardMessage.GatewayBeat beat -> {
                if (!isHeld(beat.shard())) return;
                gateways.heard(beat.gateway(), now());
                send(beat.gateway(), gateways.beat(beat, host.shards().numberOf(beat.shard())));
            }
            case ShardMessage.ToSession other when isLate(other) -> host.refuse(other);
            case ShardMessage.Attach attach -> {
                gateways.heard(attach.reader().gateway(), now());
                host.take(attach);
            }
            case ShardMessage.ToSession other -> host.take(other);
        }
    }

    /**
     * Whether another node may own the shard by now, so that nothing more may be decided here. What a run says is taken
     * nevertheless: it is stored if nobody has taken the shard, and refused by the store otherwise.
     */
    private boolean isLate(ShardMessage.ToSession message) {
        if (leases == null) return false;
        boolean ofRun = message instanceof ShardMessage.AgentBatch
                || message instanceof ShardMessage.RunQuestion
                || message instanceof ShardMessage.RunBeatAnswer
                || message instanceof ShardMessage.Detach;
        return !ofRun && !leases.isHeld(sharding.shardOf(message.session()));
    }

    private void announce(Set<Integer> shards) {
        for (int shard : shards) {
            if (isHeld(shard)) vertx.eventBus().publish(Addresses.SHARD_NEWS, owned(shard));
        }
    }

    private void tellOwned(Message<NodeMessage> message) {
        switch (message.body()) {
            case NodeMessage.WhoOwns question -> {
                for (int shard : owned()) if (isHeld(shard)) send(question.gateway(), owned(shard));
            }
            case NodeMessage.ShardsFree free -> {
                if (leases != null) turnIn(NOW_MS);
            }
            default -> {}
        }
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
    private void recoverUnfinished(List<Integer> shards) {
        untilAnswered(1, () -> with.store().unfinishedSessions(shards))
                .onSuccess(sessions -> host.recover(sessions.stream()
                        .filter(session -> owned().contains(sharding.shardOf(session)))
                        .toList()));
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
            case NodeMessage.ShardsFree other -> {}
            case NodeMessage.Drained other -> {}
            case NodeMessage.Held other -> {}
            case NodeMessage.HowIsNode other -> {}
            case NodeMessage.NodeState other -> {}
            case NodeMessage.LookForJobs other -> {}
            case NodeMessage.SettingsChanged other -> {}
            case NodeMessage.CatalogChanged other -> {}
            case NodeMessage.BudgetSpent other -> {}
            case NodeMessage.KeyEnded other -> {}
            case NodeMessage.ConfigNews other -> {}
            case NodeMessage.McpNews other -> {}
            case NodeMessage.McpToolsCleared other -> {}
        }
    }

    private void drain(NodeMessage.Drain order, Message<NodeMessage> message) {
        if (leases == null) {
            new Drain(vertx, host).run(order).onSuccess(message::reply);
            return;
        }
        // What is quiet goes to other nodes at once, the rest when its runs have ended or are suspended.
        leases.ending();
        turnIn(NOW_MS);
        new Drain(vertx, host)
                .run(order)
                .onSuccess(drained -> leases.end().onComplete(given -> message.reply(drained)));
    }

    private void send(String address, BusMessage message) {
        NodeBus.of(vertx).send(address, message);
    }

    private long now() {
        return with.environment().clock().elapsedMs();
    }
}
