package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Patience;
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
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Erasing a user removes that user's data from every store, and no data of others. */
class UserErasureIT {
    private static final String ADA = "ada-of-kumquat";
    private static final String BOB = "bob-of-plum";

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final DatabaseUri database = TestDatabase.fresh();
    private TestRedis redis;
    private ServerProcess server;

    @AfterEach
    void stop() {
        if (server != null) server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        if (redis != null) redis.close();
    }

    @Test
    void erasing_a_user_removes_all_data_of_that_user_and_no_other() throws SQLException {
        redis = new TestRedis(folder);
        server = ServerProcess.start(settings());
        List<String> adas = List.of(session(ADA), session(ADA));
        String bobs = session(BOB);
        execute("INSERT INTO sign_in (id, user_id, content, ends_at) VALUES ('x', '" + ADA
                + "', '', now() + interval '1 day')");
        execute("INSERT INTO hook (id, session_id, user_id, name, template, secret) VALUES ('hk_x', '" + adas.getFirst()
                + "', '" + ADA + "', 'x', 'x', '')");
        execute("INSERT INTO webhook (id, user_id, name, url, events, secret) VALUES ('wh_x', '" + ADA
                + "', 'x', 'https://example.org/', '{run.ended}', '')");
        execute(
                "INSERT INTO webhook_delivery (id, webhook_id, session_id, event, data, next_at) VALUES ('wd_x', 'wh_x', '"
                        + adas.getFirst() + "', 'run.ended', '{}', 'infinity')");
        execute(
                "INSERT INTO push_subscription (id, user_id, endpoint, name, service, secret, titles, ends_at) VALUES ('pd_x', '"
                        + ADA + "', 'x', 'x', 'x', '', true, now() + interval '1 day')");
        execute("INSERT INTO mcp_sign_in (id, user_id, server, secret) VALUES ('ms_x', '" + ADA + "', 'house', '')");
        execute("INSERT INTO memory (id, user_id, content, words, source) VALUES ('me_x', '" + ADA
                + "', 'a note', to_tsvector('simple', 'a note'), 'agent')");
        execute("INSERT INTO push_message (id, subscription_id, session_id, kind, next_at) VALUES ('pm_x', 'pd_x', '"
                + adas.getFirst() + "', 'run.ended', 'infinity')");
        String admin = token(ADA, "admin");
        server.call("POST", "/api/v1/jobs/orphan-sweep/run", admin, "{}");
        assertThat(tablesWith(ADA))
                .contains(
                        "session",
                        "recall",
                        "claim",
                        "sign_in",
                        "audit",
                        "job_run",
                        "hook",
                        "webhook",
                        "memory",
                        "mcp_sign_in",
                        "push_subscription");
        List<String> keysOfBob = keys(bobs);
        assertThat(keys(adas.getFirst())).isNotEmpty();
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

        assertThat(tablesWith(ADA)).isEmpty();
        for (String session : adas) {
            assertThat(tablesWith(session)).containsExactly("audit");
            assertThat(keys(session)).isEmpty();
        }
        assertThat(text("SELECT count(DISTINCT user_id) FROM audit WHERE user_id LIKE 'erased:%'"))
                .isEqualTo("1");
        assertThat(text("SELECT user_id || ' ' || (target LIKE 'erased:%') FROM audit WHERE action = 'user.erased'"))
                .isEqualTo("root true");
        assertThat(tablesWith(BOB)).contains("session", "recall", "claim");
        assertThat(keys(bobs)).isNotEmpty().isEqualTo(keysOfBob);
    }

    @Test
    void an_erasure_from_the_command_line_is_carried_out_by_the_server_that_runs_or_comes() throws SQLException {
        server = ServerProcess.start(Map.of("database.url", database.reveal()));
        String session = session(ADA);
        server.kill();

        String first = eraseByCommandLine();
        String again = eraseByCommandLine();
        boolean stillThere = !tablesWith(session).isEmpty();
        server = ServerProcess.start(Map.of("database.url", database.reveal(), "jobs.pollMs", "100"));

        assertThat(first).startsWith("recorded;");
        assertThat(again).startsWith("recorded before;");
        assertThat(stillThere).isTrue();
        await().atMost(Patience.LIMIT).until(() -> count("user_erasure") == 0);
        assertThat(tablesWith(ADA)).isEmpty();
        assertThat(tablesWith(session)).containsExactly("audit");
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

    private List<String> keys(String session) {
        Redis looking = Redis.createClient(vertx, redis.url() + "/1");
        try {
            return looking
                    .send(Request.cmd(Command.KEYS).arg("*" + session + "*"))
                    .await(120, TimeUnit.SECONDS)
                    .stream()
                    .map(Response::toString)
                    .sorted()
                    .toList();
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        } finally {
            looking.close();
        }
    }

    private List<String> tablesWith(String word) throws SQLException {
        List<String> found = new ArrayList<>();
        for (String table : tables()) {
            String sql = "SELECT count(*) FROM \"" + table + "\" t WHERE t::text LIKE '%" + word + "%'";
            if (!text(sql).equals("0")) found.add(table);
        }
        return found;
    }

    private List<String> tables() throws SQLException {
        return List.of(
                text("SELECT string_agg(table_name, ' ') FROM information_schema.tables WHERE table_schema = 'public'")
                        .split(" "));
    }

    private long count(String table) throws SQLException {
        return Long.parseLong(text("SELECT count(*) FROM " + table));
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "none";
        }
    }
}
