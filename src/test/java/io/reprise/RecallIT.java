package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recalls as a client sees them: scheduled over REST, watched over a WebSocket, on a real database. */
class RecallIT {
    private final DatabaseUri database = TestDatabase.fresh();
    private TestServer server;
    private TestClient tab;
    private String token;
    private String session;

    @BeforeEach
    void start() {
        start(Map.of());
        session = tab.create();
        tab.attachLive(session);
    }

    @AfterEach
    void stop() {
        tab.close();
        server.close();
    }

    @Test
    void a_recall_fires_and_readers_see_its_run_live() {
        JsonObject recall = schedule("/echo time to stretch", after(1_000));

        String run = awaitAction(recall, "started").getString("run");
        tab.awaitEnd(session, run);
        JsonObject fired = awaitAction(recall, "fired");

        assertThat(fired.getString("status")).isEqualTo("fired");
        assertThat(tab.text(session, run)).isEqualTo("time to stretch");
        List<JsonObject> events = tab.events(session);
        JsonObject started = first(events, run, "RUN_STARTED");
        assertThat(TestClient.event(started).getJsonObject("metadata"))
                .isEqualTo(new JsonObject().put("origin", "recall").put("recall", recall.getString("id")));
        assertThat(started.getLong("ts"))
                .as("not before its time")
                .isGreaterThanOrEqualTo(
                        Instant.parse(recall.getString("triggerAt")).toEpochMilli());
        long end = first(events, run, "RUN_FINISHED").getLong("seq");
        assertThat(events.stream().filter(e -> e.getLong("seq") == end + 1).map(RecallIT::action))
                .as("right behind the terminal event")
                .containsExactly("fired");
        JsonObject runs = get("/recalls/" + recall.getString("id") + "/runs");
        assertThat(runs.getJsonArray("runs").getJsonObject(0).getString("run")).isEqualTo(run);
        assertThat(runs.getJsonArray("runs").getJsonObject(0).getString("outcome"))
                .isEqualTo("success");
        assertThat(get("/recalls/" + recall.getString("id")).getString("status"))
                .isEqualTo("fired");
    }

    @Test
    void a_later_reader_sees_open_recalls_and_origins_of_messages() {
        JsonObject recall = schedule("stretch", after(3_600_000));
        JsonObject past = schedule("/echo now", new JsonObject().put("kind", "immediate"));
        awaitAction(past, "fired");

        try (TestClient other = server.client("ada")) {
            JsonObject attached = other.attachLive(session);

            assertThat(attached.getJsonArray("recalls")).hasSize(1);
            JsonObject listed = attached.getJsonArray("recalls").getJsonObject(0);
            assertThat(listed.getString("recall")).isEqualTo(recall.getString("id"));
            assertThat(listed.getString("triggerAt")).isEqualTo(recall.getString("triggerAt"));
            JsonObject message = other.view(session).messages.getJsonObject(0);
            assertThat(message.getJsonObject("metadata").getString("origin")).isEqualTo("recall");
            assertThat(message.getJsonObject("metadata").getString("recall")).isEqualTo(past.getString("id"));
        }
    }

    @Test
    void the_context_of_a_recall_is_kept_changed_and_told_with_its_message() {
        JsonObject body = new JsonObject()
                .put("text", "/echo alone")
                .put("schedule", after(3_600_000))
                .put("context", "last");
        JsonObject recall = ok(call("POST", "/sessions/" + session + "/recalls", body), 201);
        assertThat(recall.getString("context")).isEqualTo("last");
        assertThat(awaitAction(recall, "scheduled").getString("context")).isEqualTo("last");
        assertThat(call("POST", "/sessions/" + session + "/recalls", body.copy().put("context", "some"))
                        .statusCode())
                .isEqualTo(400);

        JsonObject change = new JsonObject().put("context", "none");
        assertThat(ok(call("PATCH", "/recalls/" + recall.getString("id"), change), 200)
                        .getString("context"))
                .isEqualTo("none");
        change = new JsonObject().put("schedule", new JsonObject().put("kind", "immediate"));
        ok(call("PATCH", "/recalls/" + recall.getString("id"), change), 200);

        tab.awaitEnd(session, awaitAction(recall, "started").getString("run"));
        JsonObject message = get("/sessions/" + session + "/messages")
                .getJsonArray("messages")
                .getJsonObject(0);
        assertThat(message.getJsonObject("metadata").getString("context")).isEqualTo("none");
    }

    @Test
    void a_paused_recall_stays_open_and_does_not_fire_until_it_is_resumed() {
        JsonObject recall = schedule("/echo at last", after(3_600_000));
        String path = "/recalls/" + recall.getString("id");

        JsonObject paused = ok(call("POST", path + "/pause", new JsonObject()), 200);
        ok(call("PATCH", path, new JsonObject().put("schedule", after(1))), 200);

        assertThat(paused.getString("status")).isEqualTo("paused");
        assertThat(paused.getString("pause")).isEqualTo("asked");
        awaitAction(recall, "paused");
        JsonObject listed =
                get("/recalls?status=open&next=3").getJsonArray("recalls").getJsonObject(0);
        assertThat(listed.getString("status")).isEqualTo("paused");
        assertThat(listed.containsKey("next")).isFalse();
        assertThat(call("POST", path + "/skip", new JsonObject()).statusCode()).isEqualTo(409);
        restart(Map.of());
        assertThat(runs(recall)).isEmpty();

        ok(call("POST", path + "/resume", new JsonObject()), 200);
        awaitAction(recall, "resumed");
        awaitAction(recall, "fired");
    }

    @Test
    void recalls_that_follow_each_other_stop_until_the_user_writes() {
        restart(Map.of("recalls.chainMax", "2"));
        for (int i = 0; i < 2; i++) awaitAction(schedule("/echo " + i, immediately()), "fired");

        JsonObject third = schedule("/echo three", immediately());

        assertThat(awaitAction(third, "paused").getString("reason")).isEqualTo("chain");
        JsonObject notice = tab.await("notice", frame -> "recall.paused".equals(frame.getString("kind")));
        assertThat(notice.getJsonObject("data").getString("session")).isEqualTo(session);
        restart(Map.of("recalls.chainMax", "2"));
        tab.send(session, "/echo go on");
        awaitAction(third, "resumed");
        awaitAction(third, "fired");
    }

    /**
     * The process can die after the new session was made and before that was recorded: the recall is then still pending at
     * its slot.
     */
    @Test
    void a_recall_in_a_new_session_makes_one_session_also_if_its_end_was_not_recorded() {
        JsonObject body = new JsonObject()
                .put("text", "/echo elsewhere")
                .put("schedule", immediately())
                .put("context", "last")
                .put("target", "new");
        JsonObject recall = ok(call("POST", "/sessions/" + session + "/recalls", body), 201);
        awaitAction(recall, "fired");
        await().atMost(TestServer.PATIENCE).until(() -> runs(recall).size() == 1);
        String made = runs(recall).getJsonObject(0).getString("session");
        JsonObject from = get("/sessions/" + made).getJsonObject("metadata").getJsonObject("recalledFrom");
        assertThat(from.getString("session")).isEqualTo(session);
        assertThat(from.getString("recall")).isEqualTo(recall.getString("id"));

        tab.close();
        server.stop();
        isPendingAgain(recall);
        start(Map.of());
        tab.attachLive(session);
        await().atMost(TestServer.PATIENCE)
                .until(() -> get("/recalls/" + recall.getString("id"))
                        .getString("status")
                        .equals("fired"));

        assertThat(get("/sessions").getJsonArray("sessions")).hasSize(2);
        assertThat(runs(recall)).hasSize(1);
        assertThat(get("/recalls").getJsonArray("recalls"))
                .as("the recall of the new session belongs to the first")
                .hasSize(1);

        // The person deletes the new session: it is not made again.
        assertThat(call("DELETE", "/sessions/" + made, null).statusCode()).isEqualTo(204);
        tab.close();
        server.stop();
        isPendingAgain(recall);
        start(Map.of());
        tab.attachLive(session);
        await().atMost(TestServer.PATIENCE)
                .until(() -> get("/recalls/" + recall.getString("id"))
                        .getString("status")
                        .equals("fired"));
        assertThat(get("/sessions").getJsonArray("sessions")).hasSize(1);
    }

    @Test
    void a_session_that_a_recall_made_forgets_the_first_one_when_that_is_erased() {
        JsonObject body = new JsonObject()
                .put("text", "/echo elsewhere")
                .put("schedule", immediately())
                .put("target", "new");
        JsonObject recall = ok(call("POST", "/sessions/" + session + "/recalls", body), 201);
        await().atMost(TestServer.PATIENCE).until(() -> runs(recall).size() == 1);
        String made = runs(recall).getJsonObject(0).getString("session");

        assertThat(call("DELETE", "/sessions/" + session, null).statusCode()).isEqualTo(204);

        JsonObject from = get("/sessions/" + made).getJsonObject("metadata").getJsonObject("recalledFrom");
        assertThat(from.containsKey("session")).isFalse();
    }

    @Test
    void recalls_make_only_so_many_sessions_a_day() {
        restart(Map.of("recalls.newSessionsPerDay", "1"));
        JsonObject body = new JsonObject()
                .put("text", "/echo elsewhere")
                .put("schedule", immediately())
                .put("target", "new");
        awaitAction(ok(call("POST", "/sessions/" + session + "/recalls", body), 201), "fired");

        JsonObject second = ok(call("POST", "/sessions/" + session + "/recalls", body), 201);

        assertThat(awaitAction(second, "skipped").getString("reason")).isEqualTo("sessions");
        assertThat(get("/sessions").getJsonArray("sessions")).hasSize(2);
    }

    private static JsonObject immediately() {
        return new JsonObject().put("kind", "immediate");
    }

    @Test
    void a_recall_of_a_busy_session_is_deferred_until_the_run_has_ended() {
        String busy = tab.send(session, "/hang").getString("run");
        JsonObject recall = schedule("/echo at last", after(500));
        JsonObject deferred = awaitAction(recall, "deferred");
        assertThat(deferred.getString("reason")).isEqualTo("busy");

        tab.ask("stop", new JsonObject().put("session", session).put("run", busy));

        String run = awaitAction(recall, "started").getString("run");
        tab.awaitEnd(session, run);
        awaitAction(recall, "fired");
        assertThat(tab.text(session, run)).isEqualTo("at last");
    }

    @Test
    void a_stopped_recall_is_cancelled_and_a_recurring_one_is_not() {
        JsonObject once = schedule("/hang", after(300));
        String run = awaitAction(once, "started").getString("run");
        tab.ask("stop", new JsonObject().put("session", session).put("run", run));
        assertThat(awaitAction(once, "cancelled").getString("reason")).isEqualTo("stopped");

        JsonObject often =
                schedule("/hang", new JsonObject().put("kind", "interval").put("everyMs", 10_000));
        run = awaitAction(often, "started").getString("run");
        tab.ask("stop", new JsonObject().put("session", session).put("run", run));
        JsonObject next = awaitAction(often, "rescheduled");

        assertThat(next.getString("reason")).isEqualTo("stopped");
        assertThat(Instant.parse(next.getString("triggerAt")))
                .isEqualTo(Instant.parse(often.getString("triggerAt")).plusSeconds(10));
    }

    @Test
    void a_recall_can_be_changed_skipped_and_cancelled() {
        JsonObject recall =
                schedule("stretch", new JsonObject().put("kind", "interval").put("everyMs", 3_600_000));
        String path = "/recalls/" + recall.getString("id");

        assertThat(call("PATCH", path, new JsonObject()).statusCode()).isEqualTo(400);
        JsonObject edited = ok(call("PATCH", path, new JsonObject().put("text", "walk")), 200);
        JsonObject skipped = ok(call("POST", path + "/skip", new JsonObject()), 200);
        HttpResponse<String> cancelled = call("DELETE", path, null);

        assertThat(edited.getString("text")).isEqualTo("walk");
        assertThat(edited.getString("triggerAt")).isEqualTo(recall.getString("triggerAt"));
        assertThat(Instant.parse(skipped.getString("triggerAt")))
                .isEqualTo(Instant.parse(recall.getString("triggerAt")).plusSeconds(3_600));
        assertThat(cancelled.statusCode()).isEqualTo(204);
        assertThat(get(path).getString("status")).isEqualTo("cancelled");
        awaitAction(recall, "edited");
        awaitAction(recall, "skipped");
        awaitAction(recall, "cancelled");
        assertThat(call("DELETE", path, null).statusCode()).as("it is over").isEqualTo(404);
        assertThat(get("/recalls?status=open").getJsonArray("recalls")).isEmpty();
        assertThat(get("/sessions/" + session + "/recalls").getJsonArray("recalls"))
                .hasSize(1);
    }

    @Test
    void a_recall_that_is_moved_to_an_earlier_time_fires_then_and_only_then() {
        JsonObject recall = schedule("/echo early", after(3_600_000));

        ok(call("PATCH", "/recalls/" + recall.getString("id"), new JsonObject().put("schedule", after(300))), 200);

        awaitAction(recall, "fired");
    }

    @Test
    void a_repeat_under_one_key_schedules_once() {
        String key = UUID.randomUUID().toString();
        JsonObject body = new JsonObject().put("text", "stretch").put("schedule", after(3_600_000));
        String path = "/api/v1/sessions/" + session + "/recalls";

        JsonObject first = ok(server.call("POST", path, token, body.encode(), Map.of("Idempotency-Key", key)), 201);
        JsonObject again = ok(server.call("POST", path, token, body.encode(), Map.of("Idempotency-Key", key)), 201);

        assertThat(again.getBoolean("duplicate")).isTrue();
        assertThat(again.getString("id")).isEqualTo(first.getString("id"));
        assertThat(get("/sessions/" + session + "/recalls").getJsonArray("recalls"))
                .hasSize(1);
    }

    @Test
    void invalid_schedules_are_refused_with_an_explanation() {
        assertThat(refusal(new JsonObject().put("kind", "natural").put("when", "sometime")))
                .contains("not understood");
        assertThat(refusal(new JsonObject().put("kind", "interval").put("everyMs", 9_999)))
                .contains("too often");
        assertThat(refusal(after(400L * 24 * 3_600_000))).contains("366 days");
        assertThat(refusal(new JsonObject().put("kind", "cron"))).contains("`cron`");
        assertThat(refusal(new JsonObject().put("kind", "never"))).contains("schedule.kind");
        assertThat(get("/recalls").getJsonArray("recalls")).isEmpty();
    }

    @Test
    void a_recall_of_another_user_is_not_found() {
        String path = "/api/v1/recalls/" + schedule("stretch", after(3_600_000)).getString("id");
        String other = server.token("eve");

        assertThat(server.call("GET", path, other, null).statusCode()).isEqualTo(404);
        assertThat(server.call("DELETE", path, other, null).statusCode()).isEqualTo(404);
        assertThat(server.call("GET", path + "/runs", other, null).statusCode()).isEqualTo(404);
        assertThat(server.call("GET", "/api/v1/sessions/" + session + "/recalls", other, null)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void deleting_a_session_deletes_its_recalls_and_reports_it() {
        JsonObject recall = schedule("stretch", after(3_600_000));

        assertThat(call("DELETE", "/sessions/" + session, null).statusCode()).isEqualTo(204);

        JsonObject notice = tab.await("notice", frame -> "recall.cancelled".equals(frame.getString("kind")));
        assertThat(notice.getJsonObject("data").getString("recall")).isEqualTo(recall.getString("id"));
        assertThat(call("GET", "/recalls/" + recall.getString("id"), null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void the_number_of_recalls_of_a_user_is_limited() {
        restart(Map.of("recalls.perSessionMax", "1", "recalls.perUserMax", "2"));
        schedule("one", after(3_600_000));
        assertThat(post(session, "two", after(3_600_000)).statusCode()).isEqualTo(429);
        String second = tab.create();
        String third = tab.create();
        ok(post(second, "two", after(3_600_000)), 201);

        assertThat(post(third, "three", after(3_600_000)).statusCode()).isEqualTo(429);

        for (Object open : get("/recalls?status=open").getJsonArray("recalls")) {
            call("DELETE", "/recalls/" + ((JsonObject) open).getString("id"), null);
        }
        ok(post(third, "three", after(3_600_000)), 201);
    }

    @Test
    void a_recall_due_while_the_server_was_down_runs_once_late() {
        JsonObject often =
                schedule("/echo late", new JsonObject().put("kind", "interval").put("everyMs", 10_000));
        JsonObject once = schedule("/echo later", after(3_600_000));
        tab.close();
        server.stop();
        itsTimeWasAMinuteAgo(once);

        start(Map.of());
        tab.attachLive(session);

        await().atMost(TestServer.PATIENCE)
                .untilAsserted(
                        () -> assertThat(get("/recalls/" + once.getString("id")).getString("status"))
                                .isEqualTo("fired"));
        assertThat(runs(once)).hasSize(1);
        assertThat(get("/recalls/" + often.getString("id")).getString("status")).isIn("pending", "running");
    }

    @Test
    void slots_beyond_the_grace_time_are_skipped_and_counted() {
        JsonObject once = schedule("/echo too late", after(3_600_000));
        tab.close();
        server.stop();
        itsTimeWasAMinuteAgo(once);

        start(Map.of("recalls.missedGraceMs", "100"));

        await().atMost(TestServer.PATIENCE)
                .untilAsserted(
                        () -> assertThat(get("/recalls/" + once.getString("id")).getString("status"))
                                .isEqualTo("failed"));
        JsonObject skipped = get("/recalls/" + once.getString("id"));
        assertThat(skipped.getInteger("missed")).isEqualTo(1);
        assertThat(runs(once)).isEmpty();
        tab.attachLive(session);
    }

    @Test
    void the_recalls_of_a_user_who_was_blocked_meanwhile_are_cancelled() {
        JsonObject recall = schedule("/echo not for me", after(3_600_000));
        tab.close();
        server.stop();
        itsTimeWasAMinuteAgo(recall);

        server = TestServer.start(database, Map.of("auth.blockedUsers", "ada"));
        await().atMost(TestServer.PATIENCE)
                .until(() -> StoredLog.strings(database, "SELECT status FROM recall"), Set.of("cancelled")::equals);
        server.stop();

        start(Map.of());
        tab.attachLive(session);
        assertThat(lastAction(recall)).isEqualTo("cancelled forbidden");
        assertThat(runs(recall)).isEmpty();
    }

    // --- helpers

    /** As if the process had died before it recorded that the recall was handled. */
    private void isPendingAgain(JsonObject recall) {
        try (Connection connection = TestDatabase.connect(database);
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE recall SET status = 'pending' WHERE id = ? AND status = 'fired'")) {
            update.setString(1, recall.getString("id"));
            assertThat(update.executeUpdate()).isEqualTo(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As if this much time had passed while no server ran. */
    private void itsTimeWasAMinuteAgo(JsonObject recall) {
        try (Connection connection = TestDatabase.connect(database);
                PreparedStatement update = connection.prepareStatement("""
                        UPDATE recall SET slot_at = now() - interval '1 minute', trigger_at = now() - interval '1 minute'
                        WHERE id = ? AND status = 'pending'""")) {
            update.setString(1, recall.getString("id"));
            assertThat(update.executeUpdate()).isEqualTo(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last {@code recall.updated} of the log. */
    private String lastAction(JsonObject recall) {
        return StoredLog.of(database, session).rows().stream()
                .map(row -> row.event().getJsonObject("value"))
                .filter(value -> value != null && recall.getString("id").equals(value.getString("recall")))
                .map(value -> value.getString("action") + " " + value.getString("reason"))
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    private void start(Map<String, String> settings) {
        server = TestServer.start(database, settings);
        token = server.token("ada");
        tab = server.client("ada");
    }

    private void restart(Map<String, String> settings) {
        tab.close();
        server.stop();
        start(settings);
        tab.attachLive(session);
    }

    private static JsonObject after(long ms) {
        return new JsonObject().put("kind", "delay").put("afterMs", ms);
    }

    private JsonObject schedule(String text, JsonObject schedule) {
        return ok(post(session, text, schedule), 201);
    }

    private HttpResponse<String> post(String in, String text, JsonObject schedule) {
        return call(
                "POST",
                "/sessions/" + in + "/recalls",
                new JsonObject().put("text", text).put("schedule", schedule));
    }

    private String refusal(JsonObject schedule) {
        JsonObject problem = ok(post(session, "stretch", schedule), 400);
        assertThat(problem.getString("code")).isEqualTo("bad_request");
        return problem.getString("message");
    }

    private HttpResponse<String> call(String method, String path, JsonObject body) {
        return server.call(method, "/api/v1" + path, token, body == null ? null : body.encode());
    }

    private JsonObject get(String path) {
        return ok(call("GET", path, null), 200);
    }

    private JsonArray runs(JsonObject recall) {
        return get("/recalls/" + recall.getString("id") + "/runs").getJsonArray("runs");
    }

    private static JsonObject ok(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return new JsonObject(response.body());
    }

    /** The value of the first {@code recall.updated} with this action. */
    private JsonObject awaitAction(JsonObject recall, String action) {
        JsonObject[] found = {null};
        tab.awaitThat(action, () -> {
            found[0] = tab.view(session).events.stream()
                    .filter(e -> action.equals(action(e)))
                    .map(e -> TestClient.event(e).getJsonObject("value"))
                    .filter(value -> value.getString("recall").equals(recall.getString("id")))
                    .findFirst()
                    .orElse(null);
            return found[0] != null;
        });
        return found[0];
    }

    /** Null but for a {@code recall.updated}. */
    private static String action(JsonObject frame) {
        JsonObject event = TestClient.event(frame);
        return "recall.updated".equals(event.getString("name"))
                ? event.getJsonObject("value").getString("action")
                : null;
    }

    private static JsonObject first(List<JsonObject> events, String run, String type) {
        return events.stream()
                .filter(e ->
                        run.equals(e.getString("run")) && TestClient.type(e).equals(type))
                .findFirst()
                .orElseThrow();
    }
}
