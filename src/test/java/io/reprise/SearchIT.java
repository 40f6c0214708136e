package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Searching one's own sessions. */
class SearchIT {
    private static TestServer server;
    private static TestClient tab;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of());
        tab = server.client("ada");
    }

    @AfterAll
    static void stop() {
        tab.close();
        server.close();
    }

    @Test
    void words_are_found_in_questions_and_answers_also_when_the_answer_was_stored_in_pieces() {
        String session = session(null, "/stream 40 100", "/echo the ZEBRA crossed");

        JsonObject hit = search("ada", "zebra THE").getFirst();

        assertThat(hit.getString("id")).isEqualTo(session);
        JsonObject match = hit.getJsonObject("match");
        assertThat(match.getString("snippet")).isEqualTo("the ZEBRA crossed");
        assertThat(match.getString("role")).isEqualTo("assistant");
        assertThat(messageAt(session, match.getLong("seq")).getString("id")).isEqualTo(match.getString("message"));
        assertThat(ids(search("ada", "w19 w20 w21"))).contains(session);
    }

    @Test
    void all_words_must_be_in_one_message_and_parts_of_words_count() {
        String session = session(null, "/echo Grüße vom Überseehafen");

        assertThat(ids(search("ada", "übersee GRÜSS"))).as("ß is not ss").isEmpty();
        assertThat(ids(search("ada", "ÜBERSEE grüß"))).containsExactly(session);
        assertThat(ids(search("ada", "übersee elephant"))).isEmpty();
    }

    @Test
    void pattern_characters_are_searched_literally() {
        String percent = session(null, "/echo grows 100%_sure \\d+ yes");

        assertThat(ids(search("ada", "100%_sure"))).containsExactly(percent);
        assertThat(ids(search("ada", "\\d+"))).containsExactly(percent);
        assertThat(ids(search("ada", "gr_ws"))).isEmpty();
        assertThat(ids(search("ada", "gr%ws"))).isEmpty();
        assertThat(ids(search("ada", "' OR 1=1 --"))).isEmpty();
    }

    @Test
    void titles_are_found_as_they_are_now_and_only_by_their_owner() {
        String session = session("Old Kangaroo", "/echo nothing");
        server.call("PATCH", "/api/v1/sessions/" + session, server.token("ada"), "{\"title\":\"New KOALA\"}");

        assertThat(ids(search("ada", "koala"))).containsExactly(session);
        assertThat(search("ada", "koala").getFirst().containsKey("match")).isFalse();
        assertThat(ids(search("ada", "kangaroo"))).isEmpty();
        assertThat(ids(search("bob", "koala"))).isEmpty();
    }

    @Test
    void the_pages_of_a_search_contain_every_result() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) all.addFirst(session(null, "/echo penguin " + i));
        session(null, "/echo something else");

        List<String> found = new ArrayList<>();
        String cursor = null;
        do {
            JsonObject page = page("ada", "q=penguin&limit=2" + (cursor == null ? "" : "&cursor=" + cursor));
            page.getJsonArray("sessions").forEach(session -> found.add(((JsonObject) session).getString("id")));
            cursor = page.getString("cursor");
        } while (cursor != null);

        assertThat(found).isEqualTo(all);
    }

    @Test
    void a_deleted_session_is_not_found_but_a_partial_answer_is() {
        String deleted = session(null, "/echo giraffe");
        server.call("DELETE", "/api/v1/sessions/" + deleted, server.token("ada"), null);
        String stopped = tab.create();
        tab.attachLive(stopped);
        String run = tab.send(stopped, "/stream 100000 50").getString("run");
        tab.awaitThat("some text", () -> tab.view(stopped).events.size() > 8);
        tab.ask("stop", new JsonObject().put("session", stopped));
        tab.awaitEnd(stopped, run);

        assertThat(ids(search("ada", "giraffe"))).isEmpty();
        assertThat(ids(search("ada", "100000 stream"))).containsExactly(stopped);
        JsonObject match = search("ada", "w1 w2").stream()
                .filter(hit -> hit.getString("id").equals(stopped))
                .findFirst()
                .orElseThrow()
                .getJsonObject("match");
        assertThat(match.getString("snippet")).startsWith("w1 w2");
    }

    @Test
    void rewound_and_cleared_messages_are_not_found() {
        String session = session(null, "/echo walrus", "/echo ostrich");
        String last = tab.ask(
                        "regenerate", new JsonObject().put("session", session).put("text", "/echo heron"))
                .getString("run");
        tab.awaitEnd(session, last);

        assertThat(ids(search("ada", "ostrich"))).isEmpty();
        assertThat(ids(search("ada", "walrus"))).containsExactly(session);
        assertThat(ids(search("ada", "heron"))).containsExactly(session);
        server.call("POST", "/api/v1/sessions/" + session + "/clear", server.token("ada"), "{}");
        assertThat(ids(search("ada", "walrus"))).isEmpty();
        assertThat(ids(search("ada", "heron"))).isEmpty();
    }

    // --- helpers

    private static String session(String title, String... texts) {
        JsonObject fields = new JsonObject();
        if (title != null) fields.put("title", title);
        String session = tab.ask("create", fields).getString("session");
        tab.attachLive(session);
        for (String text : texts) {
            tab.awaitEnd(session, tab.send(session, text).getString("run"));
        }
        return session;
    }

    private static List<JsonObject> search(String user, String words) {
        String q = URLEncoder.encode(words, StandardCharsets.UTF_8);
        return page(user, "q=" + q).getJsonArray("sessions").stream()
                .map(session -> (JsonObject) session)
                .toList();
    }

    private static JsonObject page(String user, String query) {
        var answer = server.call("GET", "/api/v1/sessions?" + query, server.token(user), null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static JsonObject messageAt(String session, long seq) {
        String path = "/api/v1/sessions/" + session + "/messages?limit=200";
        return new JsonObject(
                        server.call("GET", path, server.token("ada"), null).body())
                .getJsonArray("messages").stream()
                        .map(message -> (JsonObject) message)
                        .filter(message -> message.getJsonObject("metadata").getLong("seq") == seq)
                        .findFirst()
                        .orElseThrow();
    }

    private static List<String> ids(List<JsonObject> sessions) {
        return sessions.stream().map(session -> session.getString("id")).toList();
    }
}
