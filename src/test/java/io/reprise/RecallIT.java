package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Recalls that fire, pause, and make sessions. */
class RecallIT extends RecallServer {
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

    @Test
    void the_chain_of_recalls_goes_on_in_a_new_session_until_the_user_writes_there() {
        restart(Map.of("recalls.chainMax", "2"));
        awaitAction(schedule("/echo one", immediately()), "fired");
        JsonObject body = new JsonObject()
                .put("text", "/echo two")
                .put("schedule", immediately())
                .put("target", "new");
        JsonObject second = ok(call("POST", "/sessions/" + session + "/recalls", body), 201);
        await().atMost(TestServer.PATIENCE).until(() -> runs(second).size() == 1);
        String made = runs(second).getJsonObject(0).getString("session");

        JsonObject third = ok(post(made, "/echo three", immediately()), 201);

        await().atMost(TestServer.PATIENCE)
                .until(() -> "chain".equals(now(third).getString("pause")));
        tab.attachLive(made);
        tab.send(made, "/echo go on");
        await().atMost(TestServer.PATIENCE)
                .until(() -> now(third).getString("status").equals("fired"));
    }

    private JsonObject now(JsonObject recall) {
        return get("/recalls/" + recall.getString("id"));
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
        // The next one; on a slow machine the time of some may have passed by then.
        long laterMs = Instant.parse(often.getString("triggerAt"))
                .until(Instant.parse(next.getString("triggerAt")), ChronoUnit.MILLIS);
        assertThat(laterMs).isPositive();
        assertThat(laterMs % 10_000).isZero();
    }

    private static JsonObject immediately() {
        return new JsonObject().put("kind", "immediate");
    }

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
}
