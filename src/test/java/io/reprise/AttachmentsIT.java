package io.reprise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.testing.Uploads;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of messages, stored in the database or in a folder. */
class AttachmentsIT {
    private static final byte[] TEXT = "name,score\nada,1\n".getBytes(UTF_8);
    private static final byte[] PICTURE = TestImages.png(640, 480);

    private final DatabaseUri database = TestDatabase.fresh();

    @TempDir
    private Path folder;

    private TestServer server;
    private String token;
    private Uploads files;

    private void start(String store, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "attachments.store", store,
                "attachments.folder", folder.resolve("files").toString(),
                "attachments.chunkBytes", "4096",
                "erasures.retryMs", "100",
                "erasures.againMs", "100"));
        settings.putAll(more);
        server = TestServer.start(database, settings);
        token = server.token("ada");
        files = new Uploads(server, token);
    }

    @AfterEach
    void stop() {
        if (server != null) server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"database", "folder"})
    void a_file_is_stored_in_pieces_and_sent_back_after_a_restart(String store) throws IOException {
        start(store, Map.of());
        String session = create();
        byte[] noise = noise(100_000);

        JsonObject picture = files.accepted(session, "../photo of me.png", PICTURE);
        String pdf = files.id(session, "a.pdf", noise);
        String text = files.id(session, "<script>.html", TEXT);

        assertThat(picture.copy().putNull("attachment"))
                .isEqualTo(new JsonObject()
                        .putNull("attachment")
                        .put("name", "photo of me.png")
                        .put("type", "image/png")
                        .put("size", PICTURE.length)
                        .put("width", 640)
                        .put("height", 480));
        server.close();
        start(store, Map.of());
        assertThat(files.get(session, pdf, "").body()).isEqualTo(noise);
        HttpResponse<byte[]> shown = files.get(session, picture.getString("attachment"), "");
        assertThat(shown.body()).isEqualTo(PICTURE);
        assertThat(header(shown, "Content-Disposition")).startsWith("inline; filename=\"photo of me.png\"");
        assertSafe(shown, "image/png");
        HttpResponse<byte[]> page = files.get(session, text, "");
        assertThat(page.body()).isEqualTo(TEXT);
        assertThat(header(page, "Content-Disposition"))
                .isEqualTo("attachment; filename=\"_script_.html\"; filename*=UTF-8''%3Cscript%3E.html");
        assertSafe(page, "text/plain; charset=utf-8");
        HttpResponse<byte[]> small = files.get(session, picture.getString("attachment"), "?thumbnail");
        assertSafe(small, "image/png");
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(small.body()));
        assertThat(image.getWidth()).isEqualTo(320);
        assertThat(image.getHeight()).isEqualTo(240);
        assertThat(files.get(session, text, "?thumbnail").statusCode()).isEqualTo(404);
    }

    private static void assertSafe(HttpResponse<?> response, String type) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Content-Type")).isEqualTo(type);
        assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(response, "Content-Security-Policy")).isEqualTo("default-src 'none'; sandbox");
        assertThat(header(response, "Cache-Control")).startsWith("private");
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"database", "folder"})
    void a_part_of_a_file_can_be_asked_for(String store) {
        start(store, Map.of());
        String session = create();
        byte[] noise = noise(20_000);
        String id = files.id(session, "a.pdf", noise);

        for (int[] range : new int[][] {{0, 0}, {4_095, 4_096}, {5_000, 17_000}, {19_999, 19_999}}) {
            HttpResponse<byte[]> part = files.get(session, id, "", "Range", "bytes=" + range[0] + "-" + range[1]);
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(noise, range[0], range[1] + 1));
            assertThat(header(part, "Content-Range")).isEqualTo("bytes " + range[0] + "-" + range[1] + "/20000");
        }
        assertThat(files.get(session, id, "", "Range", "bytes=-3").body()).hasSize(3);
        assertThat(files.get(session, id, "", "Range", "bytes=20000-").statusCode())
                .isEqualTo(416);
        assertThat(files.get(session, id, "", "Range", "lines=1-2").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"database", "folder"})
    void what_is_refused_or_cut_off_leaves_nothing(String store) throws Exception {
        start(
                store,
                Map.of(
                        "attachments.imageBytesMax", "10000",
                        "attachments.textBytesMax", "5000",
                        "attachments.pixelsMax", "400000",
                        "attachments.sessionBytesMax", "9000"));
        String session = create();

        assertRefused(files.put(session, "empty", new byte[0]), 400, "bad_request", "The file is empty.");
        assertRefused(files.put(session, "a.png", new byte[] {1, 2, 0}), 400, "bad_request", "neither an image");
        assertRefused(
                files.put(session, "a.png", Arrays.copyOf(PICTURE, PICTURE.length - 20)),
                400,
                "bad_request",
                "damaged");
        assertRefused(files.put(session, "a.png", TestImages.png(1_000, 401)), 413, "too_large", "400000 pixels");
        assertRefused(
                files.put(session, "a.txt", "x".repeat(5_001).getBytes(UTF_8)),
                413,
                "too_large",
                "A text must not exceed 5000");
        assertRefused(files.put(session, "a.pdf", noise(9_001)), 413, "too_large", "All files of a session");
        assertThat(files.put("s_of_nobody", "a.txt", TEXT).statusCode()).isEqualTo(404);
        String foreign = new JsonObject(server.call("POST", "/api/v1/sessions", server.token("eve"), "{}")
                        .body())
                .getString("session");
        assertThat(files.put(foreign, "a.txt", TEXT).statusCode()).isEqualTo(404);
        Socket upload = beginUpload(session);
        await().atMost(TestServer.PATIENCE).until(() -> count("SELECT count(*) FROM attachment_blob") > 0);
        upload.close();

        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"database", "folder"})
    void an_upload_that_does_not_go_on_ends_and_leaves_nothing(String store) throws Exception {
        start(store, Map.of("attachments.idleMs", "500"));

        try (Socket upload = beginUpload(create())) {
            assertThat(new String(upload.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 408");
        }

        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        await().atMost(TestServer.PATIENCE).untilAsserted(() -> {
            assertThat(count("SELECT count(*) FROM attachment_blob")).isZero();
            assertThat(count("SELECT count(*) FROM attachment_chunk")).isZero();
            assertThat(stored()).isZero();
        });
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code, String words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo(code);
        assertThat(new JsonObject(answer.body()).getString("message")).contains(words);
    }

    /** Sends the first 6,000 bytes of a PDF of 8,000. */
    private Socket beginUpload(String session) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        OutputStream out = socket.getOutputStream();
        out.write(("POST /api/v1/sessions/" + session + "/attachments HTTP/1.1\r\nHost: localhost\r\n"
                        + "Authorization: Bearer " + token + "\r\nContent-Length: 8000\r\n\r\n")
                .getBytes(UTF_8));
        out.write(noise(6_000));
        out.flush();
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"database", "folder"})
    void an_erased_session_takes_its_files_along(String store) {
        start(store, Map.of());
        String session = create();
        String id = files.id(session, "a.png", PICTURE);
        String other = create();
        String kept = files.id(other, "b.png", PICTURE);

        server.call("DELETE", "/api/v1/sessions/" + session, token, null);

        assertThat(files.get(session, id, "").statusCode()).isEqualTo(404);
        assertThat(files.get(other, id, "").statusCode()).isEqualTo(404);
        assertThat(files.get(other, kept, "").body()).isEqualTo(PICTURE);
        await().atMost(TestServer.PATIENCE)
                .untilAsserted(() -> assertThat(count("SELECT count(*) FROM attachment_blob"))
                        .isEqualTo(1));
        assertThat(stored()).isEqualTo(store.equals("folder") ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"database", "folder"})
    void a_fork_keeps_the_file_when_its_source_is_erased_and_takes_it_along_at_last(String store) {
        start(store, Map.of());
        String session = create();
        String picture = files.id(session, "cat.png", PICTURE);
        String message = sent(session, picture);
        HttpResponse<String> forked = server.call(
                "POST", "/api/v1/sessions/" + session + "/fork", token, "{\"message\":\"" + message + "\"}");
        String fork = new JsonObject(forked.body()).getString("session");

        erase(session);

        assertThat(files.get(session, picture, "").statusCode()).isEqualTo(404);
        assertThat(files.get(fork, picture, "").body()).isEqualTo(PICTURE);
        assertThat(stored()).isEqualTo(store.equals("folder") ? 1 : 0);
        erase(fork);
        assertNothingIsLeft();
    }

    /** Sends the picture; returns the id of its message, when it is answered. */
    private String sent(String session, String picture) {
        try (TestClient tab = server.client("ada")) {
            tab.attachLive(session);
            JsonObject part = new JsonObject().put("type", "image").put("attachment", picture);
            JsonObject sent =
                    tab.ask("send", new JsonObject().put("session", session).put("parts", new JsonArray().add(part)));
            tab.awaitEnd(session, sent.getString("run"));
            return sent.getString("message");
        }
    }

    private void erase(String session) {
        server.call("DELETE", "/api/v1/sessions/" + session, token, null);
        await().atMost(TestServer.PATIENCE)
                .untilAsserted(
                        () -> assertThat(count("SELECT count(*) FROM erasure")).isZero());
    }

    /** More of them than one step of the erasure deletes. */
    @Test
    void an_erasure_is_done_when_all_files_are_deleted() {
        start("folder", Map.of("erasures.batch", "1"));
        String session = create();
        for (int i = 0; i < 5; i++) files.id(session, i + ".txt", TEXT);
        assertThat(stored()).isEqualTo(5);

        erase(session);

        assertThat(stored()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"database", "folder"})
    void the_orphan_job_removes_what_was_never_sent_and_what_an_upload_left(String store) throws SQLException {
        start(store, Map.of());
        String session = create();
        String old = files.id(session, "old.txt", TEXT);
        String fresh = files.id(session, "fresh.txt", TEXT);
        run("UPDATE attachment SET uploaded_at = now() - interval '25 hours' WHERE id = '" + old + "'");
        run("INSERT INTO attachment_blob (id, place, chunk_bytes, begun_at) VALUES ('b_left', '" + store
                + "', 4096, now() - interval '2 hours')");

        String admin = server.token("root", "admin");
        server.call("POST", "/api/v1/jobs/orphan-sweep/run", admin, "{}");

        await().atMost(TestServer.PATIENCE)
                .untilAsserted(() -> assertThat(count("SELECT count(*) FROM attachment_blob"))
                        .isEqualTo(1));
        assertThat(files.get(session, old, "").statusCode()).isEqualTo(404);
        assertThat(files.get(session, fresh, "").body()).isEqualTo(TEXT);
    }

    private String create() {
        return new JsonObject(
                        server.call("POST", "/api/v1/sessions", token, "{}").body())
                .getString("session");
    }

    /** A PDF as far as its first bytes tell. */
    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        System.arraycopy("%PDF-1.7\n".getBytes(UTF_8), 0, noise, 0, 9);
        return noise;
    }

    private long stored() {
        Path files = folder.resolve("files");
        if (!Files.exists(files)) return 0;
        try (Stream<Path> all = Files.list(files)) {
            return all.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private long count(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
