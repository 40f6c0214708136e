package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.EveryStore;
import io.reprise.testing.Patience;
import io.reprise.testing.Planted;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestRedis;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that nobody uses, in a whole server: found by the job, erased by their owners. */
class ExpiryIT {
    private final Map<String, String> settings = new HashMap<>(Map.of(
            "sessions.userTtlMinutes", "10",
            "sessions.graceMs", "300",
            "sessions.bufferMs", "0",
            "gateway.noticeMs", "20",
            "jobs.pollMs", "100"));

    @TempDir
    private Path folder;

    private TestRedis redis;
    private EveryStore everywhere;
    private TestServer server;

    @AfterEach
    void stop() {
        if (server != null) server.close();
        if (everywhere != null) everywhere.close();
        if (redis != null) redis.close();
    }

    @Test
    void an_idle_session_is_announced_erased_everywhere_and_not_made_again() throws Exception {
        redis = new TestRedis(folder);
        settings.putAll(Map.of(
                "redis.url", redis.url(),
                "checkpoints.store", "redis",
                "interrupts.tools", "sleep",
                "attachments.store", "folder",
                "data.dir", Files.createDirectory(folder.resolve("data")).toString(),
                "erasures.pollMs", "100",
                "erasures.againMs", "500"));
        server = TestServer.start(settings);
        try (TestClient ada = server.client("ada");
                TestClient other = server.client("ada");
                TestClient bob = server.client("bob")) {
            String session = made(ada, "c_make");
            String used = made(ada, "c_used");
            String withRecall = made(ada, "c_recall");
            server.call(
                    "POST",
                    "/api/v1/sessions/" + withRecall + "/recalls",
                    server.token("ada"),
                    "{\"text\":\"tea\",\"schedule\":{\"kind\":\"delay\",\"afterMs\":3600000}}");
            everywhere = fill(session);
            makeOld(session);
            makeOld(withRecall);

            run();

            JsonObject expiring = other.await("the warning", frame -> isNotice(frame, "session.expiring", session));
            assertThat(expiring.getJsonObject("data").getString("title")).isEqualTo("kumquat");
            assertThat(expiring.getJsonObject("data").getInstant("expiresAt")).isNotNull();
            JsonObject expired = other.await("the end", frame -> isNotice(frame, "session.expired", session));
            assertThat(expired.getJsonObject("data")).isEqualTo(expiring.getJsonObject("data"));
            assertThat(server.call("GET", "/api/v1/sessions/" + session, server.token("ada"), null)
                            .statusCode())
                    .isEqualTo(404);
            await().atMost(Patience.LIMIT)
                    .until(() -> text("SELECT count(*) FROM erasure").equals("0"));
            await().atMost(Patience.LIMIT).untilAsserted(() -> everywhere.assertOnlyAuditKnows(session));
            assertThat(text("SELECT action || coalesce(user_id, '-') FROM audit WHERE session_id = '" + session
                            + "' AND action LIKE 'session.%' AND action <> 'session.stopped'"))
                    .isEqualTo("session.expired-");
            JsonObject repeat = ada.ask("create", "c_make", new JsonObject().put("title", "kumquat"));
            assertThat(repeat.getString("code")).isEqualTo("not_found");
            assertThat(everywhere.tablesWith(used)).contains("session");
            assertThat(text("SELECT used_at > now() - interval '1 minute' FROM session WHERE id = '" + withRecall
                            + "'"))
                    .as("a recall is a use")
                    .isEqualTo("t");
            assertThat(bob.frames()).noneMatch(frame -> "notice".equals(frame.getString("type")));

            await().atMost(Patience.LIMIT).until(() -> {
                run();
                return "1".equals(text("SELECT sum(deleted) FROM job_run WHERE job = 'session-expiry'"));
            });
            assertThat(run().getInteger("deletedCount")).isZero();
        }
    }

    @Test
    void a_session_that_is_kept_or_opened_within_the_grace_stays() throws SQLException {
        settings.put("sessions.graceMs", "600000");
        server = TestServer.start(settings);
        try (TestClient ada = server.client("ada")) {
            String kept = made(ada, "c_kept");
            String opened = made(ada, "c_opened");
            makeOld(kept);
            makeOld(opened);
            run();
            ada.await("a warning", frame -> isNotice(frame, "session.expiring", kept));
            ada.await("a warning", frame -> isNotice(frame, "session.expiring", opened));

            String path = "/api/v1/sessions/" + kept + "/keep";
            assertThat(server.call("POST", path, server.token("ada"), "{}").statusCode())
                    .isEqualTo(202);
            assertThat(server.call("POST", path, server.token("ada"), "{}").statusCode())
                    .isEqualTo(202);
            assertThat(server.call("POST", path, server.token("bob"), "{}").statusCode())
                    .isEqualTo(404);
            ada.attachLive(opened);

            ada.await("no expiry", frame -> isNotice(frame, "session.kept", kept));
            ada.await("no expiry", frame -> isNotice(frame, "session.kept", opened));
            assertThat(text("SELECT count(*) FROM session WHERE id IN ('" + kept + "', '" + opened
                            + "') AND (used_at > now() - interval '9 minutes' OR id = '" + opened + "')"))
                    .isEqualTo("2");
        }
    }

    /** Symptom: a chat that was open for hours would be gone at once when its tab was closed. */
    @Test
    void an_open_session_does_not_expire_and_its_time_begins_when_it_is_closed() throws SQLException {
        server = TestServer.start(settings);
        try (TestClient ada = server.client("ada")) {
            String session = made(ada, "c_open");
            String other = made(ada, "c_other");
            makeOld(other);
            ada.attachLive(session);
            execute("UPDATE session SET updated_at = now() - interval '1 hour', used_at = NULL WHERE id = '" + session
                    + "'");

            run();

            ada.await("the end of the other", frame -> isNotice(frame, "session.expired", other));
            await().atMost(Patience.LIMIT)
                    .until(() -> text("SELECT used_at > now() - interval '1 minute' FROM session WHERE id = '" + session
                                    + "'")
                            .equals("t"));
            execute("UPDATE session SET used_at = NULL WHERE id = '" + session + "'");
            ada.ask("detach", new JsonObject().put("session", session));
            await().atMost(Patience.LIMIT)
                    .until(() -> text("SELECT used_at IS NOT NULL FROM session WHERE id = '" + session + "'")
                            .equals("t"));
            assertThat(ada.frames()).noneMatch(frame -> isNotice(frame, "session.expiring", session));
        }
    }

    /** With copies in every store, and nothing that keeps it in use. */
    private EveryStore fill(String session) {
        try (TestClient tab = server.client("ada")) {
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/echo kumquat").getString("run"));
            tab.awaitEnd(
                    session, tab.send(session, "/tool sleep {\"seconds\":0.01}").getString("run"));
            assertThat(tab.ask("stop", new JsonObject().put("session", session)).getString("type"))
                    .isEqualTo("result");
        }
        server.call(
                "POST",
                "/api/v1/sessions/" + session + "/attachments?name=notes.txt",
                server.token("ada"),
                "notes of " + session);
        Planted.rows(server.database(), "ada", session);
        EveryStore store = new EveryStore(server.database(), redis, folder.resolve("data"));
        store.assertEveryTableKnows(session, EveryStore.SESSIONS, "erasure", "recall");
        assertThat(store.keysWith(session)).isNotEmpty();
        assertThat(store.filesWith(session)).isNotEmpty();
        return store;
    }

    private static String made(TestClient client, String id) {
        JsonObject made = client.ask("create", id, new JsonObject().put("title", "kumquat"));
        return made.getString("session");
    }

    /** It was used an hour ago, and has left memory since. */
    private void makeOld(String session) throws SQLException {
        await().atMost(Patience.LIMIT).until(() -> server.held().sessions() == 0);
        execute("UPDATE session SET updated_at = now() - interval '1 hour', used_at = NULL WHERE id = '" + session
                + "'");
    }

    /** Runs the job, and returns its result. */
    private JsonObject run() {
        String admin = server.token("root", "admin");
        String before = newest(admin).encode();
        await().atMost(Patience.LIMIT)
                .until(() -> server.call("POST", "/api/v1/jobs/session-expiry/run", admin, "{}")
                                .statusCode()
                        == 202);
        await().atMost(Patience.LIMIT).until(() -> {
            JsonObject now = newest(admin);
            return now.containsKey("endedAt") && !now.encode().equals(before);
        });
        return newest(admin);
    }

    private JsonObject newest(String admin) {
        JsonArray runs = new JsonObject(server.call("GET", "/api/v1/job-runs?job=session-expiry&limit=1", admin, null)
                        .body())
                .getJsonArray("runs");
        return runs.isEmpty() ? new JsonObject() : runs.getJsonObject(0);
    }

    private static boolean isNotice(JsonObject frame, String kind, String session) {
        return kind.equals(frame.getString("kind"))
                && session.equals(frame.getJsonObject("data").getString("session"));
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(server.database());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(server.database());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
