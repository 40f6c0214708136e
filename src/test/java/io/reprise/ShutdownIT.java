package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.OwnDatabase;
import io.reprise.testing.Patience;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server that is stopped: runs may finish for a while, everything is stored, and every client is told to reconnect.
 */
class ShutdownIT {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final int SHUTTING_DOWN = 4001;
    /** Longer than any test waits: the drain ends only because no run is active any more. */
    private static final String WITHOUT_END = "600000";

    @TempDir
    Path dataDir;

    private final List<ServerProcess> started = new ArrayList<>();

    @AfterEach
    void stop_everything() {
        started.forEach(ServerProcess::close);
        new OwnDatabase(dataDir).close();
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void a_stream_shorter_than_the_drain_is_finished_and_no_run_is_suspended(String signal, int exitCode) {
        OwnDatabase database = OwnDatabase.prepared(dataDir);
        ServerProcess server = track(ServerProcess.startOn(dataDir, Map.of("shutdown.drainMs", WITHOUT_END)));
        int databasePort = database.uri().port();
        TestClient tab = server.client("ada");
        String session = tab.create();
        tab.attachLive(session);
        String run = tab.send(session, "/stream 300 200").getString("run");
        tab.awaitThat("the first words", () -> tab.view(session).cursor > 20);

        server.signal(signal);

        assertThat(tab.awaitClose()).isEqualTo(SHUTTING_DOWN);
        assertThat(tab.text(session, run)).isEqualTo(TestClient.words(300));
        assertThat(TestClient.event(tab.awaitEnd(session, run)).getString("type"))
                .isEqualTo("RUN_FINISHED");
        assertThat(tab.frames().getLast().getString("type")).isEqualTo("goaway");
        assertThat(tab.frames().getLast().getLong("afterMs")).isNotNegative();
        assertThat(server.awaitExit()).isEqualTo(exitCode);
        assertThat(database.process()).isEmpty();
        assertThat(database.pidFile()).doesNotExist();
        assertIsFree(server.port());
        assertIsFree(databasePort);
        assertThat(server.troubles()).isEmpty();
        assertThat(server.complained()).isEmpty();
    }

    /**
     * Symptom: an answer that took longer than the drain ended "interrupted" permanently, although it would have
     * resumed after
     * kill -9. Cause: the drain ended every remaining run.
     */
    @Test
    void a_stream_longer_than_the_drain_resumes_at_the_next_start_and_its_readers_resume_exactly() {
        DatabaseUri database = TestDatabase.fresh();
        ServerProcess server = start(database, "300");
        TestClient tab = server.client("ada");
        TestClient early = server.client("ada");
        String session = tab.create();
        tab.attachLive(session);
        early.attachLive(session);
        String run = tab.send(session, "/stream 1200 100").getString("run");
        early.awaitThat("the first words", () -> early.view(session).cursor > 20);
        early.cut();

        server.signal("TERM");

        assertThat(tab.awaitClose()).isEqualTo(SHUTTING_DOWN);
        assertThat(tab.frames().getLast().getString("type")).isEqualTo("goaway");
        assertThat(server.awaitExit()).isEqualTo(143);
        assertThat(server.troubles()).isEmpty();
        assertThat(server.logged("sessions drained"))
                .singleElement()
                .satisfies(line -> assertThat(line.encode()).contains("\"suspendedRuns\":1", "\"endedRuns\":0"));
        StoredLog stored = StoredLog.of(database, session).assertWhole();
        stored.assertShownTo(tab, Long.MAX_VALUE);
        assertThat(stored.run(run).outcome()).isNull();
        assertThat(stored.head()).as("all that was shown").isEqualTo(tab.view(session).cursor);

        ServerProcess next = start(database, "300");
        for (TestClient before : List.of(tab, early)) {
            TestClient back = next.client("ada").adopt(before, session);
            JsonObject verdict = back.attachLive(session);

            assertThat(verdict.getString("mode")).as(verdict.encode()).isEqualTo("replay");
            assertThat(verdict.getString("epoch")).isEqualTo(stored.epoch());
            assertThat(TestClient.event(back.awaitEnd(session, run)).getString("type"))
                    .isEqualTo("RUN_FINISHED");
            StoredLog whole = StoredLog.of(database, session).assertWhole();
            whole.assertShownTo(back, Long.MAX_VALUE);
            assertThat(whole.restarts(run)).hasSize(1);
            // The text that was shown after its checkpoint, which is superseded, and all of it.
            assertThat(whole.text(run)).isEqualTo(tab.text(session, run) + TestClient.words(1_200));
        }
        assertThat(next.troubles()).isEmpty();
    }

    @Test
    void a_stream_whose_checkpoints_die_with_the_server_is_ended_and_its_readers_resume_exactly() {
        DatabaseUri database = TestDatabase.fresh();
        Map<String, String> forgetful = Map.of("checkpoints.store", "memory");
        ServerProcess server = start(database, "300", forgetful);
        TestClient tab = server.client("ada");
        String session = tab.create();
        tab.attachLive(session);
        String run = tab.send(session, "/stream 1000000 200").getString("run");
        tab.awaitThat("the first words", () -> tab.view(session).cursor > 20);

        server.signal("TERM");

        assertThat(tab.awaitClose()).isEqualTo(SHUTTING_DOWN);
        assertEndedInterrupted(TestClient.event(tab.awaitEnd(session, run)));
        server.awaitExit();
        StoredLog stored = StoredLog.of(database, session).assertWhole();
        stored.assertShownTo(tab, Long.MAX_VALUE);
        assertThat(stored.head()).isEqualTo(tab.view(session).cursor);
        TestClient back = start(database, "300", forgetful).client("ada").adopt(tab, session);
        JsonObject verdict = back.attachLive(session);
        assertThat(verdict.getString("mode")).as(verdict.encode()).isEqualTo("replay");
        assertThat(verdict.getJsonObject("lastRun"))
                .isEqualTo(
                        new JsonObject().put("id", run).put("outcome", "error").put("code", "interrupted"));
        assertThat(back.text(session, run)).isEqualTo(tab.text(session, run));
    }

    @Test
    void a_resumed_run_can_be_stopped_and_its_queue_continues() {
        DatabaseUri database = TestDatabase.fresh();
        ServerProcess server = start(database, "0");
        TestClient tab = server.client("ada");
        String session = tab.create();
        tab.attachLive(session);
        String run = tab.send(session, "/hang").getString("run");
        String queued = "queued before the signal";
        tab.ask("send", queued, send(session, "/echo later"));
        server.signal("TERM");
        server.awaitExit();

        ServerProcess next = start(database, "0");
        TestClient back = next.client("ada").adopt(tab, session);
        assertThat(back.attachLive(session).getString("run")).isEqualTo(run);
        JsonObject stopped =
                back.ask("stop", new JsonObject().put("session", session).put("run", run));

        assertThat(stopped.getJsonArray("stopped")).containsExactly(run);
        back.awaitThat("the next answer", () -> back.text(session, null).endsWith("later"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(StoredLog.unfinished(database)).isEmpty());
        StoredLog stored = StoredLog.of(database, session).assertWhole();
        assertThat(stored.run(run).outcome()).isEqualTo("cancelled");
        assertThat(stored.messagesOf(queued)).isEqualTo(1);
        stored.assertShownTo(back, Long.MAX_VALUE);
    }

    @Test
    void during_the_drain_no_run_starts_and_a_stop_works_and_the_queue_waits_for_the_next_server() {
        DatabaseUri database = TestDatabase.fresh();
        ServerProcess server = start(database, WITHOUT_END);
        TestClient tab = server.client("ada");
        String session = tab.create();
        String idle = tab.create();
        tab.attachLive(session);
        String run = tab.send(session, "/hang").getString("run");
        String queued = "queued before the signal";
        tab.ask("send", queued, send(session, "/echo later"));

        server.signal("TERM");
        awaitNotReady(server);
        server.signal("TERM"); // A second one changes nothing.

        assertUnavailable(tab.ask("send", send(session, "/echo no")));
        assertUnavailable(tab.ask("send", send(idle, "/echo no")));
        assertUnavailable(tab.ask("create", new JsonObject()));
        assertThat(server.call("GET", "/health/live", null, null).statusCode()).isEqualTo(200);
        TestClient late = server.client("ada");
        assertThat(late.attachLive(session).getString("run")).isEqualTo(run);
        JsonObject stopped = tab.ask("stop", new JsonObject().put("session", session));
        assertThat(stopped.getJsonArray("stopped")).containsExactly(run);
        for (TestClient client : List.of(tab, late)) {
            JsonObject end = TestClient.event(client.awaitEnd(session, run));
            assertThat(end.getJsonObject("outcome").getString("type")).isEqualTo("cancelled");
            assertThat(client.awaitClose()).isEqualTo(SHUTTING_DOWN);
        }
        assertThat(server.awaitExit()).isEqualTo(143);
        StoredLog stored = StoredLog.of(database, session).assertWhole();
        assertThat(stored.runs()).hasSize(1);
        assertThat(stored.queue()).contains(queued);

        start(database, "0");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(StoredLog.unfinished(database)).isEmpty());

        StoredLog after = StoredLog.of(database, session).assertWhole();
        assertThat(after.epoch()).isEqualTo(stored.epoch());
        assertThat(after.runs()).hasSize(2);
        assertThat(after.text(after.runs().getLast().id())).isEqualTo("later");
        assertThat(after.messagesOf(queued)).isEqualTo(1);
    }

    // --- helpers

    private ServerProcess start(DatabaseUri database, String drainMs) {
        return start(database, drainMs, Map.of());
    }

    private ServerProcess start(DatabaseUri database, String drainMs, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("database.url", database.reveal());
        all.put("shutdown.drainMs", drainMs);
        return track(ServerProcess.start(all));
    }

    private ServerProcess track(ServerProcess server) {
        started.add(server);
        return server;
    }

    private static void awaitNotReady(ServerProcess server) {
        await().atMost(PATIENCE)
                .until(() -> server.call("GET", "/health/ready", null, null).statusCode() == 503);
    }

    private static JsonObject send(String session, String text) {
        return new JsonObject().put("session", session).put("text", text);
    }

    private static void assertUnavailable(JsonObject answer) {
        assertThat(answer.getString("code")).as(answer.encode()).isEqualTo("unavailable");
        assertThat(answer.getBoolean("retryable")).isTrue();
    }

    private static void assertEndedInterrupted(JsonObject end) {
        assertThat(end.getString("type")).isEqualTo("RUN_ERROR");
        assertThat(end.getString("code")).isEqualTo("interrupted");
    }

    private static void assertIsFree(int port) {
        assertThatCode(() -> {
                    try (ServerSocket socket = new ServerSocket()) {
                        socket.setReuseAddress(true);
                        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    }
                })
                .doesNotThrowAnyException();
    }
}
