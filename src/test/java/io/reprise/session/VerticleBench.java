package io.reprise.session;

import static org.awaitility.Awaitility.await;

import io.reprise.config.Settings;
import io.reprise.history.Workers;
import io.reprise.message.BusMessage;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.NodeMessage;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.BusCodec;
import io.reprise.message.bus.Sharding;
import io.reprise.session.erasure.Erasures;
import io.reprise.support.Current;
import io.reprise.support.Permits;
import io.reprise.telemetry.PrometheusMetrics;
import io.reprise.testing.Patience;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A session verticle between a store in memory and a bus on which the test is its gateway and its agent. */
final class VerticleBench implements AutoCloseable {
    static final String GATEWAY = "gateway.t.0";
    static final String AGENT = "agent.t.0";
    static final long OWNER = 1;

    final Vertx vertx = Vertx.vertx();
    final ModelStores store = new ModelStores();
    final PrometheusMetrics metrics = new PrometheusMetrics();
    final List<BusMessage> told = new CopyOnWriteArrayList<>();

    /** Elapsed time. */
    final AtomicLong elapsedMs = new AtomicLong(1_000);

    /** How far the wall clock was moved. */
    final AtomicLong stepMs = new AtomicLong();

    /** How often the elapsed time was read. */
    final AtomicInteger asked = new AtomicInteger();

    /** This many new ids fail: an error in any code that needs one. */
    final AtomicInteger idFaults = new AtomicInteger();

    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger tickets = new AtomicInteger();
    private Sharding sharding;

    VerticleBench deploy(Map<String, String> changed) {
        Settings settings = Settings.with(changed);
        sharding = new Sharding(settings.sessions().shards());
        BusCodec.register(vertx.eventBus());
        for (String address : List.of(GATEWAY, AGENT)) {
            vertx.eventBus().<BusMessage>consumer(address, message -> told.add(message.body()));
        }
        var environment = new Session.Environment(
                settings,
                List.of(AGENT),
                this::nextId,
                () -> elapsedMs.get() + stepMs.get(),
                () -> {
                    asked.incrementAndGet();
                    return elapsedMs.get();
                },
                metrics.metrics());
        var with = new Collaborators(
                environment,
                store,
                null,
                null,
                null,
                new Erasures(List.of(), metrics.metrics()),
                Workers.CALLER,
                new Permits(Current.always(1), Current.always(1)),
                null,
                null);
        List<Integer> shards =
                IntStream.range(0, settings.sessions().shards()).boxed().toList();
        answer(vertx.deployVerticle(new SessionVerticle(with, new SessionVerticle.Place("t", 0, shards))));
        return this;
    }

    private String nextId(String prefix) {
        if (idFaults.getAndUpdate(left -> Math.max(0, left - 1)) > 0) throw new IllegalStateException("a fault");
        return prefix + ids.incrementAndGet();
    }

    /** A command of the user; returns the ticket of its answer. */
    long ask(String session, Command command) {
        int ticket = tickets.incrementAndGet();
        var replyTo = new ShardMessage.ReplyTo(GATEWAY, ticket);
        send(new ShardMessage.Request(session, ModelStore.USER, "c" + ticket, command.toString(), command, replyTo));
        return ticket;
    }

    long say(String session) {
        return ask(session, new Command.Send("hello", Command.OnBusy.QUEUE));
    }

    /** Waits for the answer: there is one. */
    CommandOutcome outcome(long ticket) {
        await().until(() -> answers(ticket) > 0);
        return told(Delivery.Answer.class).stream()
                .filter(answer -> answer.ticket() == ticket)
                .findFirst()
                .orElseThrow()
                .outcome();
    }

    long answers(long ticket) {
        return told(Delivery.Answer.class).stream()
                .filter(answer -> answer.ticket() == ticket)
                .count();
    }

    int shardOf(String session) {
        return sharding.shardOf(session);
    }

    void send(ShardMessage.ToSession message) {
        send(shardOf(message.session()), message);
    }

    void send(int shard, ShardMessage message) {
        vertx.eventBus().send(Addresses.shard(shard, OWNER), message);
    }

    ShardMessage.Attach attach(String session, long subscription) {
        return new ShardMessage.Attach(session, "user", new Reader(GATEWAY, subscription), null);
    }

    <T> List<T> told(Class<T> type) {
        return told.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** How many sessions are in memory. */
    int sessions() {
        Future<NodeMessage.Held> held = vertx.eventBus()
                .<NodeMessage.Held>request(Addresses.sessionControl("t", 0), new NodeMessage.WhatIsHeld())
                .map(message -> message.body());
        return answer(held).sessions();
    }

    /** Lets the verticle check its clock a few times, so that it has reacted to it. */
    void letItTick() {
        int before = asked.get();
        await().until(() -> asked.get() >= before + 6);
    }

    static <T> T answer(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        answer(vertx.close());
        metrics.close();
    }
}
