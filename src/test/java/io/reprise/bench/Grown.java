package io.reprise.bench;

import static io.reprise.bench.BenchTab.await;

import io.reprise.bench.GrownData.Session;
import io.reprise.config.Settings;
import io.reprise.store.database.PgPool;
import io.reprise.store.postgres.PgDueStore;
import io.reprise.store.postgres.StoreFixture;
import io.reprise.testing.OwnDatabase;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * How much slower the server is with a large database than with a small one. There are separate sessions for each kind
 * of measurement.
 */
final class Grown implements Scenario {
    static final String SCALE = "REPRISE_BENCH_SCALE";
    private static final double SMALL = 0.01;
    private static final int TIMES = 200;
    private static final int STARTS = 5;
    private static final double RATIO_MAX = 1.5;
    private static final double SEARCH_MS_MAX = 1_000;
    private static final String SEARCH = "search in texts, user with 2,000 sessions";

    @Override
    public String name() {
        return "grown";
    }

    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public void run(Setting setting) throws Exception {
        double scale = Double.parseDouble(System.getenv().getOrDefault(SCALE, "1"));
        Map<String, Figures> few = measured(setting, SMALL);
        Map<String, Figures> many = measured(setting, scale);
        many.forEach((what, figures) -> {
            double before = few.get(what).percentile(50);
            double now = figures.percentile(50);
            boolean over = now > before * RATIO_MAX || what.equals(SEARCH) && now > SEARCH_MS_MAX;
            setting.report()
                    .row(
                            "%s, %,d sessions"
                                    .formatted(what, GrownData.of(scale).sessions()),
                            "p50 %.2f ms  with %,d sessions p50 %.2f ms  ratio %.2f%s  (n=%d)",
                            now,
                            GrownData.of(SMALL).sessions(),
                            before,
                            now / before,
                            over ? "  OVER THE GOAL" : "",
                            figures.count());
        });
    }

    private static Map<String, Figures> measured(Setting setting, double scale) throws Exception {
        Path data = Files.createDirectories(setting.data().resolve("scale-" + scale));
        GrownData grown = GrownData.of(scale);
        OwnDatabase database = new OwnDatabase(data);
        BenchServer first = BenchServer.start(data, Map.of());
        try {
            grown.storeIn(database.uri());
        } finally {
            first.close();
        }
        Map<String, Figures> figures = new LinkedHashMap<>();
        figures.put("start-up", starts(data));
        try (BenchServer server = BenchServer.start(data, Map.of())) {
            Measure measure = new Measure(setting, server, database, grown);
            measure.run(new LinkedHashMap<>()); // The compilers' turn.
            measure.run(figures);
        }
        Bench.erase(data);
        return figures;
    }

    private static Figures starts(Path data) {
        Figures starts = new Figures();
        for (int i = 0; i < STARTS; i++) {
            long begun = System.nanoTime();
            BenchServer server = BenchServer.start(data, Map.of());
            starts.add((System.nanoTime() - begun) / 1e6);
            server.close();
        }
        return starts;
    }

    /**
     * One pass over all kinds; the server has not loaded these sessions, and their rows are in the database's memory.
     */
    private static final class Measure {
        private final Setting setting;
        private final BenchServer server;
        private final OwnDatabase database;
        private final GrownData grown;
        private final Random random = new Random(1);
        private final Set<Integer> used = new HashSet<>();

        Measure(Setting setting, BenchServer server, OwnDatabase database, GrownData grown) {
            this.setting = setting;
            this.server = server;
            this.database = database;
            this.grown = grown;
        }

        void run(Map<String, Figures> figures) throws Exception {
            chats(figures);
            List<Session> sessions = some();
            List<String> tokens =
                    sessions.stream().map(its -> server.token(its.user())).toList();
            figures.put(
                    "history page",
                    each(i -> get(tokens.get(i), "/sessions/" + sessions.get(i).id() + "/messages?limit=50")));
            figures.put("list", each(i -> get(tokens.get(i), "/sessions?limit=50")));
            figures.put(
                    "search in titles",
                    each(i ->
                            get(tokens.get(i), "/sessions?q=" + sessions.get(i).titleWord())));
            String reader = server.token(GrownData.READER);
            figures.put("list, user with 2,000 sessions", each(i -> get(reader, "/sessions?limit=50")));
            figures.put(SEARCH, each(i -> get(reader, "/sessions?q=nowhere" + i)));
            figures.put("timer look-up", looks());
        }

        private List<Session> some() {
            List<Integer> numbers = random.ints(2_001, grown.sessions() + 1)
                    .filter(used::add)
                    .limit(TIMES)
                    .boxed()
                    .toList();
            List<Session> sessions = grown.sessions(database.uri(), numbers);
            GrownData.warm(database.uri(), sessions);
            return sessions;
        }

        private void chats(Map<String, Figures> figures) {
            Figures attaches = new Figures();
            Figures sends = new Figures();
            for (Session session : some()) {
                BenchTab tab = BenchTab.open(setting.clients(), server, server.token(session.user()));
                CompletableFuture<Void> end = new CompletableFuture<>();
                tab.onEvent(event -> {
                    if (BenchTab.isEnd(event)) end.complete(null);
                });
                long begun = System.nanoTime();
                await(tab.attach(session.id(), null, 0));
                attaches.add((System.nanoTime() - begun) / 1e6);
                long sent = System.nanoTime();
                await(tab.send(session.id(), "/echo hi"));
                sends.add((System.nanoTime() - sent) / 1e6);
                await(end);
                tab.close();
            }
            figures.put("attach", attaches);
            figures.put("send to accepted", sends);
        }

        private Figures looks() throws Exception {
            Vertx vertx = Vertx.vertx();
            PgPool pool = PgPool.open(vertx, database.uri(), Settings.defaults().database(), StoreFixture.slow());
            try {
                PgDueStore due = new PgDueStore(pool, () -> null);
                int shards = Settings.defaults().sessions().shards();
                List<Integer> all = IntStream.range(0, shards).boxed().toList();
                return each(i -> {
                    try {
                        due.look(all, null, 100).await(60, TimeUnit.SECONDS);
                    } catch (TimeoutException e) {
                        throw new IllegalStateException(e);
                    }
                });
            } finally {
                pool.close().await();
                vertx.close().await();
            }
        }

        private void get(String token, String path) {
            server.call("GET", "/api/v1" + path, token, null);
        }

        private Figures each(IntConsumer work) {
            Figures figures = new Figures();
            for (int i = 0; i < TIMES; i++) {
                long begun = System.nanoTime();
                work.accept(i);
                figures.add((System.nanoTime() - begun) / 1e6);
            }
            return figures;
        }
    }
}
