package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Conversations as downloads. */
class ExportIT {
    @Test
    void a_conversation_is_exported_for_people_and_for_programs() {
        try (TestServer server = TestServer.start(Map.of());
                TestClient tab = server.client("ada")) {
            String session = tab.ask("create", new JsonObject().put("title", "Grüße \"aus\"\r\nKöln"))
                    .getString("session");
            tab.attachLive(session);
            for (String text : new String[] {
                "/echo ```\r\n<b>open", "/tool time {\"zone\":\"UTC\"}", "/think 3", "/fail 500", "/echo last"
            }) {
                tab.awaitEnd(session, tab.send(session, text).getString("run"));
            }

            HttpResponse<String> markdown = export(server, "ada", session, "");
            HttpResponse<String> json = export(server, "ada", session, "?format=json");

            assertThat(markdown.headers().firstValue("content-type")).hasValue("text/markdown; charset=utf-8");
            assertThat(markdown.headers().firstValue("content-disposition"))
                    .hasValue(
                            "attachment; filename=\"Gru-e-aus-Koln.md\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe-aus-K%C3%B6ln.md");
            assertThat(markdown.body())
                    .startsWith("# Grüße \"aus\" Köln\n")
                    .contains("\n## ada\n", "\n## Assistant\n", "```\n<b>open\n```\n")
                    .contains(
                            "<summary>Tool time</summary>",
                            "```json\n{\"zone\":\"UTC\"}\n```",
                            "<summary>Reasoning</summary>")
                    .contains("\n*The model provider failed", "(`model_error`)")
                    .doesNotContain("\r");
            assertThat(markdown.body().indexOf("last"))
                    .isGreaterThan(markdown.body().indexOf("*The model provider failed"));
            JsonObject file = new JsonObject(json.body());
            assertThat(file.getString("format")).isEqualTo("reprise.session");
            assertThat(file.getInteger("version")).isEqualTo(1);
            assertThat(file.getLong("upTo")).isEqualTo(tab.view(session).cursor);
            assertThat(file.getJsonArray("messages")).isEqualTo(messages(server, session));
        }
    }

    @Test
    void an_unfinished_answer_is_exported_up_to_its_current_end() {
        try (TestServer server = TestServer.start(Map.of("log.flushMs", "0"));
                TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            tab.send(session, "/stream 100000 50");
            tab.awaitThat("some text", () -> tab.view(session).events.size() > 8);

            String markdown = export(server, "ada", session, "").body();
            JsonObject json = new JsonObject(
                    export(server, "ada", session, "?format=json").body());

            assertThat(markdown).contains("w1 w2").endsWith("*Not finished when this was exported.*\n");
            assertThat(json.getJsonObject("run").getJsonArray("open")).hasSize(1);
        }
    }

    @Test
    void exports_that_are_too_long_foreign_or_of_unknown_format_are_refused() {
        try (TestServer server = TestServer.start(Map.of("sessions.exportBytesMax", "2048"));
                TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            assertThat(export(server, "ada", session, "").statusCode())
                    .as("an empty one")
                    .isEqualTo(200);
            tab.awaitEnd(session, tab.send(session, "/stream 2000 0").getString("run"));

            assertThat(export(server, "ada", session, "").statusCode()).isEqualTo(413);
            assertThat(export(server, "bob", session, "").statusCode()).isEqualTo(404);
            assertThat(export(server, "ada", session, "?format=pdf").statusCode())
                    .isEqualTo(400);
        }
    }

    // --- helpers

    private static HttpResponse<String> export(TestServer server, String user, String session, String query) {
        return server.call("GET", "/api/v1/sessions/" + session + "/export" + query, server.token(user), null);
    }

    private static JsonArray messages(TestServer server, String session) {
        String path = "/api/v1/sessions/" + session + "/messages?limit=200";
        return new JsonObject(
                        server.call("GET", path, server.token("ada"), null).body())
                .getJsonArray("messages");
    }
}
