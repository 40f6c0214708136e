package io.reprise;

import static io.reprise.testing.TestClient.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.message.content.Content;
import io.reprise.store.database.DatabaseUri;
import io.reprise.support.StopSignal;
import io.reprise.testing.Administration;
import io.reprise.testing.Patience;
import io.reprise.testing.Rows;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Administrators change settings of a whole server while it runs. */
class LiveSettingsIT {
    private final DatabaseUri database = TestDatabase.fresh();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Rows rows = new Rows(database);
    private TestServer server;

    @AfterEach
    void stop() {
        gate.countDown();
        if (server != null) server.close();
    }

    @Test
    void a_change_holds_for_the_next_run_and_the_one_under_way_keeps_its_limits() {
        server = TestServer.start(database, Map.of(), List.of(new LongText()));
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            String underWay = tab.send(session, "/tool long {}").getString("run");
            tab.await("the call", frame -> "TOOL_CALL_END".equals(typeOf(frame)));

            patch("{\"run.toolResultBytesMax\":1024}");
            gate.countDown();
            tab.awaitEnd(session, underWay);
            String next = tab.send(session, "/tool long {}").getString("run");
            tab.awaitEnd(session, next);

            assertThat(results(tab, session)).hasSize(2);
            assertThat(results(tab, session).getFirst().length()).isGreaterThanOrEqualTo(LongText.CHARACTERS);
            assertThat(results(tab, session).getLast().length()).isLessThan(2 * 1_024);
        }
    }

    @Test
    void a_run_under_way_keeps_its_number_of_steps_and_the_next_one_has_the_new_one() {
        server = TestServer.start(database, Map.of(), List.of(new LongText()));
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            String underWay = tab.send(session, "/steps 8 long {}").getString("run");
            tab.await("the call", frame -> "TOOL_CALL_END".equals(typeOf(frame)));

            patch("{\"run.stepsMax\":5}");
            gate.countDown();
            JsonObject end = tab.awaitEnd(session, underWay);
            String next = tab.send(session, "/steps 8 long {}").getString("run");
            JsonObject nextEnd = tab.awaitEnd(session, next);

            assertThat(event(end).getString("type")).isEqualTo("RUN_FINISHED");
            assertThat(event(nextEnd).getString("code")).isEqualTo("step_limit");
        }
    }

    @Test
    void a_limit_of_commands_holds_for_the_next_command_and_goes_back_to_that_of_the_file() {
        server = TestServer.start(database, Map.of("sessions.textBytesMax", "2000"));
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            patch("{\"sessions.textBytesMax\":100}");
            assertThat(said(tab, session, 200).getString("code")).isEqualTo("too_large");

            patch("{\"sessions.textBytesMax\":null}");

            assertThat(said(tab, session, 200).getString("type")).isEqualTo("result");
        }
        String audit = server.call("GET", "/api/v1/audit?action=setting.changed", admin(), null)
                .body();
        assertThat(new JsonObject(audit).getJsonArray("entries"))
                .hasSize(2)
                .allSatisfy(entry ->
                        assertThat(((JsonObject) entry).getString("user")).isEqualTo("root"));
        assertThat(((JsonObject) new JsonObject(audit).getJsonArray("entries").getValue(0)).getJsonObject("detail"))
                .isEqualTo(new JsonObject().put("from", "100"));
    }

    @Test
    void values_hold_after_a_restart_and_one_that_is_no_longer_valid_does_not_prevent_it() throws SQLException {
        server = TestServer.start(database, Map.of());
        patch("{\"run.stepsMax\":40,\"run.timeMs\":30000}");
        server.close();
        rows.execute("UPDATE setting SET value = '1000' WHERE key = 'run.stepsMax'");
        rows.execute(
                "INSERT INTO setting (key, value, changed_by) VALUES ('gone.key', '1', 'ada'), ('server.port', '1', 'ada')");

        server = TestServer.start(database, Map.of());

        assertThat(setting("run.timeMs").getInteger("value")).isEqualTo(30_000);
        assertThat(setting("run.stepsMax").getInteger("value")).isEqualTo(25);
        assertThat(setting("run.stepsMax").getString("ignored")).contains("5 to 100");
        assertThat(setting("server.port").getString("ignored")).contains("cannot change while the server runs");
        assertThat(setting("gone.key").getString("change")).isEqualTo("gone");
        patch("{\"run.stepsMax\":null,\"gone.key\":null}");
        assertThat(setting("run.stepsMax").containsKey("ignored")).isFalse();
    }

    /** What an open interrupt may still need is kept, however short the retention becomes. */
    @Test
    void a_shorter_retention_deletes_at_the_next_cleanup_but_nothing_that_is_still_needed() throws SQLException {
        server = TestServer.start(database, Map.of("interrupts.tools", "sleep", "jobs.pollMs", "100"));
        String waiting = asked();
        String over = asked();
        answer(over);
        await().atMost(Patience.LIMIT)
                .until(() -> rows.text("SELECT count(*) FROM run WHERE outcome IS NULL")
                        .equals("0"));
        rows.execute("UPDATE checkpoint SET at = at - interval '2 days'");

        assertThat(cleanUp()).isEqualTo(7);
        assertThat(kept(over)).isNotEqualTo("0");
        patch("{\"checkpoints.retentionDays\":1}");
        // The last checkpoint of a run may be saved after its end.
        await().atMost(Patience.LIMIT).untilAsserted(() -> {
            rows.execute("UPDATE checkpoint SET at = least(at, now() - interval '2 days')");
            assertThat(cleanUp()).isEqualTo(1);
            assertThat(kept(over)).isEqualTo("0");
        });
        assertThat(kept(waiting)).isNotEqualTo("0");
        String run = answer(waiting);
        await().atMost(Patience.LIMIT)
                .until(() -> "success".equals(rows.text("SELECT outcome FROM run WHERE id = '" + run + "'")));
    }

    @Test
    void administrators_are_told_of_changes_and_others_are_not() {
        server = TestServer.start(database, Map.of());
        try (TestClient admin = TestClient.connect(server.port(), admin());
                TestClient other = server.client("ada")) {
            patch("{\"run.stepsMax\":40}");

            JsonObject notice = admin.await(
                    "notice",
                    frame -> frame.getString("type").equals("notice")
                            && "config.reloaded".equals(frame.getString("kind")));
            assertThat(notice.getJsonObject("data").getJsonArray("keys")).containsExactly("run.stepsMax");
            other.create();
            assertThat(other.frames()).noneMatch(frame -> "config.reloaded".equals(frame.getString("kind")));
        }
    }

    private static String typeOf(JsonObject frame) {
        JsonObject event = event(frame);
        return event == null ? null : event.getString("type");
    }

    private static List<String> results(TestClient tab, String session) {
        return tab.events(session).stream()
                .map(TestClient::event)
                .filter(event -> event.getString("type").equals("TOOL_CALL_RESULT"))
                .map(event -> String.valueOf(event.getValue("content")))
                .toList();
    }

    private static JsonObject said(TestClient tab, String session, int length) {
        return tab.ask("send", new JsonObject().put("session", session).put("text", "x".repeat(length)));
    }

    private void patch(String values) {
        assertThat(server.call("PATCH", "/api/v1/settings", admin(), "{\"values\":" + values + "}"))
                .satisfies(answer ->
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200));
    }

    private String asked() {
        try (TestClient tab = server.client("ada")) {
            return tab.asked();
        }
    }

    private JsonObject setting(String key) {
        return new Administration(server::call, admin()).setting(key);
    }

    private String admin() {
        return server.token("root", "admin");
    }

    private String answer(String session) throws SQLException {
        return new JsonObject(server.call(
                                "POST",
                                "/api/v1/sessions/" + session + "/answer",
                                server.token("ada"),
                                rows.approval(session))
                        .body())
                .getString("run");
    }

    private String kept(String session) throws SQLException {
        return rows.text("SELECT count(*) FROM checkpoint WHERE session_id = '" + session + "'");
    }

    /** Runs the cleanup, and returns after how many days it deletes. */
    private int cleanUp() throws SQLException {
        String before =
                rows.text("SELECT count(*) FROM job_run WHERE job = 'checkpoint-cleanup' AND ended_at IS NOT NULL");
        server.call("POST", "/api/v1/jobs/checkpoint-cleanup/run", admin(), "{}");
        await().atMost(Patience.LIMIT)
                .until(() -> !rows.text(
                                "SELECT count(*) FROM job_run WHERE job = 'checkpoint-cleanup' AND ended_at IS NOT NULL")
                        .equals(before));
        return Integer.parseInt(rows.text(
                "SELECT retention_days FROM job_run WHERE job = 'checkpoint-cleanup' ORDER BY id DESC LIMIT 1"));
    }

    /** A tool with a long result, which the first call gives when the test wants. */
    private final class LongText implements Tool {
        static final int CHARACTERS = 5_000;

        @Override
        public String name() {
            return "long";
        }

        @Override
        public String description() {
            return "Gives a long text.";
        }

        @Override
        public String schema() {
            return "{\"type\":\"object\"}";
        }

        @Override
        public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
            gate.await();
            return Content.of("x".repeat(CHARACTERS));
        }
    }
}
