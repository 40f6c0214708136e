package io.reprise.store.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.agent.checkpoint.Checkpointer.SaveOutcome;
import io.reprise.config.Settings;
import io.reprise.config.storage.CheckpointSettings;
import io.reprise.job.Job.Order;
import io.reprise.job.Sweep;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.store.job.PgCheckpointSweep;
import io.reprise.store.job.PgNeededCheckpoints;
import io.reprise.store.job.PgSweeps;
import io.reprise.store.postgres.StoreFixture;
import io.reprise.support.Current;
import io.reprise.testing.DatabaseProxy;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PgCheckpointerIT extends CheckpointerContract {
    private static final CheckpointSettings SETTINGS = limits(Map.of()).checkpoints();
    private static StoreFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new StoreFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Override
    public Checkpointer open() {
        fixture.execute("DELETE FROM session; DELETE FROM checkpoint");
        session("s_1", "ada");
        session("s_2", "bob");
        return on(fixture.pool);
    }

    private static void session(String id, String user) {
        fixture.execute(
                "INSERT INTO session (id, user_id, epoch, owner) VALUES ('" + id + "', '" + user + "', 'e', 1)");
        run(id, "r_1", "'success'", "NULL");
    }

    private static void run(String session, String id, String outcome, String resume) {
        fixture.execute(
                "INSERT INTO run (session_id, id, origin, first_seq, exact, started_at, outcome, resume) VALUES ('"
                        + session + "', '" + id + "', 'user', 1, true, now(), " + outcome + ", " + resume + ")");
    }

    @Override
    public Sweep cleanup(Order order, long ageMs, int batch) {
        return new PgCheckpointSweep(fixture.pool::run, order, PgTimes.toTime(nowMs.get() - ageMs), batch);
    }

    @Override
    public void need(String session, String checkpoint) {
        run(session, "r_2", "'interrupt'", "'{\"checkpoint\":\"" + checkpoint + "\",\"answers\":[]}'");
        fixture.execute("""
                INSERT INTO interrupt (session_id, id, run_id, place, tool_call, tool, arguments, created_at, expires_at)
                VALUES ('%s', 'i_1', 'r_2', 0, 't_1', 'sleep', '{}', now(), now())""".formatted(session));
    }

    @Test
    void checkpoints_of_unfinished_runs_are_never_deleted() {
        Checkpointer store = on(fixture.pool);
        for (int seq = 1; seq <= 3; seq++) await(store.save(checkpoint("c_" + seq, seq)));
        run("s_1", "r_3", "NULL", "'{\"checkpoint\":\"c_2\",\"answers\":[]}'");
        await(store.save(new Checkpoint("s_1", "r_3", "c_4", 4, 1, null, List.of(), List.of(), 0)));
        nowMs.addAndGet(TimeUnit.DAYS.toMillis(400));

        await(cleanup(Order.ALL, 0, 100).next());
        String kept = fixture.look("SELECT string_agg(id, ' ' ORDER BY id) FROM checkpoint");
        Map<String, Set<String>> needed =
                await(new PgNeededCheckpoints(fixture.pool).of(List.of("s_1", "s_2", "s_unknown"), null));
        fixture.execute("UPDATE run SET outcome = 'success' WHERE id = 'r_3'");
        await(cleanup(Order.ALL, 0, 100).next());

        assertThat(kept).isEqualTo("c_2 c_4");
        assertThat(needed).isEqualTo(Map.of("s_1", Set.of("r_3", "c_2"), "s_2", Set.of(), "s_unknown", Set.of()));
        assertThat(fixture.look("SELECT count(*) FROM checkpoint")).isEqualTo("0");
    }

    @Test
    void the_size_of_the_store_is_that_of_all_checkpoints() {
        Checkpointer store = on(fixture.pool);
        assertThat(await(PgSweeps.checkpointBytes(fixture.pool))).isZero();

        await(store.save(checkpoint("c_1", 11)));

        assertThat(await(PgSweeps.checkpointBytes(fixture.pool)))
                .isEqualTo(await(store.find("s_1", "c_1")).orElseThrow().bytes());
    }

    private PgCheckpointer on(PgPool pool) {
        return new PgCheckpointer(pool, Current.always(SETTINGS), nowMs::get);
    }

    @Test
    void checkpoints_of_a_run_are_erased_with_it_and_a_late_one_is_refused() {
        Checkpointer store = on(fixture.pool);
        await(store.save(checkpoint("c_1", 11)));

        fixture.execute("DELETE FROM run WHERE session_id = 's_1'");

        assertThat(await(store.load("s_1", "c_1"))).isEmpty();
        assertFails(store.save(checkpoint("c_2", 12)));
    }

    @Test
    void an_unreadable_checkpoint_counts_as_missing() {
        Checkpointer store = on(fixture.pool);
        await(store.save(checkpoint("c_1", 11)));

        fixture.execute("UPDATE checkpoint SET body = 'null'");
        boolean nothing = await(store.load("s_1", "c_1")).isPresent();
        fixture.execute("UPDATE checkpoint SET body = '{\"context\":[{\"type\":\"later\"}]}'");

        assertThat(nothing).isFalse();
        assertThat(await(store.load("s_1", "c_1"))).isEmpty();
    }

    @Test
    void requests_fail_while_the_database_is_unavailable() {
        PgPool closed = fixture.anotherPool();
        await(closed.close());
        Checkpointer store = on(closed);

        assertFails(store.save(checkpoint("c_1", 11)));
        assertFails(store.load("s_1", "c_1"));
        assertFails(store.find("s_1", "c_1"));
        assertFails(store.list("s_1", Long.MAX_VALUE, 5));
        assertFails(store.erase("s_1", Long.MAX_VALUE));
        assertThat(await(on(fixture.pool).save(checkpoint("c_1", 11)))).isEqualTo(new SaveOutcome.Saved());
    }

    @Test
    void an_unresponsive_database_is_waited_for_at_most_the_checkpoint_timeout() {
        Vertx vertx = Vertx.vertx();
        try (DatabaseProxy proxy = DatabaseProxy.before(fixture.uri())) {
            // The database itself may take a minute.
            Settings settings = limits(Map.of("database.timeoutMs", "60000", "checkpoints.timeoutMs", "100"));
            PgPool pool = PgPool.open(vertx, proxy.uri(), settings.database(), StoreFixture.slow());
            proxy.stall();

            assertFails(new PgCheckpointer(pool, Current.always(settings.checkpoints()), nowMs::get)
                    .save(checkpoint("c_1", 11)));
        } finally {
            vertx.close();
        }
    }
}
