package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A reminder request to the demo model becomes a recall, which fires. */
class RecallToolsIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("recalls.perSessionMax", "3", "recalls.zone", "Europe/Berlin"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_reminder_fires_at_its_time_with_its_text() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String asked = tab.send(session, "remind me in 400 ms to stretch").getString("run");
            tab.awaitEnd(session, asked);

            JsonObject fired = awaitAction(tab, session, "fired");

            JsonObject scheduled = awaitAction(tab, session, "scheduled");
            JsonObject started = awaitAction(tab, session, "started");
            String run = update(started).getString("run");
            assertThat(tab.text(session, asked)).startsWith("I will come back to you. Scheduled in ");
            assertThat(tab.text(session, run)).isEqualTo("**Reminder:** stretch");
            assertThat(started.getLong("ts"))
                    .isGreaterThanOrEqualTo(Instant.parse(update(scheduled).getString("triggerAt"))
                            .toEpochMilli());
            assertThat(List.of(scheduled, started, fired))
                    .extracting(frame -> update(frame).getString("recall"))
                    .containsOnly(update(fired).getString("recall"));
            assertThat(server.call("GET", "/api/v1/sessions/" + session + "/messages", server.token("ada"), null)
                            .body())
                    .contains("\"origin\":\"recall\"");
        }
    }

    @Test
    void recalls_are_listed_edited_skipped_and_cancelled_by_their_tool() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            say(tab, session, "every 20 minutes remind me to look up");
            String recall = update(awaitAction(tab, session, "scheduled")).getString("recall");

            assertThat(manage(tab, session, "list", recall)).contains(recall, "\"look up\", every 20 minutes");
            // A moment has passed since the recall was created.
            assertThat(manage(tab, session, "skip", recall))
                    .containsPattern("next in (40 minutes|39 minutes \\d+ seconds?),");
            assertThat(say(
                            tab,
                            session,
                            "/tool manage_recalls {\"action\":\"edit\",\"recall\":\"" + recall
                                    + "\",\"text\":\"walk\",\"when\":\"every day at 09:00\"}"))
                    .contains("\"walk\"", "`0 9 * * *`", "at 09:00 (Europe/Berlin)");
            assertThat(manage(tab, session, "cancel", recall)).contains("is over: cancelled");
            assertThat(manage(tab, session, "list", recall)).contains("There are no recalls");
            assertThat(actions(tab, session)).containsExactly("scheduled", "skipped", "edited", "cancelled");
        }
    }

    @Test
    void invalid_schedules_are_explained_and_leave_nothing() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);

            assertThat(say(tab, session, "remind me at 9 to eat")).contains("cannot", "is ambiguous");
            assertThat(say(tab, session, "remind me every 2 seconds to blink")).contains("too often");
            assertThat(say(tab, session, "/tool schedule_recall {\"text\":\"a\",\"cron\":\"often\"}"))
                    .contains("five fields");
            assertThat(manage(tab, session, "cancel", "rc_none")).contains("Recall not found");

            assertThat(actions(tab, session)).isEmpty();
        }
    }

    @Test
    void the_number_of_recalls_of_a_session_is_limited() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            for (int i = 0; i < 3; i++)
                assertThat(say(tab, session, "remind me in 1 hour to rest")).contains("Scheduled");

            assertThat(say(tab, session, "remind me in 1 hour to rest")).contains("too many recalls");

            assertThat(actions(tab, session)).hasSize(3).containsOnly("scheduled");
        }
    }

    private static String attached(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        return session;
    }

    /** Returns what the model answered. */
    private static String say(TestClient tab, String session, String text) {
        String run = tab.send(session, text).getString("run");
        tab.awaitEnd(session, run);
        return tab.text(session, run);
    }

    private static String manage(TestClient tab, String session, String action, String recall) {
        return say(tab, session, "/tool manage_recalls {\"action\":\"" + action + "\",\"recall\":\"" + recall + "\"}");
    }

    private static JsonObject awaitAction(TestClient tab, String session, String action) {
        tab.awaitThat("recall " + action, () -> find(tab, session, action) != null);
        return find(tab, session, action);
    }

    private static JsonObject find(TestClient tab, String session, String action) {
        return updates(tab, session).stream()
                .filter(frame -> update(frame).getString("action").equals(action))
                .findFirst()
                .orElse(null);
    }

    private static List<String> actions(TestClient tab, String session) {
        return updates(tab, session).stream()
                .map(frame -> update(frame).getString("action"))
                .toList();
    }

    private static List<JsonObject> updates(TestClient tab, String session) {
        return tab.events(session).stream()
                .filter(frame -> type(frame).equals("CUSTOM")
                        && event(frame).getString("name").equals("recall.updated"))
                .toList();
    }

    private static JsonObject update(JsonObject frame) {
        return event(frame).getJsonObject("value");
    }
}
