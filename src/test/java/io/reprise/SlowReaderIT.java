package io.reprise;

import static io.reprise.testing.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogLines;
import io.reprise.testing.LogOracle;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A tab that reads slowly or not at all delays nobody, and has lost nothing when it resumes. */
class SlowReaderIT {
    private static final Map<String, String> SMALL_BUFFERS =
            Map.of("server.outboxBytesMax", "16384", "server.sendBufferBytes", "16384");

    @Test
    void a_tab_that_reads_nothing_is_closed_4008_and_resumes_without_affecting_others() {
        DatabaseUri database = TestDatabase.fresh();
        try (TestServer server = TestServer.start(database, SMALL_BUFFERS);
                LogLines sockets = LogLines.of("io.reprise.gateway.socket.Socket");
                TestClient tab = server.client("ada");
                TestClient elsewhere = server.client("bob")) {
            String session = tab.create();
            String epoch = tab.attachLive(session).getString("epoch");
            String other = elsewhere.create();
            elsewhere.attachLive(other);
            LazyTab lazy = LazyTab.attach(server, "ada", session, epoch);

            // When far more text is streamed than fits between the server and a tab that reads nothing
            String run = tab.send(session, "/stream 150000 0").getString("run");
            String otherRun = elsewhere.send(other, "/stream 20000 0").getString("run");
            tab.awaitEnd(session, run);
            elsewhere.awaitEnd(other, otherRun);

            // Then the others have all of it, the slow one is closed with the reason
            assertThat(tab.text(session, run)).isEqualTo(words(150_000));
            assertThat(elsewhere.text(other, otherRun)).isEqualTo(words(20_000));
            await().atMost(TestServer.PATIENCE)
                    .until(() -> !sockets.with("code=\"4008\"").isEmpty());
            lazy.readOn(Long.MAX_VALUE);
            assertThat(lazy.closed()).isEqualTo(4008);

            // and it resumes from its cursor
            LogOracle log = LogOracle.of(database, session);
            long had = lazy.cursor();
            assertThat(had).isBetween(1L, log.head() - 1);
            log.assertIs(lazy.events(), 0, had);
            try (TestClient again = server.client("ada").place(session, epoch, had)) {
                assertThat(again.attachLive(session).getBoolean("recovered")).isTrue();
                log.assertIs(again.events(session), had, log.head());
            }
            // and nobody else was closed
            assertThat(sockets.with("closing socket")).hasSize(1);
        }
    }

    @Test
    void a_slow_tab_receives_merged_text_without_loss() {
        DatabaseUri database = TestDatabase.fresh();
        Map<String, String> settings = with("run.mergeMs", "0", "run.mergeDeltasMax", "1", "server.stallMs", "60000");
        try (TestServer server = TestServer.start(database, settings);
                LogLines sockets = LogLines.of("io.reprise.gateway.socket.Socket");
                TestClient tab = server.client("ada")) {
            String session = tab.create();
            String epoch = tab.attachLive(session).getString("epoch");
            LazyTab slow = LazyTab.attach(server, "ada", session, epoch);

            // When it reads one frame where the other tab reads fifty
            String run = tab.send(session, "/stream 20000 0").getString("run");
            for (long seen = 50; seen <= 20_000; seen += 50) {
                long cursor = seen;
                tab.awaitThat("event " + seen, () -> tab.view(session).cursor >= cursor);
                slow.readOn(1);
            }
            tab.awaitEnd(session, run);
            slow.readOn(Long.MAX_VALUE);

            // Then it has the same, in far fewer events than there were deltas (the other tab may be slow, too)
            LogOracle log = LogOracle.of(database, session);
            await().atMost(TestServer.PATIENCE).until(() -> slow.cursor() == log.head());
            log.assertIs(tab.events(session), 0, log.head());
            log.assertIs(slow.events(), 0, log.head());
            assertThat(slow.events()).hasSizeLessThan((int) log.head() / 2);
            assertThat(longestRange(slow.events())).isGreaterThan(20);
            assertThat(sockets.with("closing socket")).isEmpty();
            System.out.println("SlowReaderIT: " + slow.events().size() + " events for the slow tab, "
                    + tab.events(session).size() + " for the other");
            slow.cut();
        }
    }

    @Test
    void what_waits_for_a_tab_is_a_metric_until_the_tab_is_gone() {
        try (TestServer server = TestServer.start(TestDatabase.fresh(), with("server.stallMs", "600000"));
                TestClient tab = server.client("ada")) {
            String session = tab.create();
            LazyTab lazy = LazyTab.attach(
                    server, "ada", session, tab.attachLive(session).getString("epoch"));

            tab.awaitEnd(session, tab.send(session, "/stream 100000 0").getString("run"));

            assertThat(server.metric("reprise_outbox_bytes")).isPositive();
            lazy.cut();
            await().atMost(TestServer.PATIENCE).until(() -> server.metric("reprise_outbox_bytes") == 0);
        }
    }

    private static Map<String, String> with(String... more) {
        Map<String, String> all = new java.util.HashMap<>(SMALL_BUFFERS);
        for (int i = 0; i < more.length; i += 2) all.put(more[i], more[i + 1]);
        return all;
    }

    private static long longestRange(List<JsonObject> events) {
        return events.stream()
                .mapToLong(e -> e.getLong("seq") - e.getLong("from", e.getLong("seq")) + 1)
                .max()
                .orElse(0);
    }

    /** A tab that reads from its connection only as many messages as requested. */
    private static final class LazyTab implements WebSocket.Listener {
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final CompletableFuture<Void> live = new CompletableFuture<>();
        private final List<JsonObject> events = new CopyOnWriteArrayList<>();
        private final StringBuilder partial = new StringBuilder();
        private WebSocket socket;
        private volatile boolean lazy;

        /** Live from the beginning of the log; from then on it reads nothing. */
        static LazyTab attach(TestServer server, String user, String session, String epoch) {
            LazyTab tab = new LazyTab();
            tab.socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/ws"), tab)
                    .join();
            tab.say(new JsonObject()
                    .put("type", "hello")
                    .put("id", "1")
                    .put("version", 1)
                    .put("token", server.token(user)));
            tab.say(new JsonObject()
                    .put("type", "attach")
                    .put("id", "2")
                    .put("session", session)
                    .put("epoch", epoch)
                    .put("after", 0));
            tab.live.orTimeout(120, TimeUnit.SECONDS).join();
            return tab;
        }

        private void say(JsonObject frame) {
            socket.sendText(frame.encode(), true).join();
        }

        /** Reads this many further parts of messages. */
        void readOn(long count) {
            socket.request(count);
        }

        List<JsonObject> events() {
            return events;
        }

        long cursor() {
            return events.isEmpty() ? 0 : events.getLast().getLong("seq");
        }

        int closed() {
            return closed.orTimeout(120, TimeUnit.SECONDS).join();
        }

        void cut() {
            socket.abort();
        }

        @Override
        public void onOpen(WebSocket opened) {
            opened.request(1);
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                JsonObject frame = new JsonObject(partial.toString());
                partial.setLength(0);
                if (frame.getString("type").equals("event")) events.add(frame);
                if (frame.getString("type").equals("live")) {
                    lazy = true;
                    live.complete(null);
                }
            }
            if (!lazy) from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.complete(1006);
        }
    }
}
