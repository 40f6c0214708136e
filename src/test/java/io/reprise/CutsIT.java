package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogLines;
import io.reprise.testing.LogOracle;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tabs lose their connection repeatedly, at any moment, and never any event. */
class CutsIT {
    private static final int CUTS = Rounds.of(100, 1_000);
    private static final int SESSIONS = 5;
    private static final int TABS_PER_SESSION = 3;

    /** Many small events, rows and pages, and few of them in memory. */
    private static final Map<String, String> SETTINGS = Map.of(
            "run.mergeMs", "2",
            "run.mergeDeltasMax", "4",
            "log.flushMs", "20",
            // Each cursor is replayed, however many events follow meanwhile.
            "log.replayEvents", "1000000",
            "log.memoryBytesMax", "8192",
            "log.pageEvents", "7",
            "log.pageBytesMax", "4096");

    @Test
    void after_many_disconnects_every_tab_shows_what_the_connected_tab_and_the_store_have() throws Exception {
        Random random = Seed.random("CutsIT");
        DatabaseUri database = TestDatabase.fresh();
        AtomicInteger cuts = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        try (TestServer server = TestServer.start(database, SETTINGS);
                LogLines sockets = LogLines.of("io.reprise.gateway.socket.Socket");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String token = server.token("ada");
            List<Scene> scenes = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) scenes.add(new Scene(server, token, random));

            // When runs continue in every session while its tabs are disconnected and reconnect
            List<Future<?>> talking = new ArrayList<>();
            List<Future<?>> cutting = new ArrayList<>();
            for (Scene scene : scenes) {
                Random own = new Random(random.nextLong());
                talking.add(threads.submit(() -> scene.talk(own, enough)));
                for (int tab = 0; tab < TABS_PER_SESSION; tab++) {
                    int number = tab;
                    Random its = new Random(random.nextLong());
                    cutting.add(threads.submit(() -> scene.cut(number, its, cuts)));
                }
            }
            for (Future<?> tab : cutting) tab.get();
            enough.set(true);
            for (Future<?> talk : talking) talk.get();

            // Then each tab, and the one that only watched, has exactly the stored events
            for (Scene scene : scenes) scene.assertWhole(database);
            // and a disconnected client is no protocol error
            await().atMost(TestServer.PATIENCE)
                    .until(() -> sockets.with("socket closed").size() >= CUTS);
            assertThat(sockets.with("closing socket")).isEmpty();
            System.out.println("CutsIT: " + cuts.get() + " cuts, "
                    + scenes.stream().map(Scene::summary).toList());
        }
    }

    /** A session with its watching tab and the tabs that are disconnected. */
    private static final class Scene {
        private static final List<String> TEXTS = List.of(
                "/stream %d 400",
                "/stream %d 0", "/think %d", "/echo 😀 漢字 שלום %d", "/tool sleep {\"seconds\": 0.0%d}");

        private final TestServer server;
        private final String token;
        private final TestClient watcher;
        private final String session;
        private final TestClient[] tabs = new TestClient[TABS_PER_SESSION];
        private String summary;

        Scene(TestServer server, String token, Random random) {
            this.server = server;
            this.token = token;
            watcher = TestClient.connect(server.port(), token);
            session = watcher.create();
            watcher.attachLive(session);
            for (int i = 0; i < tabs.length; i++) {
                tabs[i] = TestClient.connect(server.port(), token).place(session, watcher.view(session).epoch, 0);
                tabs[i].attachLive(session);
            }
        }

        /** One run after the other; some are stopped, some find a queue. */
        void talk(Random random, AtomicBoolean enough) {
            while (!enough.get()) {
                String text = TEXTS.get(random.nextInt(TEXTS.size())).formatted(1 + random.nextInt(99));
                String run = watcher.send(session, text).getString("run");
                if (random.nextInt(4) == 0) watcher.ask("stop", new JsonObject().put("session", session));
                if (run != null) watcher.awaitEnd(session, run);
            }
            watcher.awaitEnd(session, watcher.send(session, "/echo the end").getString("run"));
        }

        /** Reads a little, is disconnected, reconnects. */
        void cut(int number, Random random, AtomicInteger cuts) {
            while (cuts.getAndIncrement() < CUTS) {
                TestClient tab = tabs[number];
                long goal = tab.view(session).cursor + random.nextInt(25);
                if (random.nextInt(5) == 0) {
                    // during an attach, before or after its verdict
                    tab.say(new JsonObject()
                            .put("type", "attach")
                            .put("id", UUID.randomUUID().toString())
                            .put("session", session)
                            .put("epoch", tab.view(session).epoch)
                            .put("after", 0));
                } else {
                    tab.awaitThat("some events", () -> tab.view(session).cursor >= goal);
                }
                tab.cut();
                TestClient next = TestClient.connect(server.port(), token).adopt(tab, session);
                tabs[number] = next;
                JsonObject verdict = next.attach(session);
                assertThat(verdict.getString("mode")).as(verdict.encode()).isEqualTo("replay");
                assertThat(verdict.getBoolean("recovered")).isTrue();
            }
            cuts.decrementAndGet();
        }

        void assertWhole(DatabaseUri database) {
            LogOracle log = LogOracle.of(database, session);
            assertThat(watcher.view(session).cursor).isEqualTo(log.head());
            log.assertIs(watcher.events(session), 0, log.head());
            log.runs().forEach(log::assertEndsWell);
            for (TestClient tab : tabs) {
                tab.awaitThat("the head", () -> tab.view(session).cursor >= log.head());
                log.assertIs(tab.events(session), 0, log.head());
                tab.cut();
            }
            watcher.cut();
            summary = log.runs().size() + " runs, " + log.head() + " events, " + log.rows() + " rows";
        }

        String summary() {
            return summary;
        }
    }
}
