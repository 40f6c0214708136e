package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reading the messages of a session backwards, page by page. */
class HistoryPagesIT {
    /**
     * Symptom: reading back page by page could skip an answer. Cause: a page was folded up to its cursor, so a message
     * that
     * began before it and ended after it was incomplete there, and was on no page.
     */
    @Test
    void every_message_is_on_exactly_one_page_whatever_the_cursor() {
        try (TestServer server = TestServer.start(Map.of());
                TestClient tab = server.client("ada")) {
            String token = server.token("ada");
            String session = tab.create();
            tab.attachLive(session);
            for (String text : List.of("/stream 20 0", "/steps 3", "/echo last")) {
                tab.awaitEnd(session, tab.send(session, text).getString("run"));
            }
            JsonArray all = messages(server, token, session, "limit=200");
            long head = tab.view(session).cursor;

            for (long before = 1; before <= head + 1; before++) {
                List<String> expected = new ArrayList<>();
                for (int i = 0; i < all.size(); i++) {
                    JsonObject message = all.getJsonObject(i);
                    if (message.getJsonObject("metadata").getLong("seq") < before) expected.add(message.encode());
                }
                List<String> page = new ArrayList<>();
                messages(server, token, session, "limit=200&before=" + before)
                        .forEach(message -> page.add(((JsonObject) message).encode()));
                assertThat(page).as("before " + before).isEqualTo(expected);
            }
        }
    }

    /** Symptom: one request answered with all of 200 long messages. Cause: only the number of messages was limited. */
    @Test
    void a_page_with_long_messages_ends_early_and_the_next_one_continues_there() {
        try (TestServer server = TestServer.start(Map.of("log.pageBytesMax", "4096"));
                TestClient tab = server.client("ada")) {
            String token = server.token("ada");
            String session = tab.create();
            tab.attachLive(session);
            for (String text : List.of("/echo " + "a".repeat(3_000), "/echo " + "b".repeat(9_000))) {
                tab.awaitEnd(session, tab.send(session, text).getString("run"));
            }

            List<Integer> sizes = new ArrayList<>();
            List<String> roles = new ArrayList<>();
            String cursor = "";
            boolean earlier = true;
            while (earlier) {
                JsonObject page = page(server, token, session, "limit=200" + cursor);
                JsonArray messages = page.getJsonArray("messages");
                sizes.add(messages.size());
                for (int i = messages.size() - 1; i >= 0; i--)
                    roles.addFirst(messages.getJsonObject(i).getString("role"));
                earlier = page.getBoolean("earlier");
                cursor = "&before="
                        + messages.getJsonObject(0).getJsonObject("metadata").getLong("seq");
            }

            assertThat(sizes).containsExactly(1, 1, 1, 1);
            assertThat(roles).containsExactly("user", "assistant", "user", "assistant");
        }
    }

    private static JsonArray messages(TestServer server, String token, String session, String query) {
        return page(server, token, session, query).getJsonArray("messages");
    }

    private static JsonObject page(TestServer server, String token, String session, String query) {
        String path = "/api/v1/sessions/" + session + "/messages?" + query;
        return new JsonObject(server.call("GET", path, token, null).body());
    }
}
