package io.reprise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.FakeProvider.Call;
import io.reprise.model.provider.Wire;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.testing.Uploads;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many files there may be, what a provider is sent of them, and where they are afterwards. */
class AttachmentLimitsIT {
    private static final byte[] PICTURE = TestImages.png(8, 6);
    private static final byte[] PDF = "%PDF-1.7\nnothing in it".getBytes(UTF_8);
    private static final byte[] TEXT = "x".repeat(600).getBytes(UTF_8);

    private final DatabaseUri database = TestDatabase.fresh();
    private TestServer server;
    private String token;
    private Uploads files;

    private void start(Map<String, String> settings) {
        server = TestServer.start(database, settings);
        token = server.token("ada");
        files = new Uploads(server, token);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void an_image_may_have_five_megabytes_unless_a_setting_says_otherwise() {
        start(Map.of());
        String session = new JsonObject(
                        server.call("POST", "/api/v1/sessions", token, "{}").body())
                .getString("session");
        int most = 5 * 1024 * 1024;

        files.accepted(session, "most.png", Arrays.copyOf(PICTURE, most));

        HttpResponse<String> refused = files.put(session, "more.png", Arrays.copyOf(PICTURE, most + 1));
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("An image must not exceed " + most + " bytes");
    }

    @Test
    void a_message_has_at_most_so_many_files() {
        start(Map.of("attachments.perMessageMax", "2"));
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            JsonArray parts = new JsonArray();
            for (int i = 0; i < 3; i++) parts.add(part("file", files.id(session, i + ".txt", TEXT)));
            JsonObject send = new JsonObject().put("session", session).put("parts", parts);

            JsonObject refused = tab.ask("send", send);
            parts.remove(2);
            JsonObject accepted = tab.ask("send", send);

            assertThat(refused.getString("code")).isEqualTo("bad_request");
            assertThat(refused.getString("message")).contains("more than 2 files");
            assertThat(accepted.getString("run")).isNotBlank();
        }
    }

    @Test
    void all_files_of_a_user_together_have_a_limit_and_those_of_others_do_not_count() {
        start(Map.of("attachments.userBytesMax", "1024"));
        try (TestClient tab = server.client("ada");
                TestClient other = server.client("eve")) {
            files.id(tab.create(), "one.txt", TEXT);

            HttpResponse<String> refused = files.put(tab.create(), "two.txt", TEXT);

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(413);
            assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("too_large");
            assertThat(refused.body()).contains("All your files together must not exceed 1024 bytes");
            new Uploads(server, server.token("eve")).id(other.create(), "two.txt", TEXT);
        }
    }

    @Test
    void there_are_at_most_so_many_uploads_at_a_time() throws IOException {
        start(Map.of("attachments.uploadsMax", "1", "attachments.idleMs", "600000"));
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            try (Socket under = begunUpload(session)) {
                await().atMost(TestServer.PATIENCE).untilAsserted(() -> {
                    HttpResponse<String> second = files.put(session, "two.txt", TEXT);
                    assertThat(second.statusCode()).isEqualTo(429);
                    assertThat(new JsonObject(second.body()).getString("code")).isEqualTo("too_many_requests");
                });
                assertThat(under.isConnected()).isTrue();
            }

            await().atMost(TestServer.PATIENCE)
                    .until(() -> files.put(session, "two.txt", TEXT).statusCode() == 201);
        }
    }

    @Test
    void one_user_has_at_most_so_many_uploads_at_a_time_and_those_of_others_do_not_count() throws IOException {
        start(Map.of("attachments.uploadsPerUserMax", "1", "attachments.idleMs", "600000"));
        try (TestClient tab = server.client("ada");
                TestClient other = server.client("eve");
                Socket under = begunUpload(tab.create())) {
            String session = tab.create();
            await().atMost(TestServer.PATIENCE)
                    .until(() -> files.put(session, "two.txt", TEXT).statusCode() == 429);
            assertThat(new Uploads(server, server.token("eve"))
                            .put(other.create(), "two.txt", TEXT)
                            .statusCode())
                    .isEqualTo(201);
            assertThat(under.isConnected()).isTrue();
        }
    }

    @Test
    void an_upload_that_takes_too_long_is_refused_and_leaves_nothing() throws IOException, SQLException {
        start(Map.of("attachments.uploadMs", "1000", "attachments.idleMs", "600000"));
        try (TestClient tab = server.client("ada");
                Socket slow = beginUpload(tab.create())) {
            BufferedReader answer = new BufferedReader(new InputStreamReader(slow.getInputStream(), UTF_8));

            assertThat(answer.readLine()).contains(" 408 ");
        }
        await().atMost(TestServer.PATIENCE).until(() -> look("SELECT count(*) FROM attachment_blob") == 0);
    }

    private long look(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The same, once the server has begun to store it. */
    private Socket begunUpload(String session) throws IOException {
        Socket socket = beginUpload(session);
        await().atMost(TestServer.PATIENCE).until(() -> look("SELECT count(*) FROM attachment_blob") == 1);
        return socket;
    }

    /** Its end never comes. */
    private Socket beginUpload(String session) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.getOutputStream()
                .write(("POST /api/v1/sessions/" + session + "/attachments HTTP/1.1\r\nHost: localhost\r\n"
                                + "Authorization: Bearer " + token + "\r\nContent-Length: 8000\r\n\r\n%PDF-1.7\n")
                        .getBytes(UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "ANTHROPIC"})
    void a_provider_is_sent_the_image_and_the_pdf_of_a_message(Wire wire) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire)) {
            start(wire.settings(provider.url(), Map.of("model.takes", "image,pdf")));
            try (TestClient tab = server.client("ada")) {
                String session = tab.create();
                tab.attachLive(session);
                JsonArray parts = new JsonArray()
                        .add(part("image", files.id(session, "cat.png", PICTURE)))
                        .add(part("file", files.id(session, "paper.pdf", PDF)));

                String run = tab.ask(
                                "send", new JsonObject().put("session", session).put("parts", parts))
                        .getString("run");
                Call call = provider.take();
                call.answer().text("A cat.").done();
                tab.awaitEnd(session, run);

                JsonArray sent = call.body().getJsonArray("messages");
                String message = sent.getJsonObject(sent.size() - 1).encode();
                String picture = Base64.getEncoder().encodeToString(PICTURE);
                String pdf = Base64.getEncoder().encodeToString(PDF);
                if (wire == Wire.OPENAI) {
                    assertThat(message)
                            .contains(
                                    "\"data:image/png;base64," + picture + "\"", "data:application/pdf;base64," + pdf);
                } else {
                    assertThat(message)
                            .contains("\"image/png\"", "\"application/pdf\"", "\"document\"")
                            .contains("\"" + picture + "\"", "\"" + pdf + "\"");
                }
            }
        }
    }

    @Test
    void a_rewound_message_keeps_its_file_and_the_export_names_it() throws SQLException {
        start(Map.of());
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            JsonObject first =
                    tab.ask("send", new JsonObject().put("session", session).put("text", "/echo one"));
            tab.awaitEnd(session, first.getString("run"));
            String picture = files.id(session, "cat.png", PICTURE);
            JsonObject second =
                    new JsonObject().put("session", session).put("parts", new JsonArray().add(part("image", picture)));
            tab.awaitEnd(session, tab.ask("send", second).getString("run"));
            String path = "/api/v1/sessions/" + session;
            for (String format : new String[] {"markdown", "json"}) {
                assertThat(server.call("GET", path + "/export?format=" + format, token, null)
                                .body())
                        .contains("cat.png", picture);
            }
            assertThat(server.call("GET", path + "/export?format=markdown", token, null)
                            .body())
                    .contains("[cat.png](" + path + "/attachments/" + picture + ")");
            JsonObject again = new JsonObject().put("session", session).put("message", first.getString("message"));
            tab.awaitEnd(session, tab.ask("regenerate", again).getString("run"));
            assertThat(server.messages(token, session, 10).encode()).doesNotContain(picture);
            String unsent = files.id(session, "unsent.txt", TEXT);
            run("UPDATE attachment SET uploaded_at = now() - interval '25 hours'");

            server.call("POST", "/api/v1/jobs/orphan-sweep/run", server.token("root", "admin"), "{}");

            await().atMost(TestServer.PATIENCE)
                    .until(() -> files.get(session, unsent, "").statusCode() == 404);
            assertThat(files.get(session, picture, "").body()).isEqualTo(PICTURE);
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static JsonObject part(String type, String attachment) {
        return new JsonObject().put("type", type).put("attachment", attachment);
    }
}
