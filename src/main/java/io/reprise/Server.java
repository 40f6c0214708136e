package io.reprise;

import io.reprise.agent.AgentServices;
import io.reprise.agent.AgentVerticle;
import io.reprise.config.Settings;
import io.reprise.gateway.AccessParts;
import io.reprise.gateway.ApiContract;
import io.reprise.gateway.ConnectionLimit;
import io.reprise.gateway.GatewayParts;
import io.reprise.gateway.GatewayVerticle;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.history.Histories;
import io.reprise.message.Addresses;
import io.reprise.message.BusCodec;
import io.reprise.message.NodeMessage;
import io.reprise.message.Rights;
import io.reprise.model.ChatModel;
import io.reprise.model.http.ProviderHttp;
import io.reprise.model.provider.Models;
import io.reprise.session.Session;
import io.reprise.session.SessionHost;
import io.reprise.session.SessionVerticle;
import io.reprise.store.PgAudit;
import io.reprise.store.PgEventStore;
import io.reprise.store.PgLogReader;
import io.reprise.store.PgRecallDirectory;
import io.reprise.store.PgSecrets;
import io.reprise.store.PgSessionDirectory;
import io.reprise.store.Storage;
import io.reprise.support.IdSource;
import io.reprise.support.TimeSource;
import io.reprise.telemetry.PrometheusMetrics;
import io.reprise.timer.TimerVerticle;
import io.reprise.tool.ManageRecallsTool;
import io.reprise.tool.ScheduleRecallTool;
import io.reprise.tool.SleepTool;
import io.reprise.tool.TimeTool;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: builds the parts, deploys them in the order in which they need each other and takes them down
 * in the opposite one. Starting and stopping block.
 */
public final class Server {
    private static final Logger log = LoggerFactory.getLogger(Server.class);
    private static final int SECRET_BYTES = 32;
    private static final int START_S = 60;
    private static final int STOP_STEP_S = 10;

    private final Settings settings;
    private final Map<String, String> environment;
    private final List<Tool> tools;
    private final Rights rights;
    private final IdSource ids = IdSource.random();
    private final TimeSource time = TimeSource.system();
    private final String node = ids.next("n_");
    private final List<String> agents = new ArrayList<>();
    private final List<String> sessions = new ArrayList<>();
    private final List<String> gateways = new ArrayList<>();
    private String timer;
    private volatile boolean ready;
    private volatile boolean stopped;
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private Storage storage;
    private Vertx vertx;
    private ProviderHttp modelHttp;
    private GatewayVerticle firstGateway;

    private Server(Settings settings, Map<String, String> environment, List<Tool> tools) {
        this.settings = settings;
        this.tools = tools;
        Set<String> blocked = Set.copyOf(settings.auth().blockedUsers());
        this.rights = user -> !blocked.contains(user);
        this.environment = environment;
    }

    /**
     * Starts a server and returns once it takes clients.
     *
     * @param environment where references to secrets are looked up
     * @throws StartException or {@code StoreStartException} with one line that says what to do
     */
    public static Server start(Settings settings, Map<String, String> environment) {
        return start(settings, environment, List.of());
    }

    /**
     * The same with more tools than the server brings.
     *
     * @throws IllegalArgumentException when two have one name
     */
    public static Server start(Settings settings, Map<String, String> environment, List<Tool> tools) {
        Server server = new Server(settings, environment, tools);
        try {
            server.start();
            return server;
        } catch (RuntimeException e) {
            server.takeDown();
            throw e;
        }
    }

    /** The port that clients connect to. */
    public int port() {
        return firstGateway.port();
    }

    /** What is in memory of all sessions, sockets and what waits between them. */
    public NodeMessage.Held held() {
        List<String> holders = new ArrayList<>();
        for (int i = 0; i < sessions.size(); i++) holders.add(Addresses.sessionControl(node, i));
        for (int i = 0; i < gateways.size(); i++) holders.add(Addresses.gatewayControl(node, i));
        return holders.stream()
                .map(address -> await(
                        vertx.eventBus().<NodeMessage.Held>request(address, new NodeMessage.WhatIsHeld()), STOP_STEP_S))
                .map(io.vertx.core.eventbus.Message::body)
                .reduce(NodeMessage.Held.NOTHING, NodeMessage.Held::plus);
    }

    private void start() {
        // Both take their time, and the database is mostly waited for.
        CompletableFuture<Vertx> starting = CompletableFuture.supplyAsync(Vertx::vertx);
        CompletableFuture<ApiContract> contract =
                starting.thenCompose(made -> ApiContract.load(made).toCompletionStage());
        try {
            storage = Storage.start(settings);
        } finally {
            vertx = starting.join();
        }
        BusCodec.register(vertx.eventBus());
        storage.connect(vertx, time);
        deployAgents();
        deploySessions();
        deployGateways(contract.join());
        timer = deploy(new TimerVerticle(settings, storage.dueStore(vertx), node));
        ready = true;
        log.atInfo()
                .addKeyValue("node", node)
                .addKeyValue("host", settings.server().host())
                .addKeyValue("port", port())
                .log("ready");
    }

    private void deployAgents() {
        String zone = settings.recalls().zone();
        List<Tool> all = new ArrayList<>(List.of(
                new TimeTool(time),
                new SleepTool(),
                new ScheduleRecallTool(time, zone),
                new ManageRecallsTool(time, zone)));
        all.addAll(tools);
        Histories histories = new Histories(new PgLogReader(storage.pool()));
        AgentServices services = new AgentServices(
                        settings::run, histories, model(), new ToolRegistry(all), ids, metrics.metrics())
                .keeping(storage.checkpoints().checkpointer(), settings.store(), settings.interrupts());
        for (int i = 0; i < settings.run().agents(); i++) {
            agents.add(deploy(new AgentVerticle(services, node, i)));
        }
    }

    private ChatModel model() {
        modelHttp = new ProviderHttp(vertx, settings.model());
        try {
            return Models.of(settings.model(), environment, modelHttp);
        } catch (IllegalArgumentException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private void deploySessions() {
        int instances = perCore(settings.sessions().orchestrators());
        List<String> agentAddresses = IntStream.range(0, settings.run().agents())
                .mapToObj(i -> Addresses.agent(node, i))
                .toList();
        var with = new SessionHost.Collaborators(
                new Session.Environment(settings, agentAddresses, ids, time, metrics.metrics(), rights::mayAct),
                new PgEventStore(storage.pool()),
                new PgLogReader(storage.pool()),
                new PgSessionDirectory(storage.pool(), settings.search().timeMs()),
                storage.checkpoints().checkpointer(),
                storage.checkpoints().erasure());
        for (int i = 0; i < instances; i++) {
            int instance = i;
            List<Integer> shards = IntStream.range(0, settings.sessions().shards())
                    .filter(shard -> shard % instances == instance)
                    .boxed()
                    .toList();
            sessions.add(deploy(new SessionVerticle(with, new SessionVerticle.Place(node, instance, shards))));
        }
    }

    private void deployGateways(ApiContract contract) {
        GatewayParts parts = new GatewayParts(
                settings,
                node,
                Version.text(),
                accessParts(),
                time,
                ids,
                new PgSessionDirectory(storage.pool(), settings.search().timeMs()),
                new PgRecallDirectory(storage.pool()),
                new PgAudit(storage.pool()),
                storage.checkpoints().checkpointer(),
                new Histories(new PgLogReader(storage.pool())),
                new ConnectionLimit(settings.server().connectionsMax()),
                contract,
                metrics.metrics(),
                metrics::text,
                () -> ready);
        for (int i = 0; i < perCore(settings.server().gateways()); i++) {
            GatewayVerticle gateway = new GatewayVerticle(parts, i);
            gateways.add(deploy(gateway));
            if (i == 0) firstGateway = gateway;
        }
    }

    private AccessParts accessParts() {
        return new AccessParts(
                new AccessKeys(settings.auth(), environment).find(() -> ownSecret("token.signing")),
                ownSecret("cookie.signing"),
                rights,
                new RateLimits(settings.limits(), TimeSource.monotonic(), metrics.metrics()::limited));
    }

    private byte[] ownSecret(String name) {
        return await(new PgSecrets(storage.pool()).obtain(name, SECRET_BYTES), START_S);
    }

    private String deploy(Deployable verticle) {
        return await(vertx.deployVerticle(verticle), START_S);
    }

    private static int perCore(int configured) {
        return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
    }

    /** Finishes what runs, stores everything and sends every client off to come back. A second call does nothing. */
    public synchronized void stop() {
        if (stopped) return;
        stopped = true;
        ready = false;
        log.atInfo().addKeyValue("drainMs", settings.shutdown().drainMs()).log("stopping");
        stopTimer();
        drainSessions();
        takeDown();
        log.atInfo().log("stopped");
    }

    private void drainSessions() {
        long waitMs =
                settings.shutdown().drainMs() + settings.store().waitMs() + TimeUnit.SECONDS.toMillis(STOP_STEP_S);
        DeliveryOptions patience = new DeliveryOptions().setSendTimeout(waitMs);
        List<Future<NodeMessage.Drained>> answers = IntStream.range(0, sessions.size())
                .mapToObj(i -> vertx.eventBus()
                        .<NodeMessage.Drained>request(
                                Addresses.sessionControl(node, i),
                                new NodeMessage.Drain(settings.shutdown().drainMs()),
                                patience)
                        .map(Message::body))
                .toList();
        try {
            await(Future.all(answers), waitMs / 1000 + 1);
            log.atInfo()
                    .addKeyValue(
                            "endedRuns",
                            answers.stream()
                                    .mapToInt(a -> a.result().endedRuns())
                                    .sum())
                    .addKeyValue(
                            "unstoredSessions",
                            answers.stream()
                                    .mapToInt(a -> a.result().unstoredSessions())
                                    .sum())
                    .log("sessions are at rest");
        } catch (StartException e) {
            log.atWarn().setCause(e).log("sessions did not come to rest");
        }
    }

    /** In the order in which nobody is left without the one it talks to; also after a start that failed half-way. */
    private void takeDown() {
        stopTimer();
        gateways.forEach(this::undeploy);
        sessions.forEach(this::undeploy);
        agents.forEach(this::undeploy);
        if (modelHttp != null) quietly("the model's connections", modelHttp.close());
        if (vertx != null) {
            if (storage != null) quietly("the database connections", storage.disconnect());
            quietly("Vert.x", vertx.close());
        }
        if (storage != null) storage.stop();
        metrics.close();
    }

    private void stopTimer() {
        if (timer != null) undeploy(timer);
        timer = null;
    }

    private void undeploy(String deployment) {
        quietly("a verticle", vertx.undeploy(deployment));
    }

    private static void quietly(String what, Future<?> closing) {
        try {
            await(closing, STOP_STEP_S);
        } catch (StartException e) {
            log.atWarn()
                    .addKeyValue("what", what)
                    .addKeyValue("cause", e.getMessage())
                    .log("could not be closed");
        }
    }

    private static <T> T await(Future<T> future, long seconds) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        } catch (TimeoutException e) {
            throw new StartException("no answer in " + seconds + " s", e);
        } catch (ExecutionException e) {
            throw new StartException(String.valueOf(e.getCause().getMessage()), e.getCause());
        }
    }

    /** The server cannot start; the message is one line for the operator. */
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
