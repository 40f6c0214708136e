package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.message.NodeMessage;
import io.reprise.testing.Rounds;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Whatever is opened and closed again leaves nothing in memory. */
class MemoryIT {
    private static final int TABS = 8;
    private static final int SESSIONS = Rounds.of(1_000, 10_000);

    /** One socket may have 64 commands under way, and read 200 sessions. */
    private static final int AT_ONCE = 50;

    @Test
    void sessions_that_were_opened_and_closed_leave_no_state() throws Exception {
        try (TestServer server = TestServer.start(Map.of("sessions.bufferMs", "200"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String token = server.token("ada");

            // When tabs open sessions fifty at a time, read them or chat in them, and detach in all ways
            List<Future<?>> tabs = new ArrayList<>();
            for (int i = 0; i < TABS; i++) {
                int number = i;
                tabs.add(threads.submit(() -> openAndClose(server, token, number)));
            }
            for (Future<?> tab : tabs) tab.get();

            // Then soon nothing is left
            await().atMost(TestServer.PATIENCE)
                    .untilAsserted(() -> assertThat(server.held()).isEqualTo(NodeMessage.Held.NOTHING));
        }
    }

    @Test
    void sessions_in_use_stay_in_memory() {
        try (TestServer server = TestServer.start(Map.of("sessions.bufferMs", "0"));
                TestClient tab = server.client("ada");
                TestClient other = server.client("ada")) {
            String read = tab.create();
            tab.attachLive(read);
            other.attachLive(read);
            String running = tab.create();
            String run = tab.send(running, "/hang").getString("run");
            await().untilAsserted(() -> assertThat(server.held()).isEqualTo(new NodeMessage.Held(2, 2, 2, 0)));

            tab.ask("detach", new JsonObject().put("session", read));
            await().until(() -> server.held().subscriptions() == 1);
            other.cut();
            await().atMost(TestServer.PATIENCE).until(() -> server.held().equals(new NodeMessage.Held(1, 1, 0, 0)));

            tab.ask("stop", new JsonObject().put("session", running).put("run", run));
            await().atMost(TestServer.PATIENCE).until(() -> server.held().equals(new NodeMessage.Held(0, 1, 0, 0)));
        }
    }

    private static void openAndClose(TestServer server, String token, int number) {
        for (int opened = 0; opened < SESSIONS / TABS; opened += AT_ONCE) {
            TestClient tab = TestClient.connect(server.port(), token);
            List<String> sessions = all(tab, "create", java.util.Collections.nCopies(AT_ONCE, new JsonObject()));
            List<JsonObject> its = sessions.stream()
                    .map(s -> new JsonObject().put("session", s))
                    .toList();
            if (number == 0) {
                all(
                        tab,
                        "send",
                        its.stream().map(s -> s.copy().put("text", "/echo x")).toList());
            } else {
                all(tab, "attach", its);
            }
            if (number % 2 == 1) all(tab, "detach", its);
            if (number % 3 == 1) tab.close();
            else tab.cut();
        }
    }

    /** Asks all at once and waits for all answers; returns the sessions that they name. */
    private static List<String> all(TestClient tab, String type, List<JsonObject> asked) {
        String id = UUID.randomUUID().toString();
        int from = tab.frameCount();
        int[] number = {0};
        asked.forEach(fields -> tab.say(fields.copy().put("type", type).put("id", id + " " + number[0]++)));
        List<String> sessions = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            String its = id + " " + i;
            JsonObject answer = tab.await(type, from, frame -> its.equals(frame.getString("id")));
            assertThat(answer.getString("type")).as(answer.encode()).isNotEqualTo("error");
            sessions.add(answer.getString("session"));
        }
        return sessions;
    }
}
