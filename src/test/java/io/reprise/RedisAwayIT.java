package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.LogLines;
import io.reprise.testing.Patience;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestRedis;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis with checkpoints does not answer for a while, without closing its connections, and then does again. */
class RedisAwayIT {
    private static final int SESSIONS = 8;
    private static final String USER = "ada";
    private static final String ASKING = "/tool sleep {\"seconds\":0.01}";

    @TempDir
    Path folder;

    private TestRedis redis;
    private TestServer server;

    @AfterEach
    void stop_everything() {
        redis.resume();
        server.close();
        redis.close();
    }

    @Test
    void runs_go_on_without_checkpoints_and_those_that_need_one_say_so_until_redis_answers_again() {
        start(Map.of("checkpoints.leaveOutMs", "500"));
        try (TestClient tab = server.client(USER);
                LogLines log = LogLines.of("io.reprise.store.redis")) {
            redis.pause();
            Map<String, String> runs = new HashMap<>();
            for (int i = 0; i < SESSIONS; i++) {
                String session = attached(tab);
                runs.put(session, tab.send(session, "/tool time").getString("run"));
            }

            runs.forEach((session, run) ->
                    assertThat(end(tab, session, run).getString("type")).isEqualTo("RUN_FINISHED"));
            String session = attached(tab);
            JsonObject refused = end(tab, session, tab.send(session, ASKING).getString("run"));

            assertThat(refused.getString("code")).as(refused.encode()).isEqualTo("unavailable");
            assertThat(refused.getString("message")).contains("could not be saved");
            assertThat(server.call("GET", "/health/ready", null, null).statusCode())
                    .isEqualTo(200);
            await().atMost(Patience.LIMIT)
                    .until(() -> !log.with("Redis does not answer; skipping it").isEmpty());
            redis.resume();
            await().atMost(Patience.LIMIT).until(() -> asks(tab));
            assertThat(log.with("Redis is available again")).isNotEmpty();
        }
    }

    /**
     * Symptom: what was approved during an outage was lost if Redis was skipped for longer than the run waits for it, even
     * when it answered again by then.
     */
    @Test
    void an_approved_call_is_made_as_soon_as_redis_answers_again_however_long_it_is_skipped_otherwise() {
        start(Map.of("checkpoints.leaveOutMs", "600000"));
        try (TestClient tab = server.client(USER);
                LogLines skipped = LogLines.of("io.reprise.store.redis");
                LogLines waiting = LogLines.of("io.reprise.agent.loop.StoreRetry")) {
            String session = attached(tab);
            JsonObject approval = new JsonObject()
                    .put("session", session)
                    .put(
                            "interrupt",
                            interrupt(
                                    end(tab, session, tab.send(session, ASKING).getString("run"))))
                    .put("decision", "approve");
            redis.pause();
            String other = attached(tab);
            List<String> ended = new ArrayList<>();
            while (skipped.with("Redis does not answer; skipping it").isEmpty()) {
                ended.add(end(tab, other, tab.send(other, "/tool time").getString("run"))
                        .getString("type"));
            }
            assertThat(ended).containsOnly("RUN_FINISHED");

            String run = tab.ask("answer", approval).getString("run");
            await().atMost(Patience.LIMIT)
                    .until(() -> !waiting.with("reading what a run begins with failed")
                            .isEmpty());
            redis.resume();

            JsonObject end = end(tab, session, run);
            assertThat(end.getString("type")).as(end.encode()).isEqualTo("RUN_FINISHED");
            assertThat(tab.text(session, run)).contains("Slept for 0.01 s");
            assertThat(asks(tab)).as("checkpoints are kept again").isTrue();
        }
    }

    @Test
    void what_is_still_to_be_erased_is_a_metric_until_redis_answers_again() {
        start(Map.of("erasures.pollMs", "100", "erasures.retryMs", "100", "erasures.retryMaxMs", "100"));
        try (TestClient tab = server.client(USER)) {
            String session = attached(tab);
            end(tab, session, tab.send(session, "/tool time").getString("run"));
            awaitPending(0);

            redis.pause();
            assertThat(server.call("DELETE", "/api/v1/sessions/" + session, server.token(USER), null)
                            .statusCode())
                    .isEqualTo(204);
            awaitPending(1);
            redis.resume();

            awaitPending(0);
        }
    }

    // --- helpers

    private void awaitPending(double count) {
        await().atMost(Patience.LIMIT).until(() -> server.metric("reprise_erasures_pending") == count);
    }

    private void start(Map<String, String> settings) {
        redis = new TestRedis(folder);
        Map<String, String> all = new HashMap<>(Map.of(
                "checkpoints.store", "redis",
                "checkpoints.timeoutMs", "2000",
                "interrupts.tools", "sleep",
                "store.waitMs", "600000",
                "redis.url", redis.url()));
        all.putAll(settings);
        server = TestServer.start(TestDatabase.fresh(), all);
    }

    /** Whether a run can wait for a decision, which needs a checkpoint. */
    private static boolean asks(TestClient tab) {
        String session = attached(tab);
        JsonObject end = end(tab, session, tab.send(session, ASKING).getString("run"));
        return end.getString("type").equals("RUN_FINISHED");
    }

    private static String interrupt(JsonObject end) {
        return end.getJsonObject("outcome")
                .getJsonArray("interrupts")
                .getJsonObject(0)
                .getString("id");
    }

    private static String attached(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        return session;
    }

    private static JsonObject end(TestClient tab, String session, String run) {
        return TestClient.event(tab.awaitEnd(session, run));
    }
}
