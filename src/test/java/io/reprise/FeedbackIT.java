package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Feedback on answers: who can give it, who sees it, what becomes of it. */
class FeedbackIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("feedback.commentBytesMax", "20", "feedback.aroundMessages", "2"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void feedback_is_seen_by_other_tabs_replayed_and_part_of_the_message() {
        try (TestClient tab = server.client("ann");
                TestClient other = server.client("ann")) {
            Said said = say(tab, "/echo hello");
            other.attachLive(said.session);

            JsonObject result = rate(tab, said, "up", "well said");

            assertThat(result.getString("type")).as(result.encode()).isEqualTo("result");
            assertThat(result.getString("comment")).isEqualTo("well said");
            JsonObject event = other.await("feedback", FeedbackIT::isFeedback);
            assertThat(event.containsKey("run")).isFalse();
            assertThat(event.getJsonObject("event").getJsonObject("value"))
                    .isEqualTo(new JsonObject()
                            .put("message", said.answer)
                            .put("rating", "up")
                            .put("comment", "well said")
                            .put("by", "ann"));
            try (TestClient late = server.client("ann")) {
                late.attachLive(said.session);
                assertThat(feedbackOf(listed(late.view(said.session).messages), said.answer))
                        .isEqualTo(new JsonObject().put("rating", "up").put("comment", "well said"));
            }
            assertThat(feedbackOf(listed(server.messages(server.token("ann"), said.session, 2)), said.answer))
                    .isNotNull();
        }
    }

    @Test
    void feedback_on_an_old_answer_is_in_a_page_of_old_messages_and_in_an_export() {
        try (TestClient tab = server.client("olga")) {
            Said said = say(tab, "/echo first");
            tab.awaitEnd(said.session, tab.send(said.session, "/echo second").getString("run"));
            rate(tab, said, "down", null);

            HttpResponse<String> page = server.call(
                    "GET",
                    "/api/v1/sessions/" + said.session + "/messages?limit=2&before=" + (said.seq + 1),
                    server.token("olga"),
                    null);
            assertThat(feedbackOf(listed(json(page).getJsonArray("messages")), said.answer)
                            .getString("rating"))
                    .isEqualTo("down");
            HttpResponse<String> file = server.call(
                    "GET", "/api/v1/sessions/" + said.session + "/export?format=json", server.token("olga"), null);
            assertThat(feedbackOf(listed(json(file).getJsonArray("messages")), said.answer)
                            .getString("rating"))
                    .isEqualTo("down");
        }
    }

    @Test
    void what_was_said_is_replaced_and_taken_back_and_a_repeat_is_one() {
        try (TestClient tab = server.client("rob")) {
            Said said = say(tab, "/echo hello");
            rate(tab, said, "down", "no");
            rate(tab, said, "up", null);

            assertThat(entries("?agent=default&q=no&rating=down").stream()
                            .filter(entry -> entry.getString("user").equals("rob")))
                    .isEmpty();
            assertThat(own("rob")).singleElement().satisfies(entry -> {
                assertThat(entry.getString("rating")).isEqualTo("up");
                assertThat(entry.containsKey("comment")).isFalse();
            });

            String id = "take-back";
            JsonObject fields = fields(said, "none", null);
            assertThat(tab.ask("feedback", id, fields.copy()).containsKey("duplicate"))
                    .isFalse();
            assertThat(tab.ask("feedback", id, fields.copy()).getBoolean("duplicate"))
                    .isTrue();
            assertThat(own("rob")).isEmpty();
            // An answer can overtake the event of its command.
            tab.awaitThat(
                    "three events",
                    () -> tab.view(said.session).events.stream()
                                    .filter(FeedbackIT::isFeedback)
                                    .count()
                            == 3);
        }
    }

    @Test
    void only_answers_of_the_own_session_that_are_not_superseded_can_be_rated() {
        try (TestClient tab = server.client("sue");
                TestClient stranger = server.client("sam")) {
            Said said = say(tab, "/echo hello");
            assertThat(rate(stranger, said, "up", null).getString("code")).isEqualTo("not_found");
            Said question = new Said(said.session, said.question, said.question, 0);
            assertThat(rate(tab, question, "up", null).getString("code")).isEqualTo("not_found");
            assertThat(rate(tab, said, "best", null).getString("code")).isEqualTo("bad_request");
            assertThat(rate(tab, said, "none", "why").getString("code")).isEqualTo("bad_request");
            assertThat(rate(tab, said, "up", "more than twenty bytes").getString("code"))
                    .isEqualTo("too_large");

            JsonObject again = tab.ask("regenerate", new JsonObject().put("session", said.session));
            tab.awaitEnd(said.session, again.getString("run"));
            assertThat(rate(tab, said, "up", null).getString("code")).isEqualTo("not_found");
        }
    }

    @Test
    void administrators_keep_feedback_on_a_superseded_answer_with_its_conversation() {
        try (TestClient tab = server.client("vic")) {
            Said said = say(tab, "/echo poor answer");
            rate(tab, said, "down", "poor");
            JsonObject again = tab.ask("regenerate", new JsonObject().put("session", said.session));
            tab.awaitEnd(said.session, again.getString("run"));

            JsonObject entry = own("vic").getFirst();
            assertThat(entry.getBoolean("superseded")).isTrue();
            assertThat(entry.getString("session")).isEqualTo(said.session);

            String path = "/api/v1/feedback/" + said.session + "/" + said.answer;
            assertThat(server.call("GET", path, server.token("vic"), null).statusCode())
                    .isEqualTo(403);
            JsonArray around = json(server.call("GET", path, admin(), null)).getJsonArray("messages");
            assertThat(listed(around))
                    .extracting(message -> message.getString("id"))
                    .containsExactly(said.question, said.answer);
            assertThat(audited("feedback.read")).anySatisfy(read -> {
                assertThat(read.getString("target")).isEqualTo(said.session);
                assertThat(read.getJsonObject("detail").getString("message")).isEqualTo(said.answer);
            });

            HttpResponse<String> file = server.call("GET", "/api/v1/feedback/export?q=POOR", admin(), null);
            assertThat(file.body().lines()).singleElement().satisfies(line -> {
                JsonObject exported = new JsonObject(line);
                assertThat(exported.getString("comment")).isEqualTo("poor");
                assertThat(exported.getJsonArray("messages")).hasSize(2);
            });
            assertThat(audited("feedback.exported")).isNotEmpty();
            assertThat(audited("feedback.listed")).isNotEmpty();
        }
    }

    /** Symptom: `unavailable`, because the database knows no such year. */
    @Test
    void years_that_the_database_does_not_know_are_no_fault_in_any_list() {
        for (String list : List.of("audit", "feedback")) {
            for (String range : List.of("from=%2B200000000-01-01T00:00:00Z", "to=-200000000-01-01T00:00:00Z")) {
                assertThat(server.call("GET", "/api/v1/" + list + "?" + range, admin(), null)
                                .statusCode())
                        .as(list + " " + range)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void a_list_has_filters_and_pages() {
        try (TestClient tab = server.client("paul")) {
            for (int i = 0; i < 3; i++)
                rate(tab, say(tab, "/echo " + i), i == 0 ? "down" : "up", i == 1 ? "Middle" : null);

            assertThat(own("paul", "rating=up")).hasSize(2);
            assertThat(own("paul", "commented=true")).hasSize(1);
            assertThat(own("paul", "q=middle")).hasSize(1);
            assertThat(own("paul", "agent=none")).isEmpty();
            assertThat(own("paul", "to=2001-01-01T00:00:00Z")).isEmpty();
            assertThat(own("paul", "from=2001-01-01T00:00:00Z")).hasSize(3);
            JsonObject first = json(server.call("GET", "/api/v1/feedback?limit=1", admin(), null));
            JsonObject second = json(
                    server.call("GET", "/api/v1/feedback?limit=1&cursor=" + first.getString("cursor"), admin(), null));
            assertThat(listed(first.getJsonArray("feedback")))
                    .hasSize(1)
                    .doesNotContainAnyElementsOf(listed(second.getJsonArray("feedback")));
            assertThat(server.call("GET", "/api/v1/feedback?cursor=other", admin(), null)
                            .statusCode())
                    .isEqualTo(400);
            assertThat(server.call("GET", "/api/v1/feedback", server.token("paul"), null)
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void a_clear_and_a_delete_erase_it() {
        try (TestClient tab = server.client("cleo")) {
            Said cleared = say(tab, "/echo one");
            Said deleted = say(tab, "/echo two");
            rate(tab, cleared, "up", null);
            rate(tab, deleted, "up", null);
            assertThat(own("cleo")).hasSize(2);

            server.call("POST", "/api/v1/sessions/" + cleared.session + "/clear", server.token("cleo"), null);
            server.call("DELETE", "/api/v1/sessions/" + deleted.session, server.token("cleo"), null);

            assertThat(own("cleo")).isEmpty();
        }
    }

    @Test
    void it_can_be_switched_off_and_then_only_be_taken_back() {
        try (TestServer off = TestServer.start(Map.of("feedback.enabled", "false"));
                TestClient tab = off.client("ann")) {
            Said said = say(tab, "/echo hello");
            assertThat(rate(tab, said, "up", null).getString("code")).isEqualTo("forbidden");
            assertThat(rate(tab, said, "none", null).getString("type")).isEqualTo("result");
        }
    }

    record Said(String session, String question, String answer, long seq) {}

    static Said say(TestClient tab, String text) {
        String session = tab.create();
        tab.attachLive(session);
        JsonObject sent = tab.send(session, text);
        tab.awaitEnd(session, sent.getString("run"));
        JsonObject begin = tab.view(session).events.stream()
                .filter(frame -> frame.getJsonObject("event").getString("type").equals("TEXT_MESSAGE_START"))
                .filter(frame -> frame.getJsonObject("event").getString("role").equals("assistant"))
                .toList()
                .getLast();
        return new Said(
                session,
                sent.getString("message"),
                begin.getJsonObject("event").getString("messageId"),
                begin.getLong("seq"));
    }

    static JsonObject rate(TestClient tab, Said said, String rating, String comment) {
        return tab.ask("feedback", fields(said, rating, comment));
    }

    private static JsonObject fields(Said said, String rating, String comment) {
        JsonObject fields = new JsonObject()
                .put("session", said.session)
                .put("message", said.answer)
                .put("rating", rating);
        return comment == null ? fields : fields.put("comment", comment);
    }

    private static boolean isFeedback(JsonObject frame) {
        return "event".equals(frame.getString("type", "event"))
                && frame.getJsonObject("event") != null
                && "feedback.updated".equals(frame.getJsonObject("event").getString("name"));
    }

    static JsonObject feedbackOf(List<JsonObject> messages, String id) {
        return messages.stream()
                .filter(message -> message.getString("id").equals(id))
                .findFirst()
                .orElseThrow()
                .getJsonObject("metadata")
                .getJsonObject("feedback");
    }

    private static List<JsonObject> own(String user, String... filters) {
        return entries("?limit=100&" + String.join("&", filters)).stream()
                .filter(entry -> entry.getString("user").equals(user))
                .toList();
    }

    private static List<JsonObject> entries(String query) {
        return listed(json(server.call("GET", "/api/v1/feedback" + query, admin(), null))
                .getJsonArray("feedback"));
    }

    private static List<JsonObject> audited(String action) {
        return listed(json(server.call("GET", "/api/v1/audit?action=" + action, admin(), null))
                .getJsonArray("entries"));
    }

    static List<JsonObject> listed(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    private static String admin() {
        return server.token("root", "admin");
    }

    static JsonObject json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }
}
