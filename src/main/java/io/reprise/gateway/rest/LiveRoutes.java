package io.reprise.gateway.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.config.Settings;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.gateway.rest.GatewayParts.LiveView;
import io.reprise.history.RunDirectory;
import io.reprise.message.Command;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.NodeMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.telemetry.Vitals;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code /live} of the REST API: what the server does at the moment, for administrators. */
public final class LiveRoutes {
    private static final int RUNS_MAX = 200;
    private static final int HELD_WAIT_MS = 2_000;
    private static final Failure NOT_ACTIVE = Failure.of(ErrorCode.NOT_FOUND, "This run is not active.");

    private final Vertx vertx;
    private final CommandCalls commands;
    private final GatewayParts parts;
    private final LiveView live;

    public LiveRoutes(Vertx vertx, CommandCalls commands, GatewayParts parts) {
        this.vertx = vertx;
        this.commands = commands;
        this.parts = parts;
        this.live = parts.administration().live();
    }

    public void bindTo(Api api) {
        api.on("getLive", RoleGuard.forAdmins(this::show)).on("stopAnyRun", RoleGuard.forAdmins(this::stop));
    }

    /**
     * @param connections null if a part of the server did not answer in time
     * @param cluster null on a server that is alone
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Shown(
            String node,
            String version,
            long upMs,
            Connections connections,
            Cluster cluster,
            List<Run> runs,
            boolean moreRuns,
            List<Vitals.Loop> loops,
            List<Vitals.Pool> pools,
            Vitals.Memory memory) {}

    /** The nodes that own shards, and what has happened to those of this one. */
    record Cluster(List<Node> nodes, Vitals.Shards here) {}

    /**
     * A node.
     *
     * @param shards how many it owns
     * @param settings version of its settings; null if it did not answer in time
     * @param catalog number of the last change of the catalogue that it uses; null likewise
     * @param counts what has happened to its shards; null likewise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Node(String node, int shards, String settings, Long catalog, Vitals.Shards counts) {
        static Node of(RunDirectory.Node known, NodeMessage.NodeState state) {
            if (state == null) return new Node(known.node(), known.shards(), null, null, null);
            Vitals.Shards counts = new Vitals.Shards(
                    state.taken(), state.given(), state.lost(), state.lateWrites(), state.lostHints());
            return new Node(known.node(), known.shards(), state.settings(), state.catalog(), counts);
        }
    }

    /**
     * What is in memory.
     *
     * @param open WebSockets and event streams
     * @param subscriptions what they read
     * @param commands commands without an answer yet
     */
    record Connections(int open, int subscriptions, int commands, int sessions) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Run(String session, String run, String user, String agent, String origin, String startedAt) {
        static Run of(RunDirectory.Entry entry) {
            String startedAt = Instant.ofEpochMilli(entry.startedMs()).toString();
            return new Run(entry.session(), entry.run(), entry.user(), entry.agent(), entry.origin(), startedAt);
        }
    }

    private void show(ApiCall call) {
        Future<Connections> held = held();
        live.runs()
                .active(RUNS_MAX + 1)
                .compose(runs -> cluster()
                        .compose(cluster -> held.otherwise((Connections) null)
                                .map(connections -> shown(runs, connections, cluster))))
                .onSuccess(shown -> call.answer(200, shown))
                .onFailure(call::storeAway);
    }

    private Future<Cluster> cluster() {
        if (!parts.settings().cluster().enabled()) return Future.succeededFuture();
        return live.runs()
                .nodes()
                .compose(this::asked)
                .map(nodes -> new Cluster(nodes, live.shards().get()));
    }

    /** What these nodes say of themselves. */
    private Future<List<Node>> asked(List<RunDirectory.Node> nodes) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(HELD_WAIT_MS);
        List<Future<Node>> all = nodes.stream()
                .map(known -> vertx.eventBus()
                        .<NodeMessage.NodeState>request(
                                Addresses.node(known.node()), new NodeMessage.HowIsNode(), options)
                        .map(answer -> Node.of(known, answer.body()))
                        .otherwise(Node.of(known, null)))
                .toList();
        return Future.join(all).map(done -> all.stream().map(Future::result).toList());
    }

    private Shown shown(List<RunDirectory.Entry> runs, Connections connections, Cluster cluster) {
        Vitals vitals = live.vitals().get();
        return new Shown(
                parts.node().id(),
                parts.node().version(),
                vitals.upMs(),
                connections,
                cluster,
                runs.stream().limit(RUNS_MAX).map(Run::of).toList(),
                runs.size() > RUNS_MAX,
                vitals.loops(),
                vitals.pools(),
                vitals.memory());
    }

    private Future<Connections> held() {
        Settings settings = parts.settings();
        String node = parts.node().id();
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < live.gateways(); i++) addresses.add(Addresses.gatewayControl(node, i));
        for (int i = 0; i < settings.sessions().instances(); i++) addresses.add(Addresses.sessionControl(node, i));
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(HELD_WAIT_MS);
        List<Future<NodeMessage.Held>> asked = addresses.stream()
                .map(address -> vertx.eventBus()
                        .<NodeMessage.Held>request(address, new NodeMessage.WhatIsHeld(), options)
                        .map(answer -> answer.body()))
                .toList();
        return Future.all(asked).map(all -> {
            NodeMessage.Held sum =
                    asked.stream().map(Future::result).reduce(NodeMessage.Held.NOTHING, NodeMessage.Held::plus);
            return new Connections(sum.sockets(), sum.subscriptions(), sum.commands(), sum.sessions());
        });
    }

    /** Recorded first, so that no stop of an administrator is without an entry of the audit log. */
    private void stop(ApiCall call) {
        String run = call.text("run");
        live.runs()
                .stop(call.session(), run, call.user())
                .onSuccess(user -> user.ifPresentOrElse(
                        owner -> commands.ask(
                                call,
                                new Asked(
                                        call.session(),
                                        owner,
                                        null,
                                        new Command.Stop(run, Command.Scope.RUN, call.user())),
                                result -> call.answer(202, result)),
                        () -> call.refuse(NOT_ACTIVE)))
                .onFailure(call::storeAway);
    }
}
