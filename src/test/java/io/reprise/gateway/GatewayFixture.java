package io.reprise.gateway;

import io.reprise.apikey.ApiKeys;
import io.reprise.apikey.KeyScope;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.LiveCatalog;
import io.reprise.catalog.SettingsEntries;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.SecretRules;
import io.reprise.catalog.provider.ModelChecker;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.Settings;
import io.reprise.config.SettingsSource;
import io.reprise.config.read.ConfigFiles;
import io.reprise.gateway.access.AccessParts;
import io.reprise.gateway.access.token.OwnTokens;
import io.reprise.gateway.access.token.Verifiers;
import io.reprise.gateway.limit.Intake;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.gateway.link.ConnectionLimit;
import io.reprise.gateway.rest.ApiContract;
import io.reprise.gateway.rest.ContractCheck;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.history.Histories;
import io.reprise.history.LogReader;
import io.reprise.history.SearchWords;
import io.reprise.history.SessionDirectory;
import io.reprise.history.SessionSummary;
import io.reprise.history.StoreAway;
import io.reprise.history.Workers;
import io.reprise.hook.Hooks;
import io.reprise.job.Jobs;
import io.reprise.mcp.signin.McpSignIns;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.BusCodec;
import io.reprise.message.log.LogRow;
import io.reprise.push.Pushes;
import io.reprise.reload.LiveSettings;
import io.reprise.reload.MemorySettings;
import io.reprise.secret.Secrets;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.Permits;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.reprise.telemetry.Vitals;
import io.reprise.telemetry.trace.Tracing;
import io.reprise.tool.ToolRegistry;
import io.reprise.tool.http.DeclaredTools;
import io.reprise.tool.http.HttpTools;
import io.reprise.tool.http.ToolAccess;
import io.reprise.webhook.Webhooks;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A gateway on a free port, in front of {@link FakeSessions}. */
public final class GatewayFixture implements AutoCloseable {
    private static final int SHARDS = 4;
    private static final ApiContract CONTRACT = ContractCheck.contract();
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);

    private static final Secrets OFF = new Secrets.Off("There is no key.");

    private static final byte[] COOKIE_SECRET = "another 0123456789abcdef 01234567".getBytes(StandardCharsets.UTF_8);

    public final Vertx vertx = Vertx.vertx();
    public final FakeSessions sessions = new FakeSessions(SHARDS);
    public final Set<String> blocked = ConcurrentHashMap.newKeySet();
    final AtomicBoolean ready = new AtomicBoolean(true);
    public final FakeDirectory directory = new FakeDirectory();
    final FakeRows rows = new FakeRows();
    public final FakeAudit audit = new FakeAudit();
    public final FakeJobs jobs = new FakeJobs();
    public final MemorySettings stored = new MemorySettings();
    public final List<String> erasedUsers = new ArrayList<>();
    final FakeCheckpoints checkpoints = new FakeCheckpoints();
    /** A test may replace them while the gateway runs. */
    final Current.Holder<Settings> settings;

    public final Intake intake;
    public final String deployment;
    public final int port;
    private final AtomicLong aheadMs = new AtomicLong();
    private final WallClock time = () -> WallClock.system().nowMs() + aheadMs.get();
    private final OwnTokens tokens = new OwnTokens(SECRET, time);

    private final ApiKeys apiKeys;

    /** @param overrides key, value, key, value ... */
    public GatewayFixture(String... overrides) {
        this(true, overrides);
    }

    public GatewayFixture(boolean withSessions, String... overrides) {
        Map<String, String> byPath = new HashMap<>(Map.of("server.port", "0", "sessions.shards", "" + SHARDS));
        for (int i = 0; i < overrides.length; i += 2) byPath.put(overrides[i], overrides[i + 1]);
        settings = new Current.Holder<>(Settings.with(byPath));
        intake = new Intake(
                settings.derive(
                        now -> Intake.Limits.of(now.limits(), now.server().frameBytesMax(), 1L << 30)),
                limit -> {});
        BusCodec.register(vertx.eventBus());
        apiKeys = new ApiKeys(vertx, new MemoryApiKeys(), settings.map(Settings::keys), IdSource.random(), time);
        if (withSessions) await(vertx.deployVerticle(sessions));
        GatewayVerticle gateway = new GatewayVerticle(
                new GatewayParts(
                        settings,
                        new GatewayParts.Node("n1", "0.0-test", ready::get, () -> "# nothing is measured\n"),
                        new AccessParts(
                                new Verifiers.Keys(SECRET, List.of()),
                                null,
                                COOKIE_SECRET,
                                apiKeys,
                                null,
                                () -> !settings.get().mcp().callerTokenHosts().isEmpty(),
                                user -> !blocked.contains(user),
                                // No minute passes, however long a test takes.
                                new RateLimits(settings.map(Settings::limits), () -> 0, limit -> {})),
                        time,
                        IdSource.random(),
                        new GatewayParts.ReadSide(
                                directory,
                                new NoRecalls(),
                                new NoSlots(),
                                audit,
                                checkpoints,
                                new Histories(rows),
                                new FakePreferences(),
                                new NoMemory(),
                                new Permits(
                                        settings.map(now -> now.search().atOnceMax()),
                                        settings.map(now -> now.search().perUserMax())),
                                new Permits(Current.always(2), Current.always(2)),
                                new NoUsage(),
                                new NoFeedback()),
                        new GatewayParts.Outside(
                                OFF,
                                new Hooks(null, OFF, null, null, null),
                                new Webhooks(null, OFF, null, null, null, null),
                                new Pushes(
                                        NoPushes.STORE,
                                        OFF,
                                        null,
                                        Current.always(Settings.defaults().push()),
                                        null),
                                noTools(),
                                new McpSignIns(new McpSignIns.Parts(
                                        null,
                                        OFF,
                                        Current.always(Catalog.EMPTY),
                                        Current.always(Optional.empty()),
                                        null,
                                        null,
                                        time,
                                        Map.of()))),
                        new GatewayParts.Files(null, Workers.CALLER, new Permits(Current.always(2), Current.always(2))),
                        new GatewayParts.Administration(
                                new Jobs(FakeJobs.LIST, jobs, settings.map(Settings::jobs), time, jobs::woken),
                                (user, by) -> {
                                    erasedUsers.add(user + " by " + by);
                                    return Future.succeededFuture();
                                },
                                live(SettingsSource.ofOverrides(byPath)),
                                audit,
                                new GatewayParts.LiveView(
                                        new NoRuns(),
                                        () -> Vitals.of(List.of(), List.of()),
                                        () -> new Vitals.Shards(0, 0, 0, 0, 0),
                                        0)),
                        new GatewayParts.Catalogue(
                                catalog(settings.get()),
                                settings,
                                (provider, options) -> Future.succeededFuture(
                                        new ModelChecker.Result(true, "works", "It answers.", "", 1)),
                                agent -> List.of("time"),
                                null,
                                new ToolRegistry(List.of())),
                        new ConnectionLimit(settings.map(now -> now.server().connectionsMax())),
                        intake,
                        CONTRACT,
                        Metrics.unseen(),
                        Tracing.OFF),
                0);
        deployment = await(vertx.deployVerticle(gateway));
        port = gateway.port();
    }

    /** With the entries of the settings. */
    private static LiveCatalog catalog(Settings settings) {
        LiveCatalog live = new LiveCatalog(new FakeCatalog(), new EntryReader(new ProviderTypes()), () -> {});
        live.commit(live.prepare(SettingsEntries.of(settings.model()), Map.of()));
        return live;
    }

    private LiveSettings live(SettingsSource source) {
        return new LiveSettings(
                source,
                ConfigFiles.of(source.read()),
                () -> ConfigFiles.of(source.read()),
                settings,
                stored,
                List.of(),
                time,
                new LiveSettings.News(
                        () -> {}, news -> vertx.eventBus().publish(Addresses.configNews("n1"), news), keys -> {}));
    }

    /** Moves the wall clock, by which tokens expire. */
    public void later(long ms) {
        aheadMs.addAndGet(ms);
    }

    public String token(String user) {
        return token(user, "user");
    }

    public String token(String user, String role) {
        return tokens.issue(user, List.of(role), time.nowMs() + 60_000);
    }

    public String token(String user, long lifeMs) {
        return tokens.issue(user, List.of("user"), time.nowMs() + lifeMs);
    }

    /** The text of an API key that the gateway knows. */
    public String key(String user, long lifeMs) {
        ApiKeys.Wish wish =
                new ApiKeys.Wish(user, "test", KeyScope.CHAT, List.of("user"), List.of(), 0, 0, time.nowMs() + lifeMs);
        return await(apiKeys.create(wish)).orElseThrow().text();
    }

    /** A greeted client of the user {@code me}. */
    public TabClient me() {
        return TabClient.known(port, token("me"));
    }

    /** Whether one more socket is accepted; it stays open. */
    public boolean admitsAnother() {
        TabClient tab = TabClient.open(port, "/ws");
        try {
            tab.hello(token("another"));
            return true;
        } catch (CompletionException | AssertionError closed) {
            return false;
        }
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    /** Sessions by user, in memory. */
    public static final class FakeDirectory implements SessionDirectory {
        final Map<String, SessionSummary> byUserAndId = new ConcurrentHashMap<>();
        volatile boolean away;
        final Promise<Page> waiting = Promise.promise();

        public void put(String user, String id, long head) {
            byUserAndId.put(
                    user + "/" + id,
                    new SessionSummary(
                            id,
                            "Title",
                            null,
                            "hi",
                            "2026-01-01T00:00:00Z",
                            "2026-01-02T00:00:00Z",
                            false,
                            false,
                            "e0",
                            head,
                            null));
        }

        @Override
        public Future<Page> list(String user, Which which, String cursor, int limit) {
            if (away) return Future.failedFuture(new StoreAway(new IOException("away")));
            if (cursor != null && !cursor.equals("next")) {
                return Future.failedFuture(new IllegalArgumentException("not ours"));
            }
            List<SessionSummary> mine = new ArrayList<>();
            byUserAndId.forEach((key, summary) -> {
                if (key.startsWith(user + "/")) mine.add(summary);
            });
            boolean more = mine.size() > limit;
            return Future.succeededFuture(
                    new Page(mine.subList(0, Math.min(limit, mine.size())), more ? "next" : null));
        }

        @Override
        public Future<Page> search(String user, SearchWords words, Which which, String cursor, int limit) {
            if (words.words().contains("slow")) return Future.failedFuture(new TooSlow());
            if (words.words().contains("waits")) return waiting.future();
            return list(user, which, cursor, limit);
        }

        @Override
        public Future<Optional<SessionSummary>> find(String user, String session) {
            if (away) return Future.failedFuture(new StoreAway(new IOException("away")));
            return Future.succeededFuture(Optional.ofNullable(byUserAndId.get(user + "/" + session)));
        }
    }

    /** The rows of every session. */
    static final class FakeRows implements LogReader {
        final List<LogRow> rows = new ArrayList<>();

        @Override
        public Future<List<LogRow>> rows(String session, long after, long upTo, int rowsMax, int bytesMax) {
            return Future.succeededFuture(rows.stream()
                    .filter(row -> row.seq() > after && row.from() <= upTo)
                    .toList());
        }

        @Override
        public Future<Optional<LogRow>> summary(String session, long upTo) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<Long> bytes(String session, long upTo) {
            return Future.succeededFuture(0L);
        }

        @Override
        public Future<FoldStart> foldStart(String session, long upTo, int messages, long asOf) {
            return Future.succeededFuture(new FoldStart(1, false));
        }

        @Override
        public Future<List<LogRow>> rewinds(String session, long before, int rowsMax) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<List<LogRow>> amendments(String session) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<Optional<UserMessage>> userMessage(String session, String message) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<Long> runEnd(String session, long seq) {
            return Future.succeededFuture(Long.MAX_VALUE);
        }
    }

    private static ToolAccess noTools() {
        DeclaredTools none = new DeclaredTools(SecretRules.NONE, Set.of());
        return new ToolAccess(new HttpTools(none, null, Map.of()), null, null);
    }
}
