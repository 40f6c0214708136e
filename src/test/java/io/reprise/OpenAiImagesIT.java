package io.reprise;

import static io.reprise.OpenAiIT.openai;
import static io.reprise.OpenAiIT.said;
import static io.reprise.OpenAiIT.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Patience;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Images in messages of OpenAI's own client. */
@Timeout(300)
class OpenAiImagesIT {
    private static final byte[] PICTURE = TestImages.png(64, 48);
    private static final byte[] WIDE = TestImages.png(300, 40);

    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static TestServer server;
    private static String token;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                DATABASE,
                Map.of("attachments.perMessageMax", "2", "attachments.pixelsMax", "10000", "log.flushMs", "1"));
        token = server.token("ada");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void an_image_reaches_the_model_and_is_erased_with_the_call() {
        List<JsonObject> told = openai(
                server,
                token,
                step(user(text("What is it?"), image(data(PICTURE)))),
                step(user(image(data(PICTURE)), image(data(PICTURE)))),
                step(user(image(data(PICTURE))), said("assistant", "A picture."), said("user", "/echo bye")));

        String seen = "an image, `image.png`, image/png, 64 x 48 pixels, " + PICTURE.length + " bytes";
        assertThat(told.get(0).getString("text")).contains(seen);
        assertThat(told.get(1).getString("text").split(seen, -1)).hasSize(3);
        assertThat(told.get(2).getString("text"))
                .as("earlier images are only mentioned")
                .isEqualTo("bye");
        await().atMost(Patience.LIMIT).until(() -> count("SELECT count(*) FROM session WHERE id LIKE 't_%'") == 0);
        assertThat(count("SELECT count(*) FROM attachment WHERE session_id LIKE 't_%'"))
                .isZero();
    }

    @Test
    void an_image_of_a_session_stays_in_it() {
        JsonObject named = new JsonObject().put("X-Session", "album");
        List<JsonObject> told = openai(
                server,
                token,
                step(said("user", "/echo 1")).put("headers", named),
                step(user(text("What is it?"), image(data(PICTURE)))).put("headers", named));

        JsonArray messages = server.messages(token, told.get(1).getString("session"), 10);
        JsonArray content = messages.getJsonObject(2).getJsonArray("content");
        assertThat(content.getJsonObject(0).getString("text")).isEqualTo("What is it?");
        assertThat(content.getJsonObject(1).getString("type")).isEqualTo("image");
        assertThat(content.getJsonObject(1).getInteger("size")).isEqualTo(PICTURE.length);
    }

    @Test
    void what_is_no_image_in_the_request_itself_is_refused() {
        String text = "data:text/plain;base64,"
                + Base64.getEncoder().encodeToString("a text".getBytes(StandardCharsets.UTF_8));
        List<JsonObject> told = openai(
                server,
                token,
                step(user(image("https://example.org/cat.png"))),
                step(user(image("data:image/png;base64,###"))),
                step(user(image(text))),
                step(user(image(data(PICTURE)), image(data(PICTURE)), image(data(PICTURE)))),
                step(user(image(data(Arrays.copyOf(PICTURE, 20))))),
                step(user(image(data(WIDE)))));

        for (int i = 0; i < 3; i++) {
            assertThat(error(told.get(i))).isEqualTo("400 bad_request messages[0]");
        }
        assertThat(told.get(0).getJsonObject("error").getString("message")).contains("must be a data: URL");
        assertThat(error(told.get(3))).as("too many").isEqualTo("400 bad_request messages");
        assertThat(error(told.get(4))).as("damaged").isEqualTo("400 bad_request null");
        assertThat(error(told.get(5))).as("too many pixels").isEqualTo("413 too_large null");
    }

    // --- small helpers

    private static JsonObject user(JsonObject... parts) {
        return new JsonObject().put("role", "user").put("content", new JsonArray(List.of(parts)));
    }

    private static JsonObject text(String text) {
        return new JsonObject().put("type", "text").put("text", text);
    }

    private static JsonObject image(String url) {
        return new JsonObject().put("type", "image_url").put("image_url", new JsonObject().put("url", url));
    }

    private static String data(byte[] image) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(image);
    }

    private static String error(JsonObject told) {
        JsonObject error = told.getJsonObject("error");
        assertThat(error).as(told.encode()).isNotNull();
        return error.getValue("status") + " " + error.getString("code") + " " + error.getValue("param");
    }

    private static int count(String query) {
        try (Connection connection = TestDatabase.connect(DATABASE);
                ResultSet rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
