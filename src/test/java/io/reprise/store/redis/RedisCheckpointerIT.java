package io.reprise.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.agent.checkpoint.Checkpointer.SaveOutcome;
import io.reprise.config.Settings;
import io.reprise.job.Job.Order;
import io.reprise.job.Sweep;
import io.reprise.store.checkpoint.CheckpointerContract;
import io.reprise.store.checkpoint.FakeNeeded;
import io.reprise.store.database.DatabaseUri;
import io.reprise.support.Current;
import io.reprise.telemetry.PrometheusMetrics;
import io.reprise.testing.DatabaseProxy;
import io.reprise.testing.LogLines;
import io.reprise.testing.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisCheckpointerIT extends CheckpointerContract {
    private static final int DATABASE = 3;
    private static final long KEPT_MS = TimeUnit.HOURS.toMillis(25);

    @TempDir
    private static Path folder;

    private static TestRedis server;
    private static Vertx vertx;

    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final FakeNeeded needed = new FakeNeeded();
    private RedisCheckpointer store;
    private Redis looking;

    @BeforeAll
    static void start() {
        server = new TestRedis(folder);
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        await(vertx.close());
        server.close();
    }

    @Override
    public Checkpointer open() {
        looking = Redis.createClient(vertx, server.url() + "/" + DATABASE);
        ask(Command.FLUSHALL);
        store = at(server.url(), "5000");
        return store;
    }

    @AfterEach
    void close() {
        await(looking.close());
        await(store.close());
    }

    private RedisCheckpointer at(String url, String timeoutMs) {
        Settings settings = limits(Map.of(
                "redis.url",
                url,
                "redis.poolSize",
                "2",
                "checkpoints.store",
                "redis",
                "checkpoints.timeoutMs",
                timeoutMs,
                "checkpoints.redisDatabase",
                String.valueOf(DATABASE)));
        return RedisCheckpointer.open(vertx, Current.always(settings), nowMs::get, nowMs::get, metrics.metrics());
    }

    @Override
    public Sweep cleanup(Order order, long ageMs, int batch) {
        return store.sweep(order, ageMs, batch, needed);
    }

    @Override
    public void need(String session, String checkpoint) {
        needed.add(session, checkpoint);
    }

    /** Redis does not know which checkpoints are needed, so it must not delete by itself. */
    @Test
    void all_keys_are_in_the_configured_redis_database_and_stay_until_they_are_deleted() {
        await(store.save(checkpoint("c_1", 11)));

        Redis first = Redis.createClient(vertx, server.url());
        long elsewhere = await(first.send(Request.cmd(Command.DBSIZE))).toLong();
        await(first.close());
        List<String> keys = keys();
        List<Long> left =
                keys.stream().map(key -> ask(Command.PTTL, key).toLong()).toList();

        assertThat(elsewhere).isZero();
        assertThat(keys).containsExactlyInAnyOrder("checkpoint:s_1:c_1", "checkpoints:s_1");
        assertThat(left).allSatisfy(ms -> assertThat(ms).isEqualTo(-1));
    }

    /** Earlier versions let keys expire. */
    @Test
    void a_cleanup_keeps_needed_ones_from_expiring() {
        await(store.save(checkpoint("c_1", 11)));
        await(store.save(checkpoint("c_2", 12)));
        ask(Command.PEXPIRE, "checkpoint:s_1:c_1", "100000");
        ask(Command.PEXPIRE, "checkpoint:s_1:c_2", "100000");
        needed.add("s_1", "c_1");

        await(cleanup(Order.ALL, KEPT_MS, 10).next());

        assertThat(ask(Command.PTTL, "checkpoint:s_1:c_1").toLong()).isEqualTo(-1);
        assertThat(ask(Command.PTTL, "checkpoint:s_1:c_2").toLong()).isPositive();
    }

    /** A run is needed with all its checkpoints. */
    @Test
    void checkpoints_of_needed_runs_are_kept() {
        await(store.save(checkpoint("c_1", 11)));
        needed.add("s_1", "r_1");
        nowMs.addAndGet(KEPT_MS * 9);

        await(cleanup(Order.ALL, 0, 10).next());

        assertThat(keys()).hasSize(2);
    }

    @Test
    void a_cleanup_of_many_sessions_scans_in_small_steps_while_others_are_served() {
        for (int i = 0; i < 300; i++) {
            await(store.save(new Checkpoint("s_" + i, "r_1", "c_1", 1, 1, null, List.of(), List.of(), 0)));
        }
        nowMs.addAndGet(KEPT_MS);
        ask(Command.CONFIG, "RESETSTAT");
        Sweep sweep = cleanup(Order.ALL, KEPT_MS, 20);
        int batches = 0;
        long deleted = 0;
        boolean more = true;
        while (more) {
            Future<Sweep.Batch> next = sweep.next();
            // Between any two sessions of the batch.
            await(store.save(checkpoint("c_young", 5 + batches)));
            deleted += next.await().deleted();
            more = next.result().more();
            batches++;
        }
        String stats = ask(Command.INFO, "commandstats").toString();

        assertThat(deleted).isEqualTo(300);
        assertThat(batches).isGreaterThan(5);
        assertThat(keys()).containsExactlyInAnyOrder("checkpoint:s_1:c_young", "checkpoints:s_1");
        assertThat(stats).contains("cmdstat_scan:").doesNotContain("cmdstat_keys:");
    }

    @Test
    void rows_of_unknown_sessions_are_orphans() {
        await(store.save(checkpoint("c_1", 11)));
        await(store.save(new Checkpoint("s_gone", "r_1", "c_1", 1, 1, null, List.of(), List.of(), 0)));
        // A late write after an erasure: it is in no set.
        ask(Command.HSET, "checkpoint:s_late:c_1", "body", "late");
        ask(Command.SET, "checkpointer", "of somebody else");
        Sweep sweep = store.orphans(
                sessions -> Future.succeededFuture(sessions.contains("s_1") ? Set.of("s_1") : Set.of()), 2);
        long deleted = 0;
        Sweep.Batch batch;
        do {
            batch = await(sweep.next());
            deleted += batch.deleted();
        } while (batch.more());

        assertThat(deleted).isEqualTo(3);
        assertThat(keys()).containsExactlyInAnyOrder("checkpoint:s_1:c_1", "checkpoints:s_1", "checkpointer");
    }

    @Test
    void the_size_of_the_store_is_the_memory_of_redis() {
        assertThat(await(store.bytes())).isBetween(100_000L, 1_000_000_000L);
    }

    @Test
    void no_keys_remain_of_dropped_or_erased_checkpoints() {
        for (int seq = 1; seq <= 12; seq++) await(store.save(checkpoint("c_" + seq, seq)));
        List<String> kept = keys();

        await(store.erase("s_1", Long.MAX_VALUE));

        assertThat(kept)
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("checkpoints:s_1"),
                                IntStream.rangeClosed(3, 12).mapToObj(seq -> "checkpoint:s_1:c_" + seq))
                        .toList());
        assertThat(keys()).isEmpty();
    }

    @Test
    void a_checkpoint_that_redis_expired_is_not_listed_and_does_not_block_others() {
        for (int seq = 1; seq <= 10; seq++) await(store.save(checkpoint("c_" + seq, seq)));
        ask(Command.DEL, "checkpoint:s_1:c_1");
        ask(Command.DEL, "checkpoint:s_1:c_10");

        await(store.save(checkpoint("c_11", 11)));

        assertThat(await(store.list("s_1", Long.MAX_VALUE, 2))).extracting("id").containsExactly("c_11", "c_9");
        assertThat(await(store.load("s_1", "c_2"))).isPresent();
    }

    @Test
    void an_unreadable_checkpoint_counts_as_missing() {
        await(store.save(checkpoint("c_1", 11)));

        ask(Command.HSET, "checkpoint:s_1:c_1", "body", "{");

        assertThat(await(store.load("s_1", "c_1"))).isEmpty();
    }

    @Test
    void requests_fail_while_redis_is_unavailable() {
        await(store.save(checkpoint("c_1", 11)));

        server.stop();
        try {
            assertFails(store.save(checkpoint("c_2", 12)));
            assertFails(store.load("s_1", "c_1"));
            assertFails(store.find("s_1", "c_1"));
            assertFails(store.list("s_1", Long.MAX_VALUE, 5));
            assertFails(store.erase("s_1", Long.MAX_VALUE));
        } finally {
            server.start();
        }

        Awaitility.await()
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(await(store.save(checkpoint("c_3", 13)))).isEqualTo(new SaveOutcome.Saved()));
        assertThat(await(store.load("s_1", "c_3"))).contains(checkpoint("c_3", 13));
    }

    @Test
    void an_unresponsive_redis_is_not_waited_for() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            RedisCheckpointer waiting = at("redis://127.0.0.1:" + silent.getLocalPort(), "100");

            // More than the number of connections: the last ones do not even get one.
            for (int i = 0; i < 4; i++) assertFails(waiting.save(checkpoint("c_1", 11)));

            waiting.close();
        }
    }

    /**
     * Symptom: while Redis did not answer, each step of each run took five seconds more. Cause: each step waited for
     * it.
     */
    @Test
    void an_unresponsive_redis_is_skipped_for_a_while_and_then_tried_again() throws Exception {
        DatabaseUri address =
                DatabaseUri.parse("postgresql://a:b@" + server.url().substring("redis://".length()) + "/c");
        try (DatabaseProxy proxy = DatabaseProxy.before(address);
                LogLines log = LogLines.of(RedisCheckpointer.class.getName())) {
            RedisCheckpointer hanging = at("redis://127.0.0.1:" + proxy.uri().port(), "3000");
            await(hanging.save(checkpoint("c_1", 11)));
            proxy.stall();
            for (int i = 0; i < 3; i++) assertFails(hanging.save(checkpoint("c_2", 12)));
            assertThat(metrics.text()).contains("reprise_checkpoints_left_out_total 0.0");

            for (int i = 0; i < 5; i++) {
                assertThat(hanging.save(checkpoint("c_2", 12)).failed())
                        .as("at once")
                        .isTrue();
            }

            assertThat(metrics.text()).contains("reprise_checkpoints_left_out_total 5.0");
            assertThat(log.with("Redis does not answer")).hasSize(1);
            proxy.heal();
            nowMs.addAndGet(10_000);
            await(hanging.save(checkpoint("c_3", 13)));
            assertThat(await(hanging.load("s_1", "c_3"))).isPresent();
            assertThat(log.with("Redis is available again")).hasSize(1);
            await(hanging.close());
        }
    }

    private List<String> keys() {
        return ask(Command.KEYS, "*").stream().map(Response::toString).toList();
    }

    private Response ask(Command command, String... arguments) {
        Request request = Request.cmd(command);
        for (String argument : arguments) request.arg(argument);
        return await(looking.send(request));
    }
}
