package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.EveryStore;
import io.reprise.testing.Patience;
import io.reprise.testing.Planted;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestRedis;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Erasing a user removes that user's data from every store, and no data of others. */
class UserErasureIT {
    private static final String ADA = "ada-of-kumquat";
    private static final String BOB = "bob-of-plum";

    @TempDir
    private Path folder;

    private final DatabaseUri database = TestDatabase.fresh();
    private TestRedis redis;
    private EveryStore everywhere;
    private ServerProcess server;

    @AfterEach
    void stop() {
        if (server != null) server.close();
        if (everywhere != null) everywhere.close();
        if (redis != null) redis.close();
    }

    @Test
    void erasing_a_user_removes_all_data_of_that_user_and_no_other() throws Exception {
        redis = new TestRedis(folder);
        everywhere = new EveryStore(database, redis, Files.createDirectory(folder.resolve("data")));
        server = ServerProcess.start(settings());
        List<String> adas = List.of(session(ADA), session(ADA));
        String bobs = session(BOB);
        Planted.rows(database, ADA, adas.getFirst());
        server.call(
                "POST",
                "/api/v1/sessions/" + adas.getLast() + "/attachments?name=notes.txt",
                server.token(ADA),
                "notes of " + ADA);
        String admin = token(ADA, "admin");
        server.call("POST", "/api/v1/jobs/orphan-sweep/run", admin, "{}");
        everywhere.assertEveryTableKnows(ADA, EveryStore.USERS, "user_erasure");
        everywhere.assertEveryTableKnows(adas.getFirst(), EveryStore.SESSIONS, "erasure");
        assertThat(everywhere.filesWith(ADA)).isNotEmpty();
        List<String> keysOfBob = everywhere.keysWith(bobs);
        assertThat(everywhere.keysWith(adas.getFirst())).isNotEmpty();
        assertThat(server.call("DELETE", "/api/v1/users/" + ADA + "/data", token(BOB, "user"), null)
                        .statusCode())
                .isEqualTo(403);

        try (TestClient open = server.client(ADA)) {
            open.attachLive(adas.getFirst());
            // No lease waits for its run.
            open.send(adas.getFirst(), "/hang");
            assertThat(server.call("DELETE", "/api/v1/users/" + ADA + "/data", token("root", "admin"), null)
                            .statusCode())
                    .isEqualTo(202);
            await().atMost(Patience.LIMIT).until(() -> count("user_erasure") == 0 && count("erasure") == 0);
        }

        everywhere.assertNobodyKnows(ADA);
        adas.forEach(everywhere::assertOnlyAuditKnows);
        assertThat(text("SELECT count(DISTINCT user_id) FROM audit WHERE user_id LIKE 'erased:%'"))
                .isEqualTo("1");
        assertThat(text("SELECT user_id || ' ' || (target LIKE 'erased:%') FROM audit WHERE action = 'user.erased'"))
                .isEqualTo("root true");
        assertThat(everywhere.tablesWith(BOB)).contains("session", "recall", "claim");
        assertThat(everywhere.keysWith(bobs)).isNotEmpty().isEqualTo(keysOfBob);
    }

    @Test
    void an_erasure_from_the_command_line_is_carried_out_by_the_server_that_runs_or_comes() throws Exception {
        redis = new TestRedis(folder);
        everywhere = new EveryStore(database, redis, Files.createDirectory(folder.resolve("data")));
        server = ServerProcess.start(settings());
        String session = session(ADA);
        Planted.rows(database, ADA, session);
        server.kill();

        String first = eraseByCommandLine();
        String again = eraseByCommandLine();
        everywhere.assertEveryTableKnows(ADA, EveryStore.USERS);
        assertThat(everywhere.keysWith(session)).isNotEmpty();
        server = ServerProcess.start(settings());

        assertThat(first).startsWith("recorded;");
        assertThat(again).startsWith("recorded before;");
        await().atMost(Patience.LIMIT).until(() -> count("user_erasure") == 0);
        await().atMost(Patience.LIMIT).until(() -> count("erasure") == 0);
        everywhere.assertNobodyKnows(ADA);
        everywhere.assertOnlyAuditKnows(session);
        assertThat(
                        text(
                                "SELECT (user_id IS NULL) || ' ' || (target LIKE 'erased:%') FROM audit WHERE action = 'user.erased'"))
                .isEqualTo("true true");
    }

    private String eraseByCommandLine() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<String, String> environment = Map.of("REPRISE_DATABASE_URL", database.reveal());
        int code = new Main(environment, new PrintStream(out, true, StandardCharsets.UTF_8), System.err)
                .run("--erase-user", ADA);
        assertThat(code).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private Map<String, String> settings() {
        return Map.of(
                "database.url", database.reveal(),
                "data.dir", folder.resolve("data").toString(),
                "attachments.store", "folder",
                "redis.url", redis.url(),
                "checkpoints.store", "redis",
                "interrupts.tools", "sleep",
                "jobs.pollMs", "100",
                "erasures.pollMs", "100",
                "erasures.retryMs", "100",
                "erasures.againMs", "500");
    }

    /** With messages, a recall and an open interrupt. */
    private String session(String user) {
        try (TestClient tab = server.client(user)) {
            String session = tab.create();
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/echo hello").getString("run"));
            server.call(
                    "POST",
                    "/api/v1/sessions/" + session + "/recalls",
                    server.token(user),
                    "{\"text\":\"later\",\"schedule\":{\"kind\":\"delay\",\"afterMs\":86400000}}");
            tab.awaitEnd(
                    session, tab.send(session, "/tool sleep {\"seconds\":0.01}").getString("run"));
            return session;
        }
    }

    private String token(String user, String role) {
        String body =
                new JsonObject().put("user", user).put("roles", List.of(role)).encode();
        return new JsonObject(
                        server.call("POST", "/api/v1/dev/token", null, body).body())
                .getString("token");
    }

    private long count(String table) throws SQLException {
        return Long.parseLong(text("SELECT count(*) FROM " + table));
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "none";
        }
    }
}
