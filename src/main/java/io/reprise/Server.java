package io.reprise;

import io.reprise.config.LoadedSettings;
import io.reprise.config.Settings;
import io.reprise.config.SettingsSource;
import io.reprise.config.read.FileText;
import io.reprise.gateway.GatewayVerticle;
import io.reprise.gateway.Routes;
import io.reprise.message.NodeMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.session.SessionVerticle;
import io.reprise.support.Current;
import io.reprise.support.Uninterrupted;
import io.reprise.tool.Tool;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node: deploys the verticles in the order of their dependencies, and undeploys them in the opposite order. Starting
 * and stopping block.
 */
public final class Server {
    private static final Logger log = LoggerFactory.getLogger(Server.class);
    private static final int START_S = 60;
    private static final int ASK_S = 10;

    private final Current<Settings> settings;
    private final ServerParts parts;
    private final List<String> agents = new ArrayList<>();
    private final List<String> sessions = new ArrayList<>();
    private final List<String> gateways = new ArrayList<>();
    private final List<String> timers = new ArrayList<>();
    private final CompletableFuture<String> failed = new CompletableFuture<>();
    private GatewayVerticle firstGateway;
    private volatile boolean ready;
    private volatile boolean stopped;

    private Server(Current<Settings> settings, ServerParts parts) {
        this.settings = settings;
        this.parts = parts;
    }

    /**
     * Starts a server and returns when it accepts clients.
     *
     * @throws StartException or {@code StoreStartException} with one line that tells the operator what to do
     */
    public static Server start(SettingsSource source) {
        return start(source, List.of());
    }

    /**
     * As above, with additional tools.
     *
     * @throws IllegalArgumentException if two tools have the same name
     */
    public static Server start(SettingsSource source, List<Tool> tools) {
        FileText file = source.read();
        Settings settings = switch (source.layers(file).base()) {
            case LoadedSettings.Valid valid -> valid.settings();
            case LoadedSettings.Invalid invalid ->
                throw new StartException(invalid.problems().getFirst().toString());
        };
        ServerParts parts = new ServerParts(source, file, settings);
        Server server = new Server(parts.live().current(), parts);
        try {
            server.start(tools);
            return server;
        } catch (RuntimeException e) {
            // Uninterrupted, because an interrupt may have caused the failure.
            Uninterrupted.run(server::abandon);
            throw e;
        }
    }

    /** Reads the settings file again. */
    public void reload() {
        parts.live().settings().reload();
    }

    /** Holds the lock of {@link #stop()}: a node that fails during the start is stopped afterwards. */
    private synchronized void start(List<Tool> tools) {
        new FreePorts(settings.get().server(), settings.get().cluster()).require();
        parts.open(this::fail);
        deploy(parts.agents(tools), agents);
        List<SessionVerticle> owners = parts.sessions();
        deploy(owners, sessions);
        List<GatewayVerticle> all = parts.gateways(
                () -> ready && parts.hasStore() && owners.stream().noneMatch(SessionVerticle::isCutOff));
        firstGateway = all.getFirst();
        deploy(all, gateways);
        deploy(List.of(parts.timer(), parts.jobs(), parts.webhookSender(), parts.pushSender()), timers);
        parts.watchSettings();
        parts.warmUp();
        ready = true;
        log.atInfo()
                .addKeyValue("node", parts.node())
                .addKeyValue("host", settings.get().server().host())
                .addKeyValue("port", port())
                .log("ready");
    }

    private void deploy(List<? extends Deployable> verticles, List<String> deployments) {
        verticles.forEach(each -> deployments.add(Blocking.await(parts.vertx().deployVerticle(each), START_S)));
    }

    /** The port that clients connect to. */
    public int port() {
        return firstGateway.port();
    }

    /** What clients can ask for beside the REST interface. */
    public List<Routes.Mounted> mounted() {
        return firstGateway.mounted();
    }

    /** What is in memory: sessions, sockets, subscriptions and waiting commands. */
    public NodeMessage.Held held() {
        List<String> holders = new ArrayList<>(sessionControls());
        for (int i = 0; i < gateways.size(); i++) holders.add(Addresses.gatewayControl(parts.node(), i));
        return holders.stream()
                .map(address ->
                        ask(address, new NodeMessage.WhatIsHeld(), new DeliveryOptions(), NodeMessage.Held.class))
                .map(answer -> Blocking.await(answer, ASK_S))
                .reduce(NodeMessage.Held.NOTHING, NodeMessage.Held::plus);
    }

    private List<String> sessionControls() {
        return IntStream.range(0, sessions.size())
                .mapToObj(i -> Addresses.sessionControl(parts.node(), i))
                .toList();
    }

    private <T> Future<T> ask(String address, NodeMessage question, DeliveryOptions options, Class<T> answer) {
        return parts.vertx()
                .eventBus()
                .request(address, question, options)
                .map(Message::body)
                .map(answer::cast);
    }

    /** Completes with the reason if the node has stopped by itself, because it can no longer use its database. */
    public CompletionStage<String> failed() {
        return failed;
    }

    /** Stops without a graceful end of runs, because nothing could be stored any more. */
    private void fail(String reason) {
        ready = false;
        log.atError().addKeyValue("reason", reason).log("database lost; stopping the node");
        Thread.ofPlatform().name("failed").start(() -> {
            abandon();
            failed.complete(reason);
        });
    }

    private synchronized void abandon() {
        if (stopped) return;
        stopped = true;
        takeDown(StopTime.withoutDrain(settings.get().shutdown()));
    }

    /**
     * Stops gracefully: lets runs finish within a time limit, suspends the others for the next start, stores
     * everything, and asks every client to reconnect. All of it takes at most {@code shutdown.drainMs} and {@code
     * shutdown.closeMs}, also without the database. A second call does nothing.
     */
    public synchronized void stop() {
        if (stopped) return;
        stopped = true;
        ready = false;
        StopTime time = StopTime.of(settings.get().shutdown());
        log.atInfo()
                .addKeyValue("drainMs", time.drainMs())
                .addKeyValue("closeMs", settings.get().shutdown().closeMs())
                .log("stopping");
        undeploy("the timers", timers, time);
        drainSessions(time);
        takeDown(time);
        log.atInfo().addKeyValue("ms", time.spentMs()).log("stopped");
    }

    private void drainSessions(StopTime time) {
        long storeMs = time.storeMs(settings.get().store().waitMs());
        var order = new NodeMessage.Drain(time.drainMs(), storeMs);
        long waitMs = order.drainMs() + order.storeMs() + time.partMs();
        DeliveryOptions patience = new DeliveryOptions().setSendTimeout(waitMs);
        List<Future<NodeMessage.Drained>> answers = sessionControls().stream()
                .map(address -> ask(address, order, patience, NodeMessage.Drained.class))
                .toList();
        try {
            Blocking.awaitMs(Future.all(answers), waitMs);
            tellDrained(answers.stream().map(Future::result).toList());
        } catch (StartException e) {
            log.atWarn().setCause(e).log("sessions did not drain in time");
        }
    }

    private static void tellDrained(List<NodeMessage.Drained> drained) {
        int unstored =
                drained.stream().mapToInt(NodeMessage.Drained::unstoredSessions).sum();
        log.atInfo()
                .addKeyValue(
                        "suspendedRuns",
                        drained.stream()
                                .mapToInt(NodeMessage.Drained::suspendedRuns)
                                .sum())
                .addKeyValue(
                        "endedRuns",
                        drained.stream()
                                .mapToInt(NodeMessage.Drained::endedRuns)
                                .sum())
                .addKeyValue("unstoredSessions", unstored)
                .log("sessions drained");
        if (unstored == 0) return;
        log.atWarn()
                .addKeyValue("sessions", unstored)
                .log(
                        "the database did not answer in time: the last text of these sessions is not stored, and their runs "
                                + "continue from what is");
    }

    /** Stops the parts in an order in which no part uses a stopped one; also after a start that failed. */
    private void takeDown(StopTime time) {
        undeploy("the timers", timers, time);
        undeploy("the gateways", gateways, time);
        undeploy("the sessions", sessions, time);
        undeploy("the agents", agents, time);
        parts.close(time);
    }

    private void undeploy(String what, List<String> deployments, StopTime time) {
        List<Future<Void>> ends =
                deployments.stream().map(each -> parts.vertx().undeploy(each)).toList();
        if (!ends.isEmpty()) Blocking.close(what, Future.join(ends), time.partMs());
        deployments.clear();
    }

    /** The server cannot start. The message is one line for the operator. */
    public static final class StartException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StartException(String message) {
            super(message);
        }

        StartException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
