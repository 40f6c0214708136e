package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.LogLines;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestRedis;
import io.reprise.testing.TestServer;
import io.reprise.testing.Transcript;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that keeps checkpoints in Redis, which receives clears and deletes sooner or later. */
class RedisCheckpointsIT {
    @TempDir
    private static Path folder;

    private static Vertx vertx;
    private static TestRedis redis;
    private static Redis looking;
    private static TestServer server;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        redis = new TestRedis(folder);
        looking = Redis.createClient(vertx, redis.url() + "/1");
        server = TestServer.start(
                TestDatabase.fresh(),
                Map.of(
                        "checkpoints.store", "redis",
                        "checkpoints.timeoutMs", "10000",
                        "interrupts.tools", "sleep",
                        "redis.url", redis.url()));
    }

    @AfterAll
    static void stop() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        redis.close();
    }

    @Test
    void a_clear_erases_checkpoints_and_later_runs_save_new_ones() {
        try (TestClient tab = server.client("ada")) {
            String session = kept(tab);
            List<String> before = keys(session);

            assertThat(server.call("POST", "/api/v1/sessions/" + session + "/clear", server.token("ada"), "{}")
                            .statusCode())
                    .isEqualTo(202);

            assertThat(before).isNotEmpty();
            await().untilAsserted(() -> assertThat(keys(session)).isEmpty());
            tab.awaitEnd(session, tab.send(session, "/tool time").getString("run"));
            assertThat(keys(session)).isNotEmpty();
        }
    }

    @Test
    void a_delete_erases_checkpoints_even_if_redis_becomes_available_later() {
        try (TestClient tab = server.client("ada")) {
            String session = kept(tab);
            String other = kept(tab);
            List<String> before = keys(session);
            List<String> others = keys(other);
            redis.stop();
            int status;
            try {
                status = server.call("DELETE", "/api/v1/sessions/" + session, server.token("ada"), null)
                        .statusCode();
            } finally {
                redis.start();
            }

            assertThat(before).isNotEmpty();
            assertThat(status).isEqualTo(204);
            await().atMost(TestServer.PATIENCE)
                    .untilAsserted(() -> assertThat(keys(session)).isEmpty());
            assertThat(keys(other)).isNotEmpty().isEqualTo(others);
        }
    }

    @Test
    void runs_continue_without_checkpoints_while_redis_is_unavailable() {
        try (TestClient tab = server.client("ada")) {
            redis.stop();
            try {
                String session = said(tab, "/tool time {\"zone\":\"UTC\"}");
                assertThat(server.call("GET", "/metrics", server.token("ada"), null)
                                .body())
                        .contains("reprise_checkpoint_seconds_count{outcome=\"failed\"}");
                assertThat(Transcript.of(tab, session).values())
                        .as("with the answer")
                        .hasSizeGreaterThan(1);
            } finally {
                redis.start();
            }
        }
    }

    /** Symptom: a decision while Redis was unavailable for a moment ended the run, and the call was lost. */
    @Test
    void a_call_approved_while_redis_is_unavailable_is_made_when_it_is_available_again() {
        try (TestClient tab = server.client("ada");
                LogLines log = LogLines.of("io.reprise.agent.loop.StoreRetry")) {
            String session = tab.create();
            tab.attachLive(session);
            String asking = tab.send(session, "/tool sleep {\"seconds\":0.01}").getString("run");
            String interrupt = TestClient.event(tab.awaitEnd(session, asking))
                    .getJsonObject("outcome")
                    .getJsonArray("interrupts")
                    .getJsonObject(0)
                    .getString("id");
            JsonObject approval = new JsonObject()
                    .put("session", session)
                    .put("interrupt", interrupt)
                    .put("decision", "approve");
            redis.stop();
            String run;
            try {
                run = tab.ask("answer", approval).getString("run");
                await().atMost(TestServer.PATIENCE)
                        .until(() -> !log.with("reading what a run begins with failed")
                                .isEmpty());
            } finally {
                redis.start();
            }

            JsonObject end = TestClient.event(tab.awaitEnd(session, run));

            assertThat(end.getString("type")).as(end.encode()).isEqualTo("RUN_FINISHED");
            assertThat(tab.text(session, run)).contains("Slept for 0.01 s");
        }
    }

    private static String said(TestClient tab, String text) {
        String session = tab.create();
        tab.attachLive(session);
        tab.awaitEnd(session, tab.send(session, text).getString("run"));
        return session;
    }

    /**
     * A session with a run that called a tool: its turn and its answer are saved, the latter possibly a little later.
     */
    private static String kept(TestClient tab) {
        String session = said(tab, "/tool time");
        await().atMost(TestServer.PATIENCE)
                .untilAsserted(() -> assertThat(keys(session)).hasSize(2));
        return session;
    }

    private static List<String> keys(String session) {
        return ask(Request.cmd(Command.KEYS).arg("checkpoint:" + session + ":*")).stream()
                .map(Response::toString)
                .sorted()
                .toList();
    }

    private static Response ask(Request request) {
        try {
            return looking.send(request).await(120, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }
}
