package io.reprise.store.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpoint.Asked;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.job.Job.Order;
import io.reprise.job.Sweep;
import io.reprise.support.Current;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryCheckpointerTest extends CheckpointerContract {
    private final FakeNeeded needed = new FakeNeeded();
    private MemoryCheckpointer opened;

    @Override
    public Checkpointer open() {
        opened = new MemoryCheckpointer(
                Current.always(limits(Map.of()).checkpoints()), needed, nowMs::get, elapsedMs::get);
        return opened;
    }

    @Override
    public Sweep cleanup(Order order, long ageMs, int batch) {
        return opened.sweep(order, ageMs, batch);
    }

    @Override
    public void need(String session, String checkpoint) {
        needed.add(session, checkpoint);
    }

    @Test
    void all_sessions_together_stay_within_their_limit() {
        Checkpointer store = small();

        for (int i = 0; i < 40; i++) await(store.save(large("s_" + i, "c_1", 1)));

        long kept = IntStream.range(0, 40)
                .filter(i -> await(store.find("s_" + i, "c_1")).isPresent())
                .count();
        assertThat(kept).isBetween(1L, 10L);
    }

    @Test
    void a_session_above_the_limit_loses_its_oldest_checkpoints() {
        Checkpointer store = small();

        for (int i = 1; i <= 12; i++) await(store.save(large("s_1", "c_" + i, i)));

        assertThat(await(store.list("s_1", Long.MAX_VALUE, 100)))
                .hasSizeBetween(8, 10)
                .first()
                .satisfies(newest -> assertThat(newest.id()).isEqualTo("c_12"));
    }

    /** Symptom: a person approved a call, and its run could not go on. Cause: other sessions had displaced its checkpoint. */
    @Test
    void what_is_needed_is_not_removed_for_others() {
        Checkpointer store = small();
        needed.add("s_1", "c_1");
        needed.add("s_2", "r_1");
        await(store.save(large("s_1", "c_1", 1)));
        await(store.save(large("s_2", "c_2", 1)));

        for (int i = 3; i < 40; i++) await(store.save(large("s_" + i, "c_1", 1)));

        assertThat(await(store.load("s_1", "c_1"))).isPresent();
        assertThat(await(store.load("s_2", "c_2"))).isPresent();
        assertThat(await(store.load("s_39", "c_1"))).isPresent();
    }

    @Test
    void where_only_needed_ones_are_left_a_new_one_is_refused_until_one_is_needed_no_more() {
        Checkpointer store = small();
        for (int i = 1; i <= 10; i++) {
            needed.add("s_" + i, "r_1");
            await(store.save(large("s_" + i, "c_1", 1)));
        }

        assertThat(store.save(large("s_11", "c_1", 1)).failed()).isTrue();
        assertThat(IntStream.rangeClosed(1, 10))
                .allMatch(i -> await(store.load("s_" + i, "c_1")).isPresent());

        await(store.erase("s_4", Long.MAX_VALUE));
        await(store.save(large("s_11", "c_1", 1)));
        assertThat(await(store.load("s_11", "c_1"))).isPresent();
    }

    @Test
    void of_an_unfinished_run_the_newest_and_the_named_one_are_kept() {
        Checkpointer store = small();
        needed.add("s_1", "r_1");
        needed.add("s_1", "c_2");

        for (int i = 1; i <= 14; i++) await(store.save(large("s_1", "c_" + i, i)));

        assertThat(await(store.load("s_1", "c_1"))).isEmpty();
        assertThat(await(store.load("s_1", "c_2"))).isPresent();
        assertThat(await(store.load("s_1", "c_14"))).isPresent();
    }

    @Test
    void nothing_is_removed_while_nobody_knows_what_is_needed() {
        Checkpointer store = small();
        for (int i = 1; i <= 10; i++) await(store.save(large("s_" + i, "c_1", 1)));
        needed.isAway = true;

        assertThat(store.save(large("s_11", "c_1", 1)).failed()).isTrue();
        needed.isAway = false;
        await(store.save(large("s_11", "c_1", 1)));

        assertThat(await(store.load("s_11", "c_1"))).isPresent();
    }

    /**
     * Symptom: after a step of the machine's clock checkpoints were deleted too early, or too late. Cause: their
     * age was measured by the wall clock.
     */
    @ParameterizedTest
    @ValueSource(longs = {60_000, -60_000})
    void a_step_of_the_wall_clock_changes_no_age(long step) {
        long retentionMs = limits(Map.of()).checkpoints().retentionMs();
        Checkpointer store = open();
        await(store.save(new Checkpoint("s_1", "r_1", "c_1", 1, 1, null, List.of(), List.of(), 0)));

        nowMs.addAndGet(step);
        elapsedMs.addAndGet(retentionMs - 1);
        boolean young = await(store.find("s_1", "c_1")).isPresent();
        elapsedMs.addAndGet(1);

        assertThat(young).isTrue();
        assertThat(await(store.find("s_1", "c_1"))).isEmpty();
    }

    /** A mebibyte in total, and room for more checkpoints of a session than that. */
    private Checkpointer small() {
        return new MemoryCheckpointer(
                Current.always(limits(Map.of(
                                "checkpoints.memoryBytesMax", "1048576",
                                "checkpoints.bytesMax", "200000",
                                "checkpoints.sessionMax", "100"))
                        .checkpoints()),
                needed,
                nowMs::get,
                elapsedMs::get);
    }

    private static Checkpoint large(String session, String id, long seq) {
        List<Asked> calls = List.of(new Asked("x".repeat(100_000), true));
        return new Checkpoint(session, "r_1", id, seq, 1, null, calls, List.of(), 0);
    }
}
