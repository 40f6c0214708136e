package io.reprise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.testing.Uploads;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages with files: from the upload to the model, and wherever messages are shown. */
class MessageFilesIT {
    private static final byte[] PICTURE = TestImages.png(64, 48);

    private final DatabaseUri database = TestDatabase.fresh();
    private TestServer server;
    private String token;
    private Uploads files;

    @BeforeEach
    void start() {
        start(Map.of());
    }

    private void start(Map<String, String> settings) {
        if (server != null) server.close();
        server = TestServer.start(database, settings);
        token = server.token("ada");
        files = new Uploads(server, token);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_message_with_files_reaches_the_model_and_every_view() {
        try (TestClient tab = server.client("ada")) {
            JsonObject welcome =
                    tab.await("welcome", frame -> frame.getString("type").equals("welcome"));
            assertThat(welcome.getJsonArray("features")).contains("attachments");
            assertThat(welcome.getJsonObject("limits")
                            .getJsonObject("attachments")
                            .getInteger("perMessageMax"))
                    .isEqualTo(10);
            String session = tab.create();
            tab.attachLive(session);
            String picture = files.id(session, "cat.png", PICTURE);
            String table = files.id(session, "scores.csv", "ada,1\n".getBytes(UTF_8));
            JsonObject send = new JsonObject()
                    .put("session", session)
                    .put("parts", new JsonArray().add(part("image", picture)).add(part("file", table)));

            JsonObject result = tab.ask("send", "one id", send);
            tab.awaitEnd(session, result.getString("run"));

            assertThat(tab.ask("send", "one id", send).getBoolean("duplicate")).isTrue();
            JsonObject other = send.copy();
            other.getJsonArray("parts").remove(1);
            assertThat(tab.ask("send", "one id", other).getString("code")).isEqualTo("conflict");
            JsonArray messages = server.messages(token, session, 2);
            JsonObject shown = new JsonObject()
                    .put("type", "image")
                    .put("attachment", picture)
                    .put("name", "cat.png")
                    .put("mediaType", "image/png")
                    .put("size", PICTURE.length)
                    .put("width", 64)
                    .put("height", 48);
            assertThat(messages.getJsonObject(0).getJsonArray("content").getJsonObject(0))
                    .isEqualTo(shown);
            assertThat(messages.getJsonObject(1).getString("content"))
                    .contains("an image, `cat.png`, image/png, 64 x 48 pixels, " + PICTURE.length + " bytes")
                    .contains("a file, `scores.csv`, text/plain, 6 bytes");
            assertThat(server.call("GET", "/api/v1/sessions/" + session + "/export", token, null)
                            .body())
                    .contains("[cat.png](/api/v1/sessions/" + session + "/attachments/" + picture + ")");
            try (TestClient later = server.client("ada")) {
                later.attachLive(session);
                assertThat(later.view(session)
                                .messages
                                .getJsonObject(0)
                                .getJsonArray("content")
                                .getJsonObject(0))
                        .isEqualTo(shown);
            }
        }
    }

    @Test
    void a_file_is_refused_that_is_not_there_or_has_another_type() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            String elsewhere = files.id(tab.create(), "cat.png", PICTURE);
            String here = files.id(session, "cat.png", PICTURE);

            assertThat(tab.ask("send", with(session, part("image", elsewhere))).getString("code"))
                    .isEqualTo("not_found");
            JsonObject wrong = tab.ask("send", with(session, part("file", here)));
            assertThat(wrong.getString("code")).isEqualTo("bad_request");
            assertThat(wrong.getString("message")).isEqualTo("The part of cat.png must have the type image.");
            // and the session goes on
            assertThat(tab.send(session, "/echo on").getString("status")).isEqualTo("started");
        }
    }

    @Test
    void a_model_that_takes_no_images_is_not_sent_one() {
        start(Map.of("model.takes", "pdf"));
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            String picture = files.id(session, "cat.png", PICTURE);

            JsonObject refused = tab.ask("send", with(session, part("image", picture)));

            assertThat(refused.getString("code")).isEqualTo("bad_request");
            assertThat(refused.getString("message")).isEqualTo("The model demo does not take images.");
        }
    }

    @Test
    void the_model_that_is_chosen_for_a_message_decides_about_its_files() {
        String model =
                "{\"name\":\"seeing\",\"settings\":{\"provider\":\"default\",\"name\":\"demo\",\"takes\":[\"image\"]}}";
        String reading = model.replace("seeing", "reading").replace("image", "pdf");
        String admin = server.token("root", "admin");
        assertThat(server.call("POST", "/api/v1/models", admin, model).statusCode())
                .isEqualTo(201);
        assertThat(server.call("POST", "/api/v1/models", admin, reading).statusCode())
                .isEqualTo(201);
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            String picture = files.id(session, "cat.png", PICTURE);

            JsonObject refused =
                    tab.ask("send", with(session, part("image", picture)).put("model", "reading"));
            assertThat(refused.getString("code")).isEqualTo("bad_request");
            assertThat(refused.getString("message")).isEqualTo("The model demo does not take images.");

            JsonObject sent =
                    tab.ask("send", with(session, part("image", picture)).put("model", "seeing"));
            tab.awaitEnd(session, sent.getString("run"));
            assertThat(server.messages(token, session, 2).getJsonObject(1).getString("content"))
                    .contains(PICTURE.length + " bytes");

            JsonObject again = new JsonObject().put("session", session);
            JsonObject blind = tab.ask("regenerate", again.copy().put("model", "reading"));
            assertThat(blind.getString("code")).isEqualTo("bad_request");
            assertThat(blind.getString("message")).isEqualTo("The model demo does not take images.");
            assertThat(server.messages(token, session, 5))
                    .as("nothing was rewound")
                    .hasSize(2);
            JsonObject seen = tab.ask("regenerate", again.copy().put("model", "seeing"));
            tab.awaitEnd(session, seen.getString("run"));
            assertThat(server.messages(token, session, 5)).hasSize(2);
        }
    }

    @Test
    void a_waiting_message_and_a_message_that_is_asked_again_keep_their_files() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            String picture = files.id(session, "cat.png", PICTURE);
            String hanging = tab.send(session, "/hang").getString("run");
            JsonObject queued =
                    tab.ask("send", with(session, part("image", picture)).put("text", "look"));
            assertThat(queued.getString("status")).isEqualTo("queued");
            tab.ask(
                    "requeue",
                    new JsonObject()
                            .put("session", session)
                            .put("message", queued.getString("message"))
                            .put("text", "look again"));
            tab.ask("stop", new JsonObject().put("session", session).put("run", hanging));
            tab.awaitEnd(session, runAfter(hanging, tab, session));
            assertThat(tab.text(session, null)).contains("I received");

            JsonObject again = tab.ask("regenerate", new JsonObject().put("session", session));
            tab.awaitEnd(session, again.getString("run"));

            JsonArray messages = server.messages(token, session, 3);
            JsonObject asked = messages.getJsonObject(messages.size() - 2);
            assertThat(asked.getJsonArray("content").getJsonObject(0).getString("text"))
                    .isEqualTo("look again");
            assertThat(asked.getJsonArray("content").getJsonObject(1).getString("attachment"))
                    .isEqualTo(picture);
            assertThat(messages.getJsonObject(messages.size() - 1).getString("content"))
                    .contains(PICTURE.length + " bytes");
        }
    }

    /** The message was accepted while the model took its file, so only its run can tell. */
    @Test
    void a_run_says_that_its_model_does_not_take_the_file_of_its_message_any_more() {
        JsonObject settings = new JsonObject().put("provider", "default").put("name", "demo");
        JsonObject seeing = settings.copy().put("takes", new JsonArray().add("image"));
        changed("POST", "", new JsonObject().put("name", "changing").put("settings", seeing));
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            String picture = files.id(session, "cat.png", PICTURE);
            String hanging = tab.send(session, "/hang").getString("run");
            JsonObject queued =
                    tab.ask("send", with(session, part("image", picture)).put("model", "changing"));
            assertThat(queued.getString("status")).isEqualTo("queued");

            JsonObject reading = settings.copy().put("takes", new JsonArray().add("pdf"));
            changed("PUT", "/changing", new JsonObject().put("version", 1).put("settings", reading));
            tab.ask("stop", new JsonObject().put("session", session).put("run", hanging));

            JsonObject refused = TestClient.event(tab.awaitEnd(session, runAfter(hanging, tab, session)));
            assertThat(refused.getString("code")).isEqualTo("bad_request");
            assertThat(refused.getString("message")).isEqualTo("The model demo does not take images.");
            // and the session goes on
            tab.awaitEnd(session, tab.send(session, "/echo on").getString("run"));
        }
    }

    private void changed(String method, String path, JsonObject body) {
        String admin = server.token("root", "admin");
        assertThat(server.call(method, "/api/v1/models" + path, admin, body.encode())
                        .statusCode())
                .isBetween(200, 201);
    }

    /** The run of the message that waited behind another run. */
    private static String runAfter(String earlier, TestClient tab, String session) {
        String[] next = {null};
        tab.awaitThat("the run of the waiting message", () -> {
            next[0] = tab.events(session).stream()
                    .filter(event -> TestClient.type(event).equals("RUN_STARTED"))
                    .map(event -> event.getString("run"))
                    .filter(run -> !run.equals(earlier))
                    .findFirst()
                    .orElse(null);
            return next[0] != null;
        });
        return next[0];
    }

    @Test
    void a_fork_has_the_files_and_the_last_session_erases_them() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            String picture = files.id(session, "cat.png", PICTURE);
            JsonObject sent = tab.ask("send", with(session, part("image", picture)));
            tab.awaitEnd(session, sent.getString("run"));
            JsonObject body = new JsonObject().put("message", sent.getString("message"));
            String fork = new JsonObject(
                            server.call("POST", "/api/v1/sessions/" + session + "/fork", token, body.encode())
                                    .body())
                    .getString("session");

            server.call("DELETE", "/api/v1/sessions/" + session, token, null);

            assertThat(files.get(session, picture, "").statusCode()).isEqualTo(404);
            assertThat(files.get(fork, picture, "").body()).isEqualTo(PICTURE);
            server.call("DELETE", "/api/v1/sessions/" + fork, token, null);
            assertThat(files.get(fork, picture, "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void a_cleared_session_keeps_only_what_was_not_sent() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            String sent = files.id(session, "sent.png", PICTURE);
            String unsent = files.id(session, "unsent.png", PICTURE);
            tab.awaitEnd(
                    session, tab.ask("send", with(session, part("image", sent))).getString("run"));

            server.call("POST", "/api/v1/sessions/" + session + "/clear", token, "{}");

            assertThat(files.get(session, sent, "").statusCode()).isEqualTo(404);
            assertThat(files.get(session, unsent, "").body()).isEqualTo(PICTURE);
        }
    }

    private static JsonObject with(String session, JsonObject part) {
        return new JsonObject().put("session", session).put("parts", new JsonArray().add(part));
    }

    private static JsonObject part(String type, String attachment) {
        return new JsonObject().put("type", type).put("attachment", attachment);
    }
}
