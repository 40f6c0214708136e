package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.bus.Sharding;
import io.reprise.testing.TestDatabase;
import io.reprise.timer.DueStore.Expired;
import io.reprise.timer.DueStore.Look;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Expired interrupts, in a real PostgreSQL. {@link PgRecallsIT} tests due recalls. */
class PgDueStoreIT {
    private static final long HOUR_MS = 3_600_000;
    private static final List<Integer> EVERY_SHARD =
            IntStream.range(0, TestDatabase.SHARDS).boxed().toList();
    private static final Sharding SHARDING = new Sharding(TestDatabase.SHARDS);

    private final StoreFixture database = new StoreFixture();
    private final PgDueStore due = new PgDueStore(database.pool, () -> {
        throw new AssertionError("nobody watches here");
    });
    private final long nowMs = Long.parseLong(database.look("SELECT (extract(epoch FROM now()) * 1000)::bigint"));

    @BeforeEach
    void make() {
        for (String session : new String[] {"s_1", "s_2"}) {
            database.execute("INSERT INTO session (id, user_id, epoch, owner) VALUES ('%s', 'ada', 'e_1', 1)"
                    .formatted(session));
            database.execute("INSERT INTO run (session_id, id, origin, first_seq, exact, started_at, outcome)"
                    + " VALUES ('%s', 'r_1', 'user', 1, true, now(), 'interrupt')".formatted(session));
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void a_poll_finds_expired_interrupts_oldest_first_and_when_the_next_one_expires() {
        interrupt("s_1", "i_late", nowMs - 10_000, null);
        interrupt("s_2", "i_just", nowMs - 1, null);
        interrupt("s_1", "i_soon", nowMs + HOUR_MS, null);
        interrupt("s_1", "i_done", nowMs - 5_000, "approve");
        interrupt("s_2", "i_over", nowMs + 1_000, "cancelled");

        Look<Expired> look = await(due.expired(EVERY_SHARD, null, 10));

        assertThat(look.due())
                .containsExactly(new Expired("s_1", "i_late", nowMs - 10_000), new Expired("s_2", "i_just", nowMs - 1));
        assertThat(look.nextInMs()).isBetween(HOUR_MS - 60_000, HOUR_MS);
    }

    /** Symptom: no recall and no question of the node was due any more. Cause: `infinity` is no number of milliseconds. */
    @Test
    void what_never_expires_hides_nothing_else() {
        interrupt("s_1", "i_never", nowMs + HOUR_MS, null);
        database.execute("UPDATE interrupt SET expires_at = 'infinity' WHERE id = 'i_never'");
        interrupt("s_2", "i_just", nowMs - 1, null);

        Look<Expired> look = await(due.expired(EVERY_SHARD, null, 10));

        assertThat(look.due()).containsExactly(new Expired("s_2", "i_just", nowMs - 1));
        assertThat(look.nextInMs()).isNegative();

        database.execute("UPDATE interrupt SET expires_at = '-infinity' WHERE id = 'i_never'");
        assertThat(await(due.expired(EVERY_SHARD, null, 10)).due())
                .extracting(Expired::interrupt)
                .containsExactly("i_never", "i_just");
    }

    @Test
    void a_poll_continues_where_the_previous_one_ended_also_among_recalls_of_the_same_moment() {
        interrupt("s_1", "i_1", nowMs - 3, null);
        interrupt("s_2", "i_1", nowMs - 2, null);
        interrupt("s_1", "i_3", nowMs - 2, null);
        interrupt("s_1", "i_2", nowMs - 2, null);
        interrupt("s_2", "i_2", nowMs - 1, null);

        Look<Expired> first = await(due.expired(EVERY_SHARD, null, 2));
        Look<Expired> second = await(due.expired(EVERY_SHARD, first.due().getLast(), 2));
        Look<Expired> third = await(due.expired(EVERY_SHARD, second.due().getLast(), 2));

        assertThat(first.due()).extracting(Expired::interrupt).containsExactly("i_1", "i_2");
        assertThat(second.due())
                .containsExactly(new Expired("s_1", "i_3", nowMs - 2), new Expired("s_2", "i_1", nowMs - 2));
        assertThat(third.due()).containsExactly(new Expired("s_2", "i_2", nowMs - 1));
        assertThat(third.nextInMs()).isEqualTo(-1);
    }

    @Test
    void items_of_other_owners_shards_are_not_found() {
        assertThat(SHARDING.shardOf("s_1")).isNotEqualTo(SHARDING.shardOf("s_2"));
        interrupt("s_1", "i_1", nowMs - 3, null);
        interrupt("s_2", "i_2", nowMs - 2, null);
        interrupt("s_2", "i_soon", nowMs + HOUR_MS, null);

        Look<Expired> first = await(due.expired(List.of(SHARDING.shardOf("s_1")), null, 10));
        Look<Expired> second = await(due.expired(List.of(SHARDING.shardOf("s_2")), null, 10));

        assertThat(first.due()).extracting(Expired::session).containsExactly("s_1");
        assertThat(first.nextInMs()).as("what others wait for").isEqualTo(-1);
        assertThat(second.due()).extracting(Expired::session).containsExactly("s_2");
        assertThat(second.nextInMs()).isPositive();
    }

    private void interrupt(String session, String id, long expiresAtMs, String decision) {
        database.execute("""
                INSERT INTO interrupt (session_id, id, run_id, place, tool_call, tool, arguments, created_at, expires_at,
                                       decision)
                VALUES ('%s', '%s', 'r_1', 1, 't_1', 'mail', '{}', now(), to_timestamp(%d / 1000.0), %s)""".formatted(session, id, expiresAtMs, decision == null ? "NULL" : "'" + decision + "'"));
    }
}
