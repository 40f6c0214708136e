package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.DatabaseProxy;
import io.reprise.testing.LogLines;
import io.reprise.testing.Patience;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The database becomes unavailable under a running server, in several ways, and is available again later. */
class StoreAwayIT {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final Duration STILL = Duration.ofSeconds(2);
    private static final String USER = "ada";
    private static final String ENDLESS = "/stream 1000000 100";

    private enum Absence {
        REFUSED(DatabaseProxy::refuse),
        STALLED(DatabaseProxy::stall);

        final Consumer<DatabaseProxy> begin;

        Absence(Consumer<DatabaseProxy> begin) {
            this.begin = begin;
        }
    }

    private DatabaseUri database;
    private DatabaseProxy proxy;
    private TestServer server;

    /** So that no start in these tests is slower than the short time-outs that they set. */
    @BeforeAll
    static void load_all_classes() {
        TestServer.start(Map.of()).close();
    }

    @BeforeEach
    void put_a_proxy_before_an_empty_database() {
        database = TestDatabase.fresh();
        proxy = DatabaseProxy.before(database);
    }

    @AfterEach
    void stop_everything() {
        proxy.heal();
        if (server != null) server.close();
        proxy.close();
    }

    @ParameterizedTest
    @EnumSource
    void during_an_outage_running_text_continues_and_commands_are_refused_and_nothing_is_lost(Absence absence) {
        start(Map.of());
        TestClient tab = server.client(USER);
        String session = attachedSession(tab);
        String run = begun(tab, session, ENDLESS);
        tab.awaitThat("the first words", () -> tab.view(session).cursor > 20);

        absence.begin.accept(proxy);

        String refused = UUID.randomUUID().toString();
        assertUnavailable(tab.ask("send", refused, send(session, "/echo after all")));
        long then = tab.view(session).cursor;
        tab.awaitThat("more text", () -> tab.view(session).cursor > then + 60);
        assertUnavailable(tab.ask("create", new JsonObject()));
        // It names no run: it may be the repeat of one that meant an earlier run.
        assertUnavailable(tab.ask("stop", new JsonObject().put("session", session)));
        assertThat(StoredLog.of(database, session).head()).isLessThan(then + 60);
        proxy.heal();
        JsonObject accepted = awaitAccepted(tab, refused, send(session, "/echo after all"));
        assertThat(accepted.getBoolean("duplicate", false)).isFalse();
        tab.ask("stop", new JsonObject().put("session", session).put("run", run));
        tab.awaitEnd(session, run);
        assertThat(TestClient.words(1_000_000)).startsWith(tab.text(session, run));
        tab.awaitThat("the end of the second run", () -> tab.text(session, null).endsWith("after all"));
        assertWhole(session, tab);
        assertThat(StoredLog.of(database, session).runs())
                .extracting(StoredLog.StoredRun::outcome)
                .containsExactly("cancelled", "success");
    }

    /**
     * Symptom: while the database was unavailable nobody could stop a run; its text continued for store.waitMs. Cause:
     * a stop was
     * decided like every command, only after a look-up of its claim.
     */
    @ParameterizedTest
    @EnumSource
    void a_stop_that_names_its_run_takes_effect_at_once_and_is_decided_when_the_store_is_available_again(
            Absence absence) {
        start(Map.of());
        TestClient tab = server.client(USER);
        String session = attachedSession(tab);
        String run = begun(tab, session, ENDLESS);
        tab.awaitThat("the first words", () -> tab.view(session).cursor > 20);
        absence.begin.accept(proxy);
        assertUnavailable(tab.ask("send", send(session, "/echo no")));

        String id = UUID.randomUUID().toString();
        JsonObject stop = new JsonObject().put("session", session).put("run", run);
        assertUnavailable(tab.ask("stop", id, stop));
        long then = tab.view(session).cursor;
        awaitStill(tab, session);

        // Text that preceded the stop was on its way.
        assertThat(tab.view(session).cursor).isLessThan(then + 60);
        assertThat(tab.events(session).stream().map(TestClient::type)).doesNotContain("RUN_ERROR", "RUN_FINISHED");
        proxy.heal();
        JsonObject end = TestClient.event(tab.awaitEnd(session, run));
        assertThat(end.getJsonObject("outcome").getString("type")).isEqualTo("cancelled");
        JsonObject accepted = awaitAccepted(tab, id, stop.copy().put("type", "stop"));
        assertThat(accepted.getJsonArray("stopped")).containsExactly(run);
        assertThat(askAgain(tab, id, stop.copy().put("type", "stop")).getBoolean("duplicate"))
                .isTrue();
        assertWhole(session, tab);
        assertThat(StoredLog.of(database, session).runs())
                .extracting(StoredLog.StoredRun::outcome)
                .containsExactly("cancelled");
    }

    @Test
    void a_stop_over_rest_takes_effect_immediately_too() {
        start(Map.of());
        TestClient tab = server.client(USER);
        String session = attachedSession(tab);
        String run = begun(tab, session, ENDLESS);
        tab.awaitThat("the first words", () -> tab.view(session).cursor > 20);
        proxy.refuse();
        String path = "/api/v1/sessions/" + session;
        // A command that changes nothing is refused like this as soon as the session knows of the outage.
        await().atMost(TestServer.PATIENCE)
                .until(() -> server.call("POST", path + "/unqueue", server.token(USER), "{\"message\":\"none\"}")
                                .statusCode()
                        == 503);

        var answer = server.call("POST", path + "/stop", server.token(USER), "{}");

        assertThat(answer.statusCode()).isEqualTo(503);
        awaitStill(tab, session);
        proxy.heal();
        JsonObject end = TestClient.event(tab.awaitEnd(session, run));
        assertThat(end.getJsonObject("outcome").getString("type")).isEqualTo("cancelled");
        assertWhole(session, tab);
    }

    /**
     * Symptom: a server that could store nothing was sent more requests. Cause: readiness was set once and never
     * checked.
     */
    @ParameterizedTest
    @EnumSource
    void readiness_depends_on_the_database_and_liveness_does_not(Absence absence) {
        start(Map.of("database.checkMs", "100", "database.checkTimeoutMs", "1000"));
        TestClient tab = server.client(USER);
        await().atMost(PATIENCE).until(() -> health("ready") == 200);

        absence.begin.accept(proxy);

        await().atMost(PATIENCE).until(() -> health("ready") == 503);
        assertThat(health("live")).isEqualTo(200);
        assertThat(metrics()).contains("reprise_ready 0.0\n");
        proxy.heal();
        await().atMost(PATIENCE).until(() -> health("ready") == 200);
        await().atMost(PATIENCE).until(() -> metrics().contains("reprise_ready 1.0\n"));
        String session = attachedSession(tab);
        assertSucceeded(tab.awaitEnd(session, begun(tab, session, "/echo again")));
    }

    @ParameterizedTest(name = "the append was carried out: {0}")
    @ValueSource(booleans = {true, false})
    void a_command_whose_append_is_pending_is_answered_only_by_its_outcome(boolean carriedOut) {
        start(Map.of());
        TestClient tab = server.client(USER);
        TestClient impatient = server.client(USER);
        String session = attachedSession(tab);
        String id = UUID.randomUUID().toString();
        JsonObject command = send(session, "/echo mark 4711");
        if (carriedOut) proxy.loseAnswerToRequestWith("mark 4711");
        else proxy.loseRequestWith("mark 4711");

        tab.say(command.copy().put("type", "send").put("id", id));
        proxy.awaitLoss();
        impatient.say(command.copy().put("type", "send").put("id", id));
        assertUnavailable(tab.ask("send", send(session, "/echo another")));

        assertThat(StoredLog.of(database, session).messagesOf(id)).isEqualTo(carriedOut ? 1 : 0);
        assertThat(answers(tab, id)).isEmpty();
        assertThat(answers(impatient, id)).isEmpty();
        proxy.heal();
        JsonObject result = tab.await("result", frame -> id.equals(frame.getString("id")));
        assertThat(result.getString("status")).as(result.encode()).isEqualTo("started");
        assertThat(result.containsKey("duplicate")).isFalse();
        assertThat(impatient.await("result", frame -> id.equals(frame.getString("id"))))
                .isEqualTo(result.copy().put("duplicate", true));
        assertSucceeded(tab.awaitEnd(session, result.getString("run")));
        assertThat(answers(tab, id)).hasSize(1);
        assertThat(tab.ask("send", id, command)).isEqualTo(result.copy().put("duplicate", true));
        assertWhole(session, tab);
        assertThat(StoredLog.of(database, session).runs()).hasSize(1);
        assertThat(StoredLog.of(database, session).messagesOf(id)).isEqualTo(1);
    }

    @Test
    void a_run_without_a_store_for_too_long_is_stopped_and_its_end_is_stored_later() {
        start(Map.of("store.waitMs", "3000"));
        TestClient tab = server.client(USER);
        String session = attachedSession(tab);
        String run = begun(tab, session, ENDLESS);
        tab.awaitThat("the first words", () -> tab.view(session).cursor > 20);

        try (LogLines agents = LogLines.of("io.reprise.agent.run.AgentRun")) {
            proxy.refuse();
            await().atMost(PATIENCE)
                    .until(() -> agents.with("run ended").stream().anyMatch(line -> line.contains(run)));
        }

        assertThat(tab.events(session).stream().map(TestClient::type)).doesNotContain("RUN_ERROR", "RUN_FINISHED");
        proxy.heal();
        JsonObject end = TestClient.event(tab.awaitEnd(session, run));
        assertThat(end.getString("type")).isEqualTo("RUN_ERROR");
        assertThat(end.getString("code")).isEqualTo("unavailable");
        String next = awaitAccepted(tab, UUID.randomUUID().toString(), send(session, "/echo again"))
                .getString("run");
        assertSucceeded(tab.awaitEnd(session, next));
        assertWhole(session, tab);
    }

    @Test
    void attaches_and_pulls_during_an_outage_are_answered_after_it() throws Exception {
        start(Map.of("sessions.bufferMs", "0", "log.memoryBytesMax", "0"));
        TestClient tab = server.client(USER);
        String read = attachedSession(tab);
        tab.awaitEnd(read, begun(tab, read, "/stream 3000 0"));
        TestClient other = server.client(USER);
        String unread = attachedSession(other);
        other.awaitEnd(unread, begun(other, unread, "/stream 3000 0"));
        other.ask("detach", new JsonObject().put("session", unread));
        // Both begin at the second event; one is in memory except for its text, the other not at all.
        TestClient puller = server.client(USER).adopt(tab, read);
        puller.view(read).cursor = 2;
        puller.view(read).events.removeIf(event -> event.getLong("seq") > 2);
        TestClient attacher = server.client(USER).adopt(other, unread);
        attacher.view(unread).cursor = 2;
        attacher.view(unread).events.removeIf(event -> event.getLong("seq") > 2);

        proxy.refuse();
        JsonObject verdict = puller.attach(read);
        CompletableFuture<JsonObject> attached = CompletableFuture.supplyAsync(() -> attacher.attachLive(unread));
        int refusals = proxy.refusals();
        await().atMost(PATIENCE).until(() -> proxy.refusals() > refusals + 4);

        assertThat(verdict.getString("mode")).isEqualTo("replay");
        assertThat(puller.view(read).cursor).isEqualTo(2);
        assertThat(attached).isNotDone();
        proxy.heal();
        assertThat(attached.get(120, TimeUnit.SECONDS).getString("mode")).isEqualTo("replay");
        puller.awaitThat("live", () -> puller.view(read).live);
        assertThat(puller.text(read, null)).isEqualTo(TestClient.words(3000));
        assertThat(attacher.text(unread, null)).isEqualTo(TestClient.words(3000));
        assertWhole(read, puller);
        assertWhole(unread, attacher);
    }

    @Test
    void an_agent_is_held_back_when_the_buffer_for_the_store_is_full() {
        int bufferMax = 1 << 16;
        int batch = 1 << 14;
        int words = 150_000;
        start(Map.of(
                "log.bufferBytesMax", "" + bufferMax,
                "log.segmentBytesMax", "" + batch,
                // A slow tab continues to read from memory.
                "log.memoryBytesMax", "100000000",
                "run.mergeBytesMax", "" + batch,
                "run.mergeDeltasMax", "2000"));
        TestClient tab = server.client(USER);
        String session = attachedSession(tab);
        proxy.loseRequestWith(" w50");
        String run = begun(tab, session, "/stream " + words + " 0");
        // In the middle of the text, however fast it is: the database becomes unavailable with the append of these
        // words.
        proxy.awaitLoss();
        awaitStill(tab, session);

        // It has more text, and nothing else keeps it. Text that was stored without an answer counts as not stored.
        assertThat(tab.text(session, run))
                .hasSizeLessThan(TestClient.words(words).length());
        StoredLog stored = StoredLog.of(database, session);
        assertThat(tab.text(session, run).length() - stored.text(run).length())
                .isLessThanOrEqualTo(bufferMax + 6 * batch);
        proxy.heal();
        assertSucceeded(tab.awaitEnd(session, run));
        assertThat(tab.text(session, run)).isEqualTo(TestClient.words(words));
        assertWhole(session, tab);
    }

    /**
     * Symptom: after a firewall dropped the connections of the pool, every statement timed out for a quarter of an
     * hour,
     * until TCP gave up. Cause: a statement that timed out left its connection in the pool, where it waited for an answer.
     */
    @Test
    void connections_that_are_lost_silently_are_replaced() {
        // The stop would wait for the lost connections.
        start(Map.of("database.poolSize", "2", "shutdown.closeMs", "1000"));
        TestClient tab = server.client(USER);
        String session = attachedSession(tab);
        String run = begun(tab, session, ENDLESS);
        tab.awaitThat("the first words", () -> tab.view(session).cursor > 20);

        proxy.stall();
        assertUnavailable(tab.ask("send", send(session, "/echo no")));
        proxy.healForNewConnectionsOnly();

        awaitAccepted(tab, UUID.randomUUID().toString(), send(session, "/echo again"));
        tab.ask("stop", new JsonObject().put("session", session).put("run", run));
        tab.awaitThat("the end of the second run", () -> tab.text(session, null).endsWith("again"));
        assertWhole(session, tab);
    }

    /**
     * Symptom: a stop without the database waited for store.waitMs and then ten seconds for each part that did not
     * close. Here store.waitMs is longer than the test waits.
     */
    @ParameterizedTest
    @EnumSource
    void a_stop_without_the_database_ends_in_time_and_loses_nothing_that_was_accepted(Absence absence) {
        Map<String, String> settings = Map.of(
                "database.url", proxy.uri().reveal(),
                "store.waitMs", "600000",
                "shutdown.drainMs", "100",
                "shutdown.closeMs", "4000");
        String queued = "queued before the outage";
        TestClient tab;
        String session;
        String run;
        try (ServerProcess process = ServerProcess.start(settings)) {
            tab = process.client(USER);
            session = attachedSession(tab);
            run = begun(tab, session, ENDLESS);
            tab.awaitThat("the first words", () -> tab.view(session).cursor > 20);
            assertThat(tab.ask("send", queued, send(session, "/echo after all")).getString("type"))
                    .isEqualTo("result");
            absence.begin.accept(proxy);
            long then = tab.view(session).cursor;
            tab.awaitThat("text that is not stored", () -> tab.view(session).cursor > then + 60);

            process.signal("TERM");

            assertThat(process.awaitExit()).isEqualTo(143);
            assertThat(process.logged("stopped")).hasSize(1);
            assertThat(process.log())
                    .filteredOn(line -> line.getString("message").startsWith("the database did not answer in time"))
                    .singleElement()
                    .satisfies(line -> assertThat(line.encode()).contains("\"sessions\":1"));
            assertThat(process.complained()).isEmpty();
        }
        proxy.heal();
        start(Map.of());
        TestClient back = server.client(USER).adopt(tab, session);
        assertThat(back.attachLive(session).getString("run")).isEqualTo(run);
        back.ask("stop", new JsonObject().put("session", session).put("run", run));
        back.awaitThat(
                "the answer to the queued message",
                () -> back.text(session, null).endsWith("after all"));
        assertThat(StoredLog.of(database, session).messagesOf(queued)).isEqualTo(1);
        assertWhole(session, back);
    }

    @ParameterizedTest
    @EnumSource
    void a_start_without_its_database_says_so_in_one_line_and_ends(Absence absence) {
        absence.begin.accept(proxy);

        try (ServerProcess process =
                ServerProcess.launch(Map.of("database.url", proxy.uri().reveal(), "database.timeoutMs", "3000"))) {
            assertThat(process.awaitExit()).isEqualTo(1);
            assertThat(process.complained())
                    .singleElement()
                    .asString()
                    .startsWith("reprise: no connection to database " + proxy.uri())
                    .contains("database.url")
                    .doesNotContain(database.password());
            assertThat(process.said()).isEmpty();
            assertThat(process.troubles()).isEmpty();
        }
    }

    // --- helpers

    private String metrics() {
        return server.call("GET", "/metrics", null, null).body();
    }

    private int health(String probe) {
        return server.call("GET", "/health/" + probe, null, null).statusCode();
    }

    private void start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "database.timeoutMs", "2000",
                "store.waitMs", "600000",
                "store.retryMs", "50",
                "store.retryMaxMs", "200",
                "gateway.answerMs", "500"));
        all.putAll(settings);
        server = TestServer.start(proxy.uri(), all);
    }

    private static String attachedSession(TestClient tab) {
        String session = awaitAccepted(tab, UUID.randomUUID().toString(), new JsonObject().put("type", "create"))
                .getString("session");
        await().atMost(PATIENCE)
                .until(() -> tab.attach(session).getString("type").equals("attached"));
        tab.awaitThat("live", () -> tab.view(session).live);
        return session;
    }

    /**
     * The run of a message that is sent while the database is available. A machine that pauses for longer than
     * database.timeoutMs may refuse it at first.
     */
    private static String begun(TestClient tab, String session, String text) {
        return awaitAccepted(tab, UUID.randomUUID().toString(), send(session, text))
                .getString("run");
    }

    private static JsonObject send(String session, String text) {
        return new JsonObject().put("session", session).put("text", text);
    }

    private static List<JsonObject> answers(TestClient client, String id) {
        return client.frames().stream()
                .filter(frame -> id.equals(frame.getString("id")))
                .toList();
    }

    /** Sends the command repeatedly, with the same id, until it is no longer refused. */
    private static JsonObject awaitAccepted(TestClient tab, String id, JsonObject command) {
        return await().atMost(PATIENCE).until(() -> askAgain(tab, id, command), answer -> {
            if (answer.getString("type").equals("result")) return true;
            assertUnavailable(answer);
            return false;
        });
    }

    /** {@link TestClient#ask} takes the first frame with the id, which may be the earlier answer. */
    private static JsonObject askAgain(TestClient tab, String id, JsonObject command) {
        int from = tab.frameCount();
        tab.say(new JsonObject().put("type", "send").mergeIn(command).put("id", id));
        return tab.await("answer", from, frame -> id.equals(frame.getString("id")));
    }

    /** Waits until no more text has arrived for a while. */
    private static void awaitStill(TestClient tab, String session) {
        long[] seen = {-1};
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(STILL).until(() -> {
            long before = seen[0];
            seen[0] = tab.view(session).cursor;
            return seen[0] == before;
        });
    }

    private static void assertUnavailable(JsonObject answer) {
        assertThat(answer.getString("code")).as(answer.encode()).isEqualTo("unavailable");
        assertThat(answer.getBoolean("retryable")).isTrue();
    }

    private static void assertSucceeded(JsonObject end) {
        assertThat(TestClient.event(end).getString("type")).as(end.encode()).isEqualTo("RUN_FINISHED");
    }

    /** Once all is stored: the log is complete, and the tab was shown nothing else. */
    private void assertWhole(String session, TestClient tab) {
        await().atMost(PATIENCE).until(() -> StoredLog.of(database, session).head() >= tab.view(session).cursor);
        StoredLog.of(database, session).assertWhole().assertShownTo(tab, Long.MAX_VALUE);
    }
}
