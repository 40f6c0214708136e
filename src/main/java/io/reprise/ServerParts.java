package io.reprise;

import io.reprise.agent.AgentVerticle;
import io.reprise.agent.background.BackgroundCalls;
import io.reprise.agent.loop.AgentServices;
import io.reprise.agent.loop.RunPlans;
import io.reprise.agent.plan.CatalogPlans;
import io.reprise.agent.usage.NodeUsage;
import io.reprise.apikey.ApiKeys;
import io.reprise.catalog.CatalogChoices;
import io.reprise.cluster.Cluster;
import io.reprise.cluster.Member;
import io.reprise.config.Settings;
import io.reprise.config.SettingsSource;
import io.reprise.config.hook.OutgoingSettings;
import io.reprise.config.read.FileText;
import io.reprise.config.tool.ToolSettings;
import io.reprise.gateway.GatewayVerticle;
import io.reprise.gateway.access.AccessParts;
import io.reprise.gateway.limit.Intake;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.gateway.link.ConnectionLimit;
import io.reprise.gateway.page.StaticFiles;
import io.reprise.gateway.rest.ApiContract;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.hook.Hooks;
import io.reprise.job.Job;
import io.reprise.job.JobVerticle;
import io.reprise.job.Jobs;
import io.reprise.message.NodeMessage;
import io.reprise.message.Rights;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.BusCodec;
import io.reprise.outgoing.Names;
import io.reprise.outgoing.OutgoingGuard;
import io.reprise.outgoing.OutgoingHttp;
import io.reprise.push.PushVerticle;
import io.reprise.push.Pushes;
import io.reprise.secret.SecretKeys;
import io.reprise.secret.Secrets;
import io.reprise.session.Collaborators;
import io.reprise.session.Session;
import io.reprise.session.SessionVerticle;
import io.reprise.session.shard.Reach;
import io.reprise.store.Storage;
import io.reprise.store.account.PgApiKeys;
import io.reprise.store.account.PgMcpSignIns;
import io.reprise.store.account.PgPreferences;
import io.reprise.store.account.PgSecrets;
import io.reprise.store.account.PgSettings;
import io.reprise.store.account.PgSignIns;
import io.reprise.store.catalog.PgCatalog;
import io.reprise.store.directory.PgRunDirectory;
import io.reprise.store.hook.PgHooks;
import io.reprise.store.hook.PgPushes;
import io.reprise.store.hook.PgWebhooks;
import io.reprise.store.job.PgJobs;
import io.reprise.store.job.PgLeases;
import io.reprise.store.job.PgUserErasures;
import io.reprise.store.postgres.PgAudit;
import io.reprise.store.usage.PgUsage;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.MonotonicClock;
import io.reprise.support.Permits;
import io.reprise.support.WallClock;
import io.reprise.telemetry.PrometheusMetrics;
import io.reprise.telemetry.Vitals;
import io.reprise.telemetry.loop.LoopWatch;
import io.reprise.telemetry.otel.OtelTracing;
import io.reprise.telemetry.trace.Tracing;
import io.reprise.timer.TimerVerticle;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolRegistry;
import io.reprise.tool.ToolSource;
import io.reprise.tool.builtin.BuiltInTools;
import io.reprise.tool.http.HttpTools;
import io.reprise.tool.http.ToolAccess;
import io.reprise.webhook.WebhookVerticle;
import io.reprise.webhook.Webhooks;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Creates the parts of a server and connects them. Opening and closing block. */
final class ServerParts {
    private static final int SECRET_BYTES = 32;
    private static final int START_S = 60;

    private final SettingsSource source;
    private final LiveParts live;
    private final Settings settings;
    private final Current<Settings> current;
    private final Rights rights;
    private final IdSource ids = IdSource.random();
    private final WallClock time = WallClock.system();
    private final MonotonicClock clock = MonotonicClock.system();
    private final String node = ids.next("n_");
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final LoopWatch loops;
    private Storage storage;
    private Secrets secrets;
    private OtelTracing otel;
    private OutgoingHttp outgoing;
    private Pushes pushes;
    private McpPart mcp;
    private Vertx vertx;
    private Reach reach = Set::of;
    private ServerReads reads;
    private NodeUsage usage;
    private ApiKeys apiKeys;
    private RunPlans plans;
    private ToolSource builtIn;
    private BackgroundCalls background;
    private CompletableFuture<ApiContract> contract;

    /**
     * @param source of the settings, and of secrets that they refer to
     * @param file the content of the settings file
     * @param settings what the file and the environment say; they determine ports, stores, keys and numbers of threads
     */
    ServerParts(SettingsSource source, FileText file, Settings settings) {
        this.source = source;
        this.live = new LiveParts(source, file, settings);
        this.settings = settings;
        this.current = live.current();
        Current<Set<String>> blocked =
                current.derive(now -> Set.copyOf(now.auth().blockedUsers()));
        this.loops = new LoopWatch(
                Runtime.getRuntime().availableProcessors(), current.map(Settings::watch), clock, metrics.metrics());
        this.rights = user -> !blocked.get().contains(user);
    }

    /** The name of this node on the bus. */
    String node() {
        return node;
    }

    Vertx vertx() {
        return vertx;
    }

    /** @param lost called with the reason when the node can no longer use its database */
    void open(Consumer<String> lost) {
        // In parallel, because both take time; the database mostly waits for other processes.
        // Not in a cluster: a node that does not fit must not change the schema that the others use.
        boolean alone = !settings.cluster().enabled();
        CompletableFuture<Vertx> starting = alone
                ? CompletableFuture.supplyAsync(() -> Vertx.vertx(vertxOptions()))
                : CompletableFuture.completedFuture(joined());
        contract = starting.thenCompose(made -> ApiContract.load(made).toCompletionStage());
        try {
            storage = Storage.start(settings, node);
            secrets = secrets();
        } finally {
            vertx = starting.join();
        }
        BusCodec.register(vertx.eventBus());
        if (settings.tracing().enabled()) otel = tracesToCollector();
        storage.connect(vertx, current, time, clock, metrics.metrics());
        Blocking.await(loops.start(vertx), START_S);
        Current<OutgoingSettings> limits = current.map(Settings::outgoing);
        Names names = Names.ofSystem(vertx);
        outgoing = new OutgoingHttp(vertx, names, new OutgoingGuard(limits), limits);
        pushes = new Pushes(new PgPushes(storage.pool()), secrets, outgoing.guard(), current.map(Settings::push), ids);
        Blocking.awaitAnswer(pushes::open, START_S);
        reads = new ServerReads(vertx, current, storage, time);
        usage = new NodeUsage(
                vertx, new PgUsage(storage.pool(), storage.pool()), current, ids, time, clock, metrics.metrics());
        apiKeys = new ApiKeys(vertx, new PgApiKeys(storage.pool()), current.map(Settings::keys), ids, time);
        storage.watch(lost);
        live.open(
                vertx,
                node,
                new LiveParts.Stores(
                        new PgSettings(storage.pool()), new PgCatalog(storage.pool()), new PgAudit(storage.pool())),
                new LiveParts.Clocks(time, clock),
                metrics.metrics());
        // After the values of administrators are known. If it fails, it is tried again.
        Blocking.await(usage.readSpent().otherwiseEmpty(), START_S);
        mcp = new McpPart(new McpPart.Given(
                vertx,
                node,
                current,
                live.catalog().current(),
                source.environment(),
                names,
                outgoing.guard(),
                new PgMcpSignIns(storage.pool()),
                secrets,
                clock,
                time,
                metrics.metrics()));
        if (!alone) {
            vertx.eventBus().<NodeMessage>consumer(Addresses.node(node), question -> question.reply(state()));
        }
    }

    /** For administrators of other nodes. */
    private NodeMessage.NodeState state() {
        Vitals.Shards shards = metrics.metrics().shardCounts();
        return new NodeMessage.NodeState(
                live.settings().view().version(),
                live.catalog().number(),
                shards.taken(),
                shards.given(),
                shards.lost(),
                shards.lateWrites(),
                shards.lostHints());
    }

    private Vertx joined() {
        Member self = new Member(node, BusCodec.PROTOCOL, settings.sessions().shards());
        Cluster.Joined joined = Blocking.await(
                Cluster.start(vertxOptions(), settings.cluster(), self, metrics.metrics()::addressesRegisteredAgain),
                START_S);
        reach = joined.reached()::get;
        return joined.vertx();
    }

    private Secrets secrets() {
        try {
            return SecretKeys.find(settings, source.environment());
        } catch (SecretKeys.KeyException e) {
            throw new Server.StartException(e.getMessage(), e);
        }
    }

    private OtelTracing tracesToCollector() {
        try {
            return new OtelTracing(settings.tracing(), source.environment(), Version.text(), node, metrics.metrics());
        } catch (IllegalArgumentException e) {
            throw new Server.StartException(e.getMessage(), e);
        }
    }

    private Tracing tracing() {
        return otel == null ? Tracing.OFF : otel;
    }

    /** Without the warnings of Vert.x about its event loops, because there are own ones. */
    private static VertxOptions vertxOptions() {
        return FileCache.ofThisMachine()
                .options()
                .setMaxEventLoopExecuteTime(1)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.DAYS);
    }

    /** The settings, which change while the server runs. */
    LiveParts live() {
        return live;
    }

    /** Follows changes of the settings file. */
    void watchSettings() {
        live.watch(clock);
    }

    /** Reads in the background what the first runs need. */
    void warmUp() {
        mcp.servers().warmUp();
    }

    /** Whether the database is open. */
    boolean hasStore() {
        return storage.isAvailable();
    }

    /** Closes the parts, also after an opening that failed. Verticles made from the parts must be undeployed before. */
    void close(StopTime time) {
        live.close();
        if (background != null) background.close();
        if (mcp != null) mcp.close();
        loops.close();
        if (usage != null) Blocking.close("the use of models", usage.close(), time.partMs());
        if (apiKeys != null) Blocking.close("the use of API keys", apiKeys.close(), time.partMs());
        if (vertx != null) {
            if (storage != null) Blocking.close("the database connections", storage.disconnect(), time.partMs());
            Blocking.close("Vert.x", vertx.close(), time.partMs());
        }
        if (otel != null) otel.close(time.partMs());
        if (storage != null) storage.stop(time.database());
        metrics.close();
    }

    /** @param more additional tools */
    List<AgentVerticle> agents(List<Tool> more) {
        builtIn = ToolSource.all(
                List.of(new ToolRegistry(more), new BuiltInTools(time, outgoing, reads.memories(), current)));
        ToolSource tools = ToolSource.all(List.of(builtIn, declared()));
        background = new BackgroundCalls(current.map(now -> now.tools().background()));
        metrics.metrics()
                .level("reprise.tools.background", "Calls of tools that go on in the background", background::count);
        plans = new CatalogPlans(current, live.catalog().current(), live.sources(mcp.servers()), tools, time);
        AgentServices services = new AgentServices(plans, reads.contexts(), ids, metrics.metrics())
                .keeping(storage.checkpoints().checkpointer())
                .spending(usage.spending())
                .behind(background)
                .reading(new SessionFiles(
                                storage.attachments(), reads.files().workers(), ids, current.map(Settings::attachments))
                        .ofRuns())
                .traced(tracing());
        metrics.metrics()
                .level(
                        "reprise.tools.abandoned",
                        "Calls of tools that ignored their stop and still run",
                        services.abandoned()::count);
        return IntStream.range(0, settings.run().agents())
                .mapToObj(i -> new AgentVerticle(services, node, i))
                .toList();
    }

    private HttpTools declared() {
        return new HttpTools(live.declared(), outgoing, source.environment());
    }

    /** The session verticles, each with its share of the shards. */
    List<SessionVerticle> sessions() {
        List<String> agents = IntStream.range(0, settings.run().agents())
                .mapToObj(i -> Addresses.agent(node, i))
                .toList();
        var with = new Collaborators(
                new Session.Environment(
                        current,
                        agents,
                        ids,
                        time,
                        clock,
                        metrics.metrics(),
                        rights::mayAct,
                        storage.pool()::answers,
                        new CatalogChoices(live.catalog().current()),
                        usage::isSpent),
                storage.eventStore(),
                reads.log(),
                reads.directory(),
                storage.checkpoints().checkpointer(),
                storage.erasures(metrics.metrics()),
                reads.workers(),
                reads.wholeReads(),
                storage.shardStore(),
                reach);
        int instances = settings.sessions().instances();
        List<SessionVerticle> all = IntStream.range(0, instances)
                .mapToObj(i -> new SessionVerticle(with, new SessionVerticle.Place(node, i, shards(i, instances))))
                .toList();
        metrics.metrics()
                .level(
                        "reprise.shards.owned",
                        "Shards that this node owns",
                        () -> all.stream()
                                .mapToInt(SessionVerticle::ownedShards)
                                .sum());
        return all;
    }

    private List<Integer> shards(int instance, int instances) {
        return IntStream.range(0, settings.sessions().shards())
                .filter(shard -> shard % instances == instance)
                .boxed()
                .toList();
    }

    /** @param ready whether the node accepts work */
    List<GatewayVerticle> gateways(BooleanSupplier ready) {
        metrics.metrics()
                .level(
                        "reprise.ready",
                        "1 if the node accepts work, 0 without its database or the other nodes, or while it starts or stops",
                        () -> ready.getAsBoolean() ? 1 : 0);
        GatewayParts parts = new GatewayParts(
                current,
                new GatewayParts.Node(node, Version.text(), ready, metrics::text),
                accessParts(),
                time,
                ids,
                reads.ofGateways(),
                new GatewayParts.Outside(secrets, hooks(), webhooks(), pushes, toolAccess(), mcp.signIns()),
                reads.files(),
                administration(),
                new GatewayParts.Catalogue(
                        live.catalog(), current, live.checker(), this::toolsOf, mcp.administration(), builtIn),
                new ConnectionLimit(current.map(now -> now.server().connectionsMax())),
                intake(),
                contract.join(),
                metrics.metrics(),
                tracing());
        if (settings.server().builtPage()) StaticFiles.prepare();
        return IntStream.range(0, perCore(settings.server().gateways()))
                .mapToObj(i -> new GatewayVerticle(parts, i))
                .toList();
    }

    private List<String> toolsOf(String agent) {
        return plans.of(agent).tools().all().stream().map(Tool::name).toList();
    }

    private ToolAccess toolAccess() {
        Current<ToolSettings.Http> limits = current.map(now -> now.tools().http());
        Permits permits =
                new Permits(limits.map(ToolSettings.Http::callsMax), limits.map(ToolSettings.Http::callsPerUserMax));
        return new ToolAccess(declared(), permits, ids);
    }

    private Hooks hooks() {
        return new Hooks(new PgHooks(storage.pool()), secrets, current.map(Settings::hooks), ids, time);
    }

    private Webhooks webhooks() {
        return new Webhooks(
                new PgWebhooks(storage.pool()), secrets, outgoing.guard(), current.map(Settings::webhooks), ids, time);
    }

    /** Tells webhooks what happened. */
    WebhookVerticle webhookSender() {
        return new WebhookVerticle(webhooks(), outgoing, current, time, metrics.metrics(), Version.text());
    }

    /** Tells browsers what happened while nobody looked. */
    PushVerticle pushSender() {
        return new PushVerticle(
                pushes,
                outgoing,
                current,
                new PgPreferences(storage.pool(), storage.readPool()),
                rights,
                time,
                metrics.metrics());
    }

    private Intake intake() {
        long heapBytes = Runtime.getRuntime().maxMemory();
        Current<Intake.Limits> limits = current.derive(
                now -> Intake.Limits.of(now.limits(), now.server().frameBytesMax(), heapBytes));
        Intake intake = new Intake(limits, metrics.metrics()::limited);
        metrics.metrics().level("reprise.http.connections", "Open HTTP connections", intake::httpConnections);
        metrics.metrics()
                .level("reprise.unread.bytes", "Bytes of partially received messages and bodies", intake::heldBytes);
        return intake;
    }

    private AccessParts accessParts() {
        AccessKeys keys = new AccessKeys(settings.auth(), source.environment());
        return new AccessParts(
                keys.find(() -> ownSecret("token.signing")),
                keys.oidcSecret(),
                ownSecret("cookie.signing"),
                apiKeys,
                new PgSignIns(storage.pool()),
                () -> !current.get().mcp().callerTokenHosts().isEmpty(),
                rights,
                new RateLimits(current.map(Settings::limits), clock, metrics.metrics()::limited));
    }

    private byte[] ownSecret(String name) {
        return Blocking.await(new PgSecrets(storage.pool()).obtain(name, SECRET_BYTES), START_S);
    }

    TimerVerticle timer() {
        return new TimerVerticle(current, storage.dueStore(vertx), node);
    }

    JobVerticle jobs() {
        return new JobVerticle(
                jobList(),
                new PgJobs(storage.pool(), storage.readPool()),
                new PgLeases(storage.pool()),
                node,
                current.map(Settings::jobs),
                clock,
                metrics.metrics());
    }

    private List<Job> jobList() {
        return new ServerJobs(
                        current, storage, metrics.metrics(), userErasures(), secrets, mcp.health(), vertx.eventBus())
                .all();
    }

    private PgUserErasures userErasures() {
        return new PgUserErasures(storage.pool(), ownSecret("erasure.names"));
    }

    private GatewayParts.Administration administration() {
        return new GatewayParts.Administration(
                new Jobs(
                        jobList(),
                        new PgJobs(storage.pool(), storage.readPool()),
                        current.map(Settings::jobs),
                        time,
                        () -> vertx.eventBus().publish(Addresses.JOBS, new NodeMessage.LookForJobs())),
                userErasures(),
                live.settings(),
                new PgAudit(storage.pool()),
                new GatewayParts.LiveView(
                        new PgRunDirectory(storage.pool(), storage.readPool()),
                        () -> Vitals.of(loops.loops(), storage.pools()),
                        metrics.metrics()::shardCounts,
                        perCore(settings.server().gateways())));
    }

    private static int perCore(int configured) {
        return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
    }
}
