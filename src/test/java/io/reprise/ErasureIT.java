package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.EveryStore;
import io.reprise.testing.Patience;
import io.reprise.testing.Planted;
import io.reprise.testing.Rows;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestRedis;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Symptom: the checkpoints in Redis of a deleted session remained for days. Cause: the pending erasure was
 * known only to the process, which gave up after half a minute or died earlier.
 */
class ErasureIT {
    private static final String SECRET = "kumquat";

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private EveryStore everywhere;
    private final DatabaseUri database = TestDatabase.fresh();
    private final Map<String, String> settings = new HashMap<>(Map.of(
            "database.url", database.reveal(),
            "checkpoints.store", "redis",
            // A run saves a checkpoint before it asks for a decision.
            "interrupts.tools", "sleep",
            "erasures.pollMs", "100",
            "erasures.retryMs", "100",
            "erasures.retryMaxMs", "200",
            "erasures.againMs", "500"));
    private final Rows rows = new Rows(database);
    private TestRedis redis;
    private Redis looking;
    private ServerProcess server;

    @BeforeEach
    void start_redis() {
        redis = new TestRedis(folder);
        looking = Redis.createClient(vertx, redis.url() + "/1");
        settings.put("redis.url", redis.url());
    }

    @AfterEach
    void stop_everything() {
        if (server != null) server.close();
        if (everywhere != null) everywhere.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        redis.close();
    }

    @Test
    void sessions_deleted_while_redis_was_unavailable_are_erased_after_a_crash_and_a_restart() throws SQLException {
        server = ServerProcess.start(settings);
        everywhere = EveryStore.ofDatabase(database);
        String session = asked(SECRET);
        String other = asked("plum");
        assertThat(keys(session)).isNotEmpty();
        assertThat(everywhere.tablesWith(SECRET)).isNotEmpty();
        List<String> others = keys(other);
        redis.stop();
        delete(session);
        server.kill();
        redis.start();
        assertThat(keys(session)).isNotEmpty();

        server = ServerProcess.start(settings);

        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(keys(session)).isEmpty());
        await().atMost(Patience.LIMIT).until(() -> count("erasure") == 0);
        assertThat(everywhere.tablesWith(SECRET)).isEmpty();
        assertThat(keys(other)).isNotEmpty().isEqualTo(others);
    }

    @Test
    void late_writes_to_redis_are_erased() throws SQLException {
        settings.put("erasures.againMs", "600000");
        server = ServerProcess.start(settings);
        String session = asked(SECRET);
        Response late = ask(Request.cmd(Command.DUMP).arg(keys(session).getFirst()));
        delete(session);
        await().atMost(Patience.LIMIT).until(() -> number("SELECT count(*) FROM erasure WHERE erased_at IS NULL") == 0);
        assertThat(keys(session)).isEmpty();

        ask(Request.cmd(Command.ZADD).arg("checkpoints:" + session).arg(1).arg("c_late"));
        ask(Request.cmd(Command.RESTORE)
                .arg("checkpoint:" + session + ":c_late")
                .arg(0)
                .arg(late.toBuffer()));
        rows.execute("UPDATE erasure SET erased_at = erased_at - interval '1 hour', due_at = now()");

        await().atMost(Patience.LIMIT).until(() -> count("erasure") == 0);
        assertThat(keys(session)).isEmpty();
    }

    /** The data of a session is in many places; of an erased one only the audit log may know. */
    @Test
    void an_erased_session_remains_only_in_the_audit_log() throws Exception {
        settings.put("data.dir", Files.createDirectory(folder.resolve("data")).toString());
        settings.put("sessions.titles", "text");
        settings.put("attachments.store", "folder");
        server = ServerProcess.start(settings);
        String command = "create-1";
        String session = create(command).getString("session");
        fill(session);
        String admin = admin();
        server.call("PATCH", "/api/v1/jobs/checkpoint-cleanup", admin, "{\"paused\":true}");
        server.call("POST", "/api/v1/jobs/checkpoint-cleanup/run", admin, "{\"session\":\"" + session + "\"}");
        JsonObject fork = fork(session);
        JsonObject seen = metadata(fork);
        assertThat(seen.getJsonObject("forkedFrom").getString("session")).isEqualTo(session);
        changeMetadata(fork, seen.copy().put("colour", "red"));
        assertThat(metadata(fork)).isEqualTo(seen.copy().put("colour", "red"));
        Planted.rows(database, "ada", session);
        server.call(
                "POST",
                "/api/v1/sessions/" + session + "/attachments?name=notes.txt",
                server.token("ada"),
                "notes of " + session);
        everywhere = new EveryStore(database, redis, folder.resolve("data"));
        assertThat(everywhere.filesWith(session))
                .as("in the folder of attachments")
                .isNotEmpty();
        everywhere.assertEveryTableKnows(session, EveryStore.SESSIONS, "erasure");
        assertThat(everywhere.tablesWith(session)).contains("hook_delivery", "attachment_chunk");
        assertThat(everywhere.keysWith(session)).isNotEmpty();

        delete(session);

        await().atMost(Patience.LIMIT).until(() -> count("erasure") == 0);
        everywhere.assertOnlyAuditKnows(session);
        assertThat(create(command).getString("code")).isEqualTo("not_found");
        assertThat(metadata(fork).getJsonObject("forkedFrom").fieldNames()).containsExactly("message");
        // and a client that still knows it cannot put it back
        changeMetadata(fork, seen);
        assertThat(metadata(fork).getJsonObject("forkedFrom").fieldNames()).containsExactly("message");
        server.kill();
        server = ServerProcess.start(settings);
        assertThat(create(command).getString("code")).isEqualTo("not_found");
        everywhere.assertOnlyAuditKnows(session);
    }

    /** Symptom: what was in Redis and in the folder stayed there for ever after the settings had been changed. */
    @Test
    void sessions_are_also_erased_in_the_stores_of_earlier_settings() throws Exception {
        settings.put("data.dir", Files.createDirectory(folder.resolve("data")).toString());
        settings.put("attachments.store", "folder");
        server = ServerProcess.start(settings);
        everywhere = new EveryStore(database, redis, folder.resolve("data"));
        String waiting = askedWithFile();
        String later = askedWithFile();
        redis.stop();
        delete(waiting);
        server.kill();
        redis.start();
        settings.putAll(Map.of("checkpoints.store", "postgres", "attachments.store", "database", "redis.url", ""));

        server = ServerProcess.start(settings);

        assertThat(server.logged("checkpoints of deleted sessions are left in a Redis"
                        + " that redis.url does not name any more"))
                .hasSize(1);
        assertThat(everywhere.keysWith(waiting)).isNotEmpty();
        server.kill();
        settings.put("redis.url", redis.url());
        server = ServerProcess.start(settings);
        assertThat(everywhere.filesWith(later)).isNotEmpty();
        assertThat(everywhere.keysWith(later)).isNotEmpty();
        delete(later);
        await().atMost(Patience.LIMIT).until(() -> count("erasure") == 0);
        everywhere.assertOnlyAuditKnows(waiting);
        everywhere.assertOnlyAuditKnows(later);
    }

    private String askedWithFile() {
        String session = asked(SECRET);
        String path = "/api/v1/sessions/" + session + "/attachments?name=notes.txt";
        assertThat(server.call("POST", path, server.token("ada"), "notes of " + session)
                        .statusCode())
                .isEqualTo(201);
        return session;
    }

    private void delete(String session) {
        assertThat(server.call("DELETE", "/api/v1/sessions/" + session, server.token("ada"), null)
                        .statusCode())
                .isEqualTo(204);
    }

    private JsonObject metadata(JsonObject session) {
        String path = "/api/v1/sessions/" + session.getString("session");
        return new JsonObject(
                        server.call("GET", path, server.token("ada"), null).body())
                .getJsonObject("metadata");
    }

    private void changeMetadata(JsonObject session, JsonObject metadata) {
        String path = "/api/v1/sessions/" + session.getString("session");
        String body = new JsonObject().put("metadata", metadata).encode();
        assertThat(server.call("PATCH", path, server.token("ada"), body).statusCode())
                .isEqualTo(200);
    }

    private JsonObject create(String command) {
        return new JsonObject(server.call(
                        "POST",
                        "/api/v1/sessions",
                        server.token("ada"),
                        "{\"title\":\"Erase me\"}",
                        Map.of("Idempotency-Key", command))
                .body());
    }

    private JsonObject fork(String session) {
        String message = new JsonObject(server.call(
                                "GET", "/api/v1/sessions/" + session + "/messages?limit=1", server.token("ada"), null)
                        .body())
                .getJsonArray("messages")
                .getJsonObject(0)
                .getString("id");
        return new JsonObject(server.call(
                        "POST",
                        "/api/v1/sessions/" + session + "/fork",
                        server.token("ada"),
                        "{\"message\":\"" + message + "\"}",
                        Map.of("Idempotency-Key", "fork-1"))
                .body());
    }

    /** Messages, calls of tools, an open interrupt, a recall, a rename, waiting messages. */
    private void fill(String session) {
        try (TestClient tab = server.client("ada")) {
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/echo " + SECRET).getString("run"));
            tab.awaitEnd(session, tab.send(session, "/tool time {}").getString("run"));
            server.call(
                    "POST",
                    "/api/v1/sessions/" + session + "/recalls",
                    server.token("ada"),
                    "{\"text\":\"later\",\"schedule\":{\"kind\":\"delay\",\"afterMs\":86400000}}");
            server.call("PATCH", "/api/v1/sessions/" + session, server.token("ada"), "{\"title\":\"Other\"}");
            tab.awaitEnd(
                    session, tab.send(session, "/tool sleep {\"seconds\":0.01}").getString("run"));
            tab.send(session, "waits");
        }
    }

    private String admin() {
        return server.token("root", "admin");
    }

    /** A session with a run that waits for an answer, so that there is a checkpoint. */
    private String asked(String word) {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/echo " + word).getString("run"));
            tab.awaitEnd(
                    session, tab.send(session, "/tool sleep {\"seconds\":0.01}").getString("run"));
            return session;
        }
    }

    private List<String> keys(String session) {
        return ask(Request.cmd(Command.KEYS).arg("checkpoint*:" + session + "*")).stream()
                .map(Response::toString)
                .sorted()
                .toList();
    }

    private Response ask(Request request) {
        return ask(looking, request);
    }

    private static Response ask(Redis client, Request request) {
        try {
            return client.send(request).await(120, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    private long count(String table) throws SQLException {
        return number("SELECT count(*) FROM " + table);
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
