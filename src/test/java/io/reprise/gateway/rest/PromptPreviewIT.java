package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A prompt is shown as a model would read it, before it is saved. */
class PromptPreviewIT {
    private static final int BYTES_MAX = 2_000;

    private static TestServer server;
    private static String staff;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("catalog.previewBytesMax", "" + BYTES_MAX));
        staff = server.token("eva", "staff");
        String admin = server.token("root", "admin");
        for (String name : List.of("big", "small")) {
            String title = name.equals("big") ? "Big one" : "Small one";
            assertThat(server.call("POST", "/api/v1/models", admin, """
                            {"name":"%s","settings":{"provider":"default","title":"%s"}}""".formatted(name, title))
                            .statusCode())
                    .isEqualTo(201);
        }
        assertThat(server.call("POST", "/api/v1/agents", admin, """
                        {"name":"clerk","settings":{"title":"The clerk","tools":["time"],"model":"big"}}""").statusCode())
                .isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void variables_have_the_values_of_the_agent_and_of_the_reader() {
        JsonObject shown = preview(new JsonObject()
                .put("text", "{{agent}} {{model}} {{tools}} {{user}} {{zone}} \\{{date}}")
                .put("agent", "clerk")
                .put("zone", "Asia/Tokyo"));

        assertThat(shown.getString("text")).isEqualTo("The clerk Big one time eva Asia/Tokyo {{date}}");
        assertThat(shown.getJsonArray("unknown")).isEmpty();
    }

    @Test
    void without_an_agent_it_is_the_default_one_and_a_model_can_be_named() {
        JsonObject shown =
                preview(new JsonObject().put("text", "{{agent}} {{model}}").put("model", "small"));

        assertThat(shown.getString("text")).isEqualTo("default Small one");
    }

    @Test
    void unknown_variables_are_named_and_stay() {
        JsonObject shown = preview(new JsonObject().put("text", "{{agent}} {{nobody}} {{nobody}} {{Date}}"));

        assertThat(shown.getString("text")).isEqualTo("default {{nobody}} {{nobody}} {{Date}}");
        assertThat(shown.getJsonArray("unknown")).isEqualTo(new JsonArray(List.of("nobody", "Date")));
    }

    @Test
    void all_that_is_wrong_is_told_at_once() {
        HttpResponse<String> refused = ask(new JsonObject()
                .put("text", "x")
                .put("agent", "nobody")
                .put("model", "nothing")
                .put("zone", "Nowhere"));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(refused.body())
                        .getJsonArray("problems").stream().map(problem -> ((JsonObject) problem).getString("path")))
                .containsExactly("agent", "model", "zone");
        assertThat(ask(new JsonObject().put("text", "")).statusCode()).isEqualTo(400);
        assertThat(ask(new JsonObject().put("text", "a\u0000b")).statusCode()).isEqualTo(400);
    }

    @Test
    void the_preview_is_limited_with_the_values_in_it() {
        assertThat(ask(new JsonObject().put("text", "x".repeat(BYTES_MAX))).statusCode())
                .isEqualTo(200);
        HttpResponse<String> refused = ask(new JsonObject().put("text", "{{tools}}".repeat(BYTES_MAX / 9)));

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("more than " + BYTES_MAX + " bytes");
    }

    @Test
    void only_staff_see_it() {
        assertThat(server.call("POST", "/api/v1/prompts/preview", server.token("ada"), "{\"text\":\"x\"}")
                        .statusCode())
                .isEqualTo(403);
    }

    private static JsonObject preview(JsonObject body) {
        HttpResponse<String> answer = ask(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static HttpResponse<String> ask(JsonObject body) {
        return server.call("POST", "/api/v1/prompts/preview", staff, body.encode());
    }
}
