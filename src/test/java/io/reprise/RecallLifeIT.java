package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.StoredLog;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Recalls that are changed, refused, late, or end with their session or user. */
class RecallLifeIT extends RecallServer {
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

    private String refusal(JsonObject schedule) {
        JsonObject problem = ok(post(session, "stretch", schedule), 400);
        assertThat(problem.getString("code")).isEqualTo("bad_request");
        return problem.getString("message");
    }
}
