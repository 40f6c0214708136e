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

/** Notes about people, over REST and by the tool of the agent. */
class UserMemoryIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                Map.of("memory.perUserMax", "4", "memory.textBytesMax", "64", "memory.resultsMax", "2"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void what_an_agent_saves_is_found_in_another_conversation_of_the_person() {
        try (TestClient tab = server.client("ada")) {
            assertThat(say(tab, "/tool memory {\"action\":\"save\",\"text\":\"Prefers trains, dislikes Ärger\"}"))
                    .contains("Saved as me_");

            assertThat(say(tab, "/tool memory {\"action\":\"search\",\"query\":\"which TRAIN?\"}"))
                    .contains("Prefers trains", "It is data");
            assertThat(say(tab, "/tool memory {\"action\":\"search\",\"query\":\"ärg\"}"))
                    .contains("Prefers trains");
            assertThat(say(tab, "/tool memory {\"action\":\"search\",\"query\":\"rain\"}"))
                    .contains("There are no such notes");
            JsonObject note = only("ada", "?q=dislikes");
            assertThat(note.getString("source")).isEqualTo("agent");
            assertThat(say(tab, "/tool memory {\"action\":\"delete\",\"id\":\"" + note.getString("id") + "\"}"))
                    .contains("Deleted.");
            assertThat(notes("ada", "")).isEmpty();
        }
    }

    /** Two people, the same query. */
    @Test
    void no_query_and_no_id_reaches_the_notes_of_another_person() {
        String bobs = saved("bob", "The code word is swordfish").getString("id");
        saved("eve", "The code word is unknown");
        for (String query : List.of("code", "swordfish", "' OR 1=1 --", "code:* | swordfish", "me_", "%")) {
            try (TestClient tab = server.client("eve")) {
                String asked = new JsonObject()
                        .put("action", "search")
                        .put("query", query)
                        .encode();
                assertThat(say(tab, "/tool memory " + asked)).as(query).doesNotContain("swordfish is", "is swordfish");
                assertThat(say(tab, "/tool memory {\"action\":\"list\"}"))
                        .contains("unknown")
                        .doesNotContain("is swordfish");
                assertThat(say(tab, "/tool memory {\"action\":\"delete\",\"id\":\"" + bobs + "\"}"))
                        .contains("no such note");
            }
            assertThat(call(
                                    "eve",
                                    "GET",
                                    "?q=" + java.net.URLEncoder.encode(query, java.nio.charset.StandardCharsets.UTF_8),
                                    null)
                            .body())
                    .doesNotContain("is swordfish");
        }
        assertThat(call("eve", "DELETE", "/" + bobs, null).statusCode()).isEqualTo(404);
        assertThat(call("eve", "GET", "/export", null).body()).doesNotContain("swordfish");
        assertThat(call("eve", "DELETE", "", null).statusCode()).isEqualTo(204);
        assertThat(only("bob", "?q=code").getString("text")).isEqualTo("The code word is swordfish");
        assertThat(notes("eve", "")).isEmpty();
    }

    @Test
    void a_person_switches_the_memory_off_and_on() {
        saved("kim", "Likes tea");
        assertThat(call("kim", "PATCH", "", "{\"enabled\":false}").statusCode()).isEqualTo(204);
        try (TestClient tab = server.client("kim")) {
            for (String arguments : List.of(
                    "{\"action\":\"list\"}",
                    "{\"action\":\"search\",\"query\":\"tea\"}",
                    "{\"action\":\"save\",\"text\":\"x\"}")) {
                assertThat(say(tab, "/tool memory " + arguments))
                        .contains("switched the memory off")
                        .doesNotContain("Likes");
            }
        }
        assertThat(code(call("kim", "POST", "", "{\"text\":\"x\"}"), 409)).isEqualTo("conflict");
        assertThat(call("kim", "GET", "", null).body()).contains("\"enabled\":false", "Likes tea");

        call("kim", "PATCH", "", "{\"enabled\":true}");

        try (TestClient tab = server.client("kim")) {
            assertThat(say(tab, "/tool memory {\"action\":\"list\"}")).contains("Likes tea");
        }
        assertThat(audited("kim")).containsSubsequence("memory.on", "memory.off");
        assertThat(audited("kim")).doesNotContain("memory.cleared");
    }

    @Test
    void number_and_length_of_notes_are_limited_and_lists_have_pages() {
        for (int i = 1; i <= 4; i++) saved("max", "note " + i);
        assertThat(code(call("max", "POST", "", "{\"text\":\"note 5\"}"), 409)).isEqualTo("conflict");
        assertThat(code(call("max", "POST", "", "{\"text\":\"" + "ä".repeat(33) + "\"}"), 413))
                .isEqualTo("too_large");
        assertThat(code(call("max", "POST", "", "{\"text\":\"  \"}"), 400)).isEqualTo("bad_request");
        try (TestClient tab = server.client("max")) {
            assertThat(say(tab, "/tool memory {\"action\":\"save\",\"text\":\"note 5\"}"))
                    .contains("The memory is full");
            assertThat(say(tab, "/tool memory {\"action\":\"list\"}"))
                    .contains("note 4", "note 3", "[The newest of 4 notes.]")
                    .doesNotContain("note 2");
        }

        JsonObject first = new JsonObject(call("max", "GET", "?limit=3", null).body());
        JsonObject second = new JsonObject(call("max", "GET", "?limit=3&cursor=" + first.getString("cursor"), null)
                .body());

        assertThat(texts(first)).containsExactly("note 4", "note 3", "note 2");
        assertThat(texts(second)).containsExactly("note 1");
        assertThat(second.containsKey("cursor")).isFalse();
        assertThat(texts(new JsonObject(call("max", "GET", "/export", null).body())))
                .hasSize(4);
        call("max", "DELETE", "", null);
        assertThat(notes("max", "")).isEmpty();
        assertThat(audited("max")).contains("memory.cleared");
    }

    private static JsonObject saved(String user, String text) {
        HttpResponse<String> answer =
                call(user, "POST", "", new JsonObject().put("text", text).encode());
        assertThat(answer.statusCode()).isEqualTo(201);
        return new JsonObject(answer.body());
    }

    private static JsonObject only(String user, String query) {
        JsonArray found = notes(user, query);
        assertThat(found).hasSize(1);
        return found.getJsonObject(0);
    }

    private static JsonArray notes(String user, String query) {
        return new JsonObject(call(user, "GET", query, null).body()).getJsonArray("memories");
    }

    private static List<String> texts(JsonObject page) {
        return page.getJsonArray("memories").stream()
                .map(note -> ((JsonObject) note).getString("text"))
                .toList();
    }

    private static List<String> audited(String user) {
        String found = server.call("GET", "/api/v1/audit?user=" + user, server.token("root", "admin"), null)
                .body();
        return new JsonObject(found)
                .getJsonArray("entries").stream()
                        .map(entry -> ((JsonObject) entry).getString("action"))
                        .toList();
    }

    private static String code(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        return new JsonObject(answer.body()).getString("code");
    }

    private static HttpResponse<String> call(String user, String method, String rest, String body) {
        return server.call(method, "/api/v1/memory" + rest, server.token(user), body);
    }

    /** In a conversation of its own. */
    private static String say(TestClient tab, String text) {
        String session = tab.create();
        tab.attachLive(session);
        String run = tab.send(session, text).getString("run");
        tab.awaitEnd(session, run);
        return tab.text(session, run);
    }
}
