package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Administration;
import io.reprise.testing.Patience;
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
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cleanup leaves when Redis uses more memory than it should. */
class RedisPressureIT {
    private static final long HOURS_MS = TimeUnit.HOURS.toMillis(2);

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final DatabaseUri database = TestDatabase.fresh();
    private final Rows rows = new Rows(database);
    private TestRedis redis;
    private Redis client;
    private ServerProcess server;

    @BeforeEach
    void start() {
        redis = new TestRedis(folder);
        client = Redis.createClient(vertx, redis.url() + "/1");
        server = ServerProcess.start(Map.of(
                "database.url", database.reveal(),
                "redis.url", redis.url(),
                "checkpoints.store", "redis",
                "checkpoints.pressureMb", "1",
                "checkpoints.pressureRetentionDays", "0",
                "interrupts.tools", "sleep",
                "jobs.pollMs", "100"));
    }

    @AfterEach
    void stop() {
        if (server != null) server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        redis.close();
    }

    @Test
    void checkpoints_of_open_questions_stay_and_those_of_ended_runs_go() throws SQLException {
        String waiting = asked();
        String over = asked();
        answer(over);
        await().atMost(Patience.LIMIT)
                .until(() -> rows.text("SELECT count(*) FROM run WHERE outcome IS NULL")
                        .equals("0"));
        List<String> needed = keys(waiting);
        assertThat(needed).isNotEmpty();
        assertThat(keys(over)).isNotEmpty();
        // Without this Redis may use less than a megabyte.
        ask(Request.cmd(Command.SET).arg("filler").arg("x".repeat(4 << 20)));

        // The last checkpoint of a run may be saved after its end.
        await().atMost(Patience.LIMIT).untilAsserted(() -> {
            for (String key : keys("")) age(key);
            JsonObject result =
                    new Administration(server::call, server.token("root", "admin")).run("checkpoint-cleanup", "{}");

            assertThat(result.getInteger("retentionDays")).isZero();
            assertThat(result.getInteger("deletedCount")).isPositive();
            assertThat(keys(over)).isEmpty();
        });
        assertThat(keys(waiting)).isEqualTo(needed);
        String run = answer(waiting);
        await().atMost(Patience.LIMIT)
                .until(() -> "success".equals(rows.text("SELECT outcome FROM run WHERE id = '" + run + "'")));
    }

    private void age(String key) {
        long at =
                Long.parseLong(ask(Request.cmd(Command.HGET).arg(key).arg("at")).toString());
        ask(Request.cmd(Command.HSET).arg(key).arg("at").arg(at - HOURS_MS));
    }

    private List<String> keys(String session) {
        return ask(Request.cmd(Command.KEYS).arg("checkpoint:" + session + "*")).stream()
                .map(Response::toString)
                .sorted()
                .toList();
    }

    private Response ask(Request request) {
        try {
            return client.send(request).await(120, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    private String asked() {
        try (TestClient tab = server.client("ada")) {
            return tab.asked();
        }
    }

    private String answer(String session) throws SQLException {
        return new JsonObject(server.call(
                                "POST",
                                "/api/v1/sessions/" + session + "/answer",
                                server.token("ada"),
                                rows.approval(session))
                        .body())
                .getString("run");
    }
}
