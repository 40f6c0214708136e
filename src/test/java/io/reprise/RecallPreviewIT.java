package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.SharedServers;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Previews of schedules, before and after recalls are scheduled. */
class RecallPreviewIT {
    private static final ZoneId LISBON = ZoneId.of("Europe/Lisbon");

    @RegisterExtension
    static final SharedServers SERVERS = new SharedServers();

    @Test
    void words_are_explained_as_a_schedule_with_its_next_times() {
        JsonObject meant = ok(preview("natural", "when", "every weekday at 9am"));

        assertThat(meant.getString("kind")).isEqualTo("cron");
        assertThat(meant.getJsonObject("schedule").getString("cron")).isEqualTo("0 9 * * 1-5");
        assertThat(meant.getJsonObject("schedule").getString("zone")).isEqualTo("Europe/Lisbon");
        List<ZonedDateTime> next = times(meant);
        assertThat(next).hasSize(3).isSorted();
        assertThat(next).allSatisfy(time -> {
            assertThat(time.toLocalTime()).isEqualTo(LocalTime.of(9, 0));
            assertThat(time.getDayOfWeek()).isNotIn(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
        });
    }

    @Test
    void cron_rules_are_explained_and_a_single_time_has_one_entry() {
        JsonObject cron = ok(preview("cron", "cron", "30 7 1 * *"));
        JsonObject once = ok(preview("natural", "when", "tomorrow at 09:00"));

        assertThat(times(cron))
                .hasSize(3)
                .allSatisfy(time -> assertThat(time.getDayOfMonth()).isEqualTo(1));
        assertThat(once.getString("kind")).isEqualTo("once");
        assertThat(times(once)).hasSize(1);
    }

    @Test
    void a_preview_refuses_invalid_schedules_with_the_same_text_and_schedules_nothing() {
        TestServer server = SERVERS.with(Map.of());
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            for (String cron : List.of("* *", "99 9 * * *")) {
                JsonObject asked = schedule("cron", "cron", cron);
                JsonObject scheduled = new JsonObject(server.call(
                                "POST",
                                "/api/v1/sessions/" + session + "/recalls",
                                server.token("ada"),
                                new JsonObject().put("text", "x").mergeIn(asked).encode())
                        .body());

                HttpResponse<String> previewed = call(server, asked);

                assertThat(ok(previewed).getString("refused")).isEqualTo(scheduled.getString("message"));
            }
            assertThat(ok(preview("interval", "everyMs", 1)).getString("refused"))
                    .contains("too often");
            assertThat(ok(preview("natural", "when", "when pigs fly")).getMap()).containsOnlyKeys("refused");
            assertThat(call(server, new JsonObject()).statusCode()).isEqualTo(400);
            assertThat(ok(server.call("GET", "/api/v1/recalls", server.token("ada"), null))
                            .getJsonArray("recalls"))
                    .isEmpty();
        }
    }

    @Test
    void recalls_name_their_next_times_if_asked_and_their_schedule_in_each_event() {
        TestServer server = SERVERS.with(Map.of());
        try (TestClient tab = server.client("eve")) {
            String session = tab.create();
            tab.attachLive(session);
            JsonObject body =
                    new JsonObject().put("text", "stretch").mergeIn(schedule("natural", "when", "every hour"));
            server.call("POST", "/api/v1/sessions/" + session + "/recalls", server.token("eve"), body.encode());

            JsonObject listed = recalls(server, "?status=open&next=3");
            JsonObject plain = recalls(server, "?status=open");

            assertThat(times(listed)).hasSize(3).isSorted();
            assertThat(listed.getJsonArray("next").getString(0)).isEqualTo(listed.getString("triggerAt"));
            assertThat(plain.containsKey("next")).isFalse();
            tab.awaitThat(
                    "recall.updated with its schedule",
                    () -> tab.view(session).events.stream()
                            .map(TestClient::event)
                            .filter(event -> "recall.updated".equals(event.getString("name")))
                            .anyMatch(event -> event.getJsonObject("value")
                                            .getJsonObject("schedule")
                                            .getLong("everyMs")
                                    == 3_600_000L));
        }
    }

    // --- helpers

    private static JsonObject schedule(String kind, String field, Object value) {
        return new JsonObject()
                .put(
                        "schedule",
                        new JsonObject().put("kind", kind).put(field, value).put("zone", LISBON.getId()));
    }

    private static HttpResponse<String> preview(String kind, String field, Object value) {
        return call(SERVERS.with(Map.of()), schedule(kind, field, value));
    }

    private static HttpResponse<String> call(TestServer server, JsonObject body) {
        return server.call("POST", "/api/v1/recall-preview", server.token("ada"), body.encode());
    }

    private static JsonObject recalls(TestServer server, String query) {
        return ok(server.call("GET", "/api/v1/recalls" + query, server.token("eve"), null))
                .getJsonArray("recalls")
                .getJsonObject(0);
    }

    private static JsonObject ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static List<ZonedDateTime> times(JsonObject shown) {
        JsonArray next = shown.getJsonArray("next");
        return next.stream()
                .map(time -> Instant.parse((String) time).atZone(LISBON))
                .toList();
    }
}
