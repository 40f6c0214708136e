package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.RecallDirectory.RecallRun;
import io.reprise.message.bus.Sharding;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.Recall.Status;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;
import io.reprise.store.database.PgPool;
import io.reprise.support.PageCursor;
import io.reprise.testing.TestDatabase;
import io.reprise.timer.DueStore.Due;
import io.reprise.timer.DueStore.Look;
import io.vertx.core.Vertx;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recalls in a real PostgreSQL: written by appends, found by the timer, read by lists. */
class PgRecallsIT {
    private static final long HOUR_MS = 3_600_000;
    private static final List<Integer> EVERY_SHARD =
            IntStream.range(0, TestDatabase.SHARDS).boxed().toList();

    private final StoreFixture database = new StoreFixture();
    private final PgEventStore store = new PgEventStore(database.pool);
    private final PgRecallDirectory directory = new PgRecallDirectory(database.pool);
    private final PgDueStore due = new PgDueStore(database.pool, () -> {
        throw new AssertionError("nobody watches here");
    });
    private final long nowMs = Long.parseLong(database.look("SELECT (extract(epoch FROM now()) * 1000)::bigint"));
    private long version;

    @BeforeEach
    void make() {
        await(store.create(StoreFixture.newSession("s_1", "ada", 1)));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void recalls_and_interrupts_are_loaded_with_the_session_until_they_end() {
        Recall one = recall("rc_1", nowMs + HOUR_MS).seeing(RecallContext.SUMMARY);
        Recall two = recall("rc_2", nowMs + HOUR_MS).withFailures(3).missing(4).running("r_1", nowMs);
        Recall over = recall("rc_3", nowMs).over(Status.FIRED);
        Recall paused = recall("rc_4", nowMs).paused(Recall.Pause.CHAIN);

        append(List.of(one, two, over, paused), List.of());

        LoadOutcome.Found found = (LoadOutcome.Found) await(store.load("s_1", 1));
        assertThat(found.session().recalls()).containsExactly(one, two, paused);
        assertThat(await(due.look(EVERY_SHARD, null, 10)).due())
                .as("not due while it is paused")
                .isEmpty();
    }

    @Test
    void a_later_append_changes_it() {
        append(List.of(recall("rc_1", nowMs)), List.of());
        Recall deferred = recall("rc_1", nowMs).deferredTo(nowMs + HOUR_MS);

        append(List.of(deferred), List.of());

        assertThat(await(directory.find("ada", "rc_1"))).contains(deferred);
    }

    @Test
    void an_append_that_is_lost_writes_no_recall() {
        Append lost = append(List.of(recall("rc_1", nowMs)), List.of(), 7);

        assertThat(await(store.append(lost))).isEqualTo(new AppendOutcome.Lost());

        assertThat(database.look("SELECT count(*) FROM recall")).isEqualTo("0");
    }

    @Test
    void a_slot_has_at_most_one_run() {
        append(List.of(recall("rc_1", nowMs)), List.of(run("r_1", nowMs, null)));

        AppendOutcome second = await(store.append(append(List.of(), List.of(run("r_2", nowMs, null)), version)));

        assertThat(second).isEqualTo(new AppendOutcome.Lost());
        assertThat(database.look("SELECT count(*) FROM run")).isEqualTo("1");
    }

    @Test
    void a_poll_finds_due_recalls_by_the_databases_clock_oldest_first_and_when_the_next_one_is_due() {
        append(
                List.of(
                        recall("rc_late", nowMs - 10_000),
                        recall("rc_just", nowMs - 1),
                        recall("rc_soon", nowMs + HOUR_MS),
                        recall("rc_runs", nowMs - 5_000).running("r_1", nowMs - 5_000),
                        recall("rc_over", nowMs - 5_000).over(Status.CANCELLED)),
                List.of());

        Look<Due> look = await(due.look(EVERY_SHARD, null, 10));

        assertThat(look.due())
                .containsExactly(new Due("s_1", "rc_late", nowMs - 10_000), new Due("s_1", "rc_just", nowMs - 1));
        assertThat(look.nextInMs()).isBetween(HOUR_MS - 60_000, HOUR_MS);
    }

    @Test
    void a_poll_continues_where_the_previous_one_ended() {
        append(
                List.of(
                        recall("rc_1", nowMs - 3),
                        recall("rc_2", nowMs - 2),
                        recall("rc_3", nowMs - 2),
                        recall("rc_4", nowMs - 1)),
                List.of());

        Look<Due> first = await(due.look(EVERY_SHARD, null, 2));
        Look<Due> second = await(due.look(EVERY_SHARD, first.due().getLast(), 2));
        Look<Due> third = await(due.look(EVERY_SHARD, second.due().getLast(), 2));

        assertThat(first.due()).extracting(Due::recall).containsExactly("rc_1", "rc_2");
        assertThat(second.due()).extracting(Due::recall).containsExactly("rc_3", "rc_4");
        assertThat(third.due()).isEmpty();
        assertThat(third.nextInMs()).isEqualTo(-1);
    }

    @Test
    void the_timer_is_woken_by_what_is_committed_also_after_its_connection_was_cut() throws Exception {
        Vertx vertx = Vertx.vertx();
        Semaphore wakes = new Semaphore(0);
        PgDueStore watching =
                new PgDueStore(database.pool, () -> PgSubscriber.subscriber(vertx, PgPool.login(database.uri())));
        try {
            watching.watch(wakes::release);
            assertThat(wakes.tryAcquire(120, TimeUnit.SECONDS)).as("it listens").isTrue();

            append(List.of(recall("rc_1", nowMs + HOUR_MS)), List.of());
            assertThat(wakes.tryAcquire(120, TimeUnit.SECONDS)).as("scheduled").isTrue();
            append(List.of(recall("rc_1", nowMs + HOUR_MS).over(Status.CANCELLED)), List.of());

            database.execute("""
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE query LIKE 'LISTEN%' AND datname = current_database()""");
            assertThat(wakes.tryAcquire(120, TimeUnit.SECONDS))
                    .as("it listens again")
                    .isTrue();
            append(List.of(recall("rc_2", nowMs + HOUR_MS)), List.of());
            assertThat(wakes.tryAcquire(120, TimeUnit.SECONDS))
                    .as("heard again")
                    .isTrue();
            assertThat(wakes.availablePermits())
                    .as("a cancelled one wakes nobody")
                    .isZero();
        } finally {
            await(watching.close());
            await(vertx.close());
        }
    }

    @Test
    void recalls_of_a_user_are_counted_but_for_those_of_the_session_and_those_that_are_over() {
        await(store.create(StoreFixture.newSession("s_2", "ada", 1)));
        append(List.of(recall("rc_1", nowMs), recall("rc_2", nowMs).over(Status.FIRED)), List.of());

        assertThat(await(store.recallsElsewhere("ada", "s_2"))).isEqualTo(1);
        assertThat(await(store.recallsElsewhere("ada", "s_1"))).isZero();
        assertThat(await(store.recallsElsewhere("eve", "s_2"))).isZero();
    }

    @Test
    void lists_come_in_pages_the_newest_first() {
        append(
                List.of(
                        recall("rc_1", nowMs),
                        recall("rc_2", nowMs),
                        recall("rc_3", nowMs).over(Status.FIRED)),
                List.of());

        var first = await(directory.list("ada", null, false, null, 2));
        var second = await(directory.list("ada", "s_1", false, first.cursor(), 2));

        assertThat(first.rows()).extracting(Recall::id).containsExactly("rc_3", "rc_2");
        assertThat(second.rows()).extracting(Recall::id).containsExactly("rc_1");
        assertThat(second.cursor()).isNull();
        assertThat(await(directory.list("ada", "s_1", true, null, 9)).rows()).hasSize(2);
        assertThat(await(directory.list("eve", null, false, null, 9)).rows()).isEmpty();
        assertThat(await(directory.find("eve", "rc_1"))).isEmpty();
    }

    @Test
    void the_runs_of_a_recall_are_kept_with_their_outcome() {
        append(
                List.of(recall("rc_1", nowMs)),
                List.of(run("r_1", nowMs - HOUR_MS, "success"), run("r_2", nowMs, null)));

        List<RecallRun> runs = await(directory.runs("rc_1", null, 10)).rows();

        assertThat(runs).extracting(RecallRun::run).containsExactly("r_2", "r_1");
        assertThat(runs).extracting(RecallRun::outcome).containsExactly(null, "success");
        assertThat(runs.getFirst().endedMs()).isNull();
        assertThat(runs.getFirst().slotMs()).isEqualTo(nowMs);
    }

    @Test
    void runs_of_a_recall_come_in_pages_with_those_in_sessions_that_it_made() {
        append(
                List.of(recall("rc_1", nowMs)),
                List.of(run("r_1", nowMs - 5, "success"), run("r_4", nowMs - 2, "success")));
        for (int i = 2; i <= 5; i++) if (i != 4) ranInItsOwnSession("rc_1", i, nowMs - 6 + i);

        List<String> runs = new ArrayList<>();
        String cursor = null;
        for (int pages = 0; pages == 0 || cursor != null; pages++) {
            assertThat(pages).isLessThan(5);
            var page = await(directory.runs("rc_1", cursor, 2));
            page.rows().forEach(run -> runs.add(run.run()));
            cursor = page.cursor();
        }

        assertThat(runs).containsExactly("r_5", "r_4", "r_3", "r_2", "r_1");
        assertThat(directory
                        .runs("rc_1", PageCursor.of(Long.MAX_VALUE, "r_1"), 2)
                        .cause())
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(directory.runs("rc_1", "of another list", 2).cause()).isInstanceOf(IllegalArgumentException.class);
    }

    /** A recall that another one made with a session, and its run. */
    private void ranInItsOwnSession(String parent, int number, long slotMs) {
        database.execute("""
                INSERT INTO session (id, user_id, epoch, owner) VALUES ('s_of_%1$d', 'ada', 'e', 1);
                INSERT INTO recall (id, session_id, user_id, text, schedule, status, slot_at, trigger_at, deferrals, failures,
                    missed, run_id, created_at, parent)
                SELECT 'rc_of_%1$d', 's_of_%1$d', user_id, text, schedule, 'fired', at, at, 0, 0, 0, 'r_%1$d', at, id
                FROM recall, to_timestamp(%3$d / 1000.0) AS at WHERE id = '%2$s';
                INSERT INTO run (session_id, id, origin, first_seq, exact, started_at, recall_id, recall_slot)
                SELECT 's_of_%1$d', 'r_%1$d', 'recall', 1, true, at, 'rc_of_%1$d', at
                FROM to_timestamp(%3$d / 1000.0) AS at""".formatted(number, parent, slotMs));
    }

    @Test
    void a_poll_finds_no_recalls_in_shards_of_other_owners() {
        append(List.of(recall("rc_1", nowMs - 3), recall("rc_soon", nowMs + HOUR_MS)), List.of());
        int shard = new Sharding(TestDatabase.SHARDS).shardOf("s_1");
        List<Integer> others =
                EVERY_SHARD.stream().filter(other -> other != shard).toList();

        Look<Due> look = await(due.look(others, null, 10));

        assertThat(look.due()).isEmpty();
        assertThat(look.nextInMs()).as("what others wait for").isEqualTo(-1);
        assertThat(await(due.look(List.of(shard), null, 10)).due())
                .extracting(Due::recall)
                .containsExactly("rc_1");
    }

    @Test
    void erasing_a_session_erases_its_recalls() {
        append(List.of(recall("rc_1", nowMs)), List.of(run("r_1", nowMs, null)));

        assertThat(await(store.erase("s_1", 1, null))).isTrue();

        assertThat(await(directory.find("ada", "rc_1"))).isEmpty();
        assertThat(await(due.look(EVERY_SHARD, null, 10)).due()).isEmpty();
    }

    // --- helpers

    private void append(List<Recall> recalls, List<RunRow> runs) {
        assertThat(await(store.append(append(recalls, runs, version++)))).isEqualTo(new AppendOutcome.Stored());
    }

    private static Append append(List<Recall> recalls, List<RunRow> runs, long version) {
        return new AppendInTheMaking("s_1", 1, version, 0)
                .recalls(recalls)
                .runs(runs)
                .build();
    }

    private static RunRow run(String id, long slotMs, String outcome) {
        return new RunRow(id, "recall", 1, StoreFixture.AT_MS, true, outcome, null, "rc_1", slotMs, Progress.none(1));
    }

    private Recall recall(String id, long slotMs) {
        return new Recall(
                id,
                "s_1",
                "ada",
                "stretch",
                RecallSchedule.cron("0 9 * * *", "Europe/Berlin"),
                Status.PENDING,
                slotMs,
                slotMs,
                0,
                0,
                0,
                null,
                nowMs - Duration.ofMinutes(1).toMillis());
    }
}
