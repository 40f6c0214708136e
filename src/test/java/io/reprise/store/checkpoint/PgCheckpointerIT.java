package io.reprise.store.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.agent.checkpoint.Checkpointer.SaveOutcome;
import io.reprise.config.Settings;
import io.reprise.config.storage.CheckpointSettings;
import io.reprise.store.database.PgPool;
import io.reprise.store.postgres.StoreFixture;
import io.reprise.support.Current;
import io.reprise.testing.DatabaseProxy;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
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
        for (String session : List.of("s_1", "s_2")) {
            fixture.execute(
                    "INSERT INTO session (id, user_id, epoch, owner) VALUES ('" + session + "', 'ada', 'e', 1)");
            run(session);
        }
        return on(fixture.pool);
    }

    private static void run(String session) {
        fixture.execute("INSERT INTO run (session_id, id, origin, first_seq, exact, started_at) VALUES ('" + session
                + "', 'r_1', 'user', 1, true, now())");
    }

    private Checkpointer on(PgPool pool) {
        return new PgCheckpointer(pool, Current.always(SETTINGS), nowMs::get);
    }

    @Test
    void those_of_a_run_go_with_it_and_a_late_one_is_refused() {
        Checkpointer store = on(fixture.pool);
        await(store.save(checkpoint("c_1", 11)));

        fixture.execute("DELETE FROM run WHERE session_id = 's_1'");

        assertThat(await(store.load("s_1", "c_1"))).isEmpty();
        assertFails(store.save(checkpoint("c_2", 12)));
    }

    @Test
    void old_ones_of_quiet_sessions_are_erased_when_another_saves() {
        Checkpointer store = on(fixture.pool);
        for (int i = 1; i <= 9; i++) await(store.save(checkpoint("c_" + i, i)));
        nowMs.addAndGet(TimeUnit.HOURS.toMillis(25));

        await(store.save(new Checkpoint("s_2", "r_1", "o_1", 1, 1, null, List.of(), List.of(), 0)));

        assertThat(fixture.look("SELECT string_agg(id, ' ') FROM checkpoint")).isEqualTo("o_1");
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
    void a_database_that_is_away_fails_what_is_asked() {
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
    void a_database_that_is_silent_is_waited_for_no_longer_than_checkpoints_may_take() {
        Vertx vertx = Vertx.vertx();
        try (DatabaseProxy proxy = DatabaseProxy.before(fixture.uri())) {
            // The database itself may take a minute.
            Settings settings = limits(Map.of("database.timeoutMs", "60000", "checkpoints.timeoutMs", "100"));
            PgPool pool = PgPool.open(vertx, proxy.uri(), settings.database());
            proxy.stall();

            assertFails(new PgCheckpointer(pool, Current.always(settings.checkpoints()), nowMs::get)
                    .save(checkpoint("c_1", 11)));
        } finally {
            vertx.close();
        }
    }
}
