package io.reprise.store.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpoint.Asked;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.agent.checkpoint.Checkpointer.SaveOutcome;
import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.config.Settings;
import io.reprise.history.CheckpointInfo;
import io.reprise.history.Histories.ContextStart;
import io.reprise.job.Job.Order;
import io.reprise.job.Sweep;
import io.reprise.job.Sweep.Batch;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of all stores of checkpoints. */
public abstract class CheckpointerContract {
    /** Ten of a session, at most 2048 bytes each, for a day and the additional hour. */
    static final Map<String, String> LIMITS =
            Map.of("checkpoints.sessionMax", "10", "checkpoints.bytesMax", "2048", "checkpoints.retentionDays", "1");

    private static final long KEPT_MS = TimeUnit.HOURS.toMillis(25);
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);
    private static final String SESSION = "s_1";
    private static final String OTHER = "s_2";

    public final AtomicLong nowMs = new AtomicLong(1_900_000_000_000L);
    final AtomicLong elapsedMs = new AtomicLong();
    private Checkpointer store;

    /** An empty store with {@link #LIMITS} and the two clocks; with both sessions, if that matters. */
    public abstract Checkpointer open();

    /** Deletes old checkpoints of the store opened last; the first session belongs to ada, the other one to bob. */
    public abstract Sweep cleanup(Order order, long ageMs, int batch);

    /** Makes an open interrupt of the session name this checkpoint. */
    public abstract void need(String session, String checkpoint);

    @BeforeEach
    public void begin() {
        store = open();
    }

    @Test
    void all_fields_survive_unchanged() {
        Checkpoint whole = new Checkpoint(
                        SESSION,
                        "r_1",
                        "c_1",
                        Long.MAX_VALUE - 1,
                        7,
                        new ContextStart(3, Long.MAX_VALUE - 2),
                        List.of(new Asked("t_1", true), new Asked("Grüße, \uD83C\uDF0D \"quoted\" \u2028", false)),
                        List.of(TokenUsage.of("demo", "demo", 3, 4), new TokenUsage("openai", null, null, null, null)),
                        123_456_789_012L)
                .by(new RunBasis("writer", 3L, "Grüße@2", "fast", "v_1"));

        SaveOutcome outcome = await(store.save(whole));

        assertThat(outcome).isEqualTo(new SaveOutcome.Saved());
        assertThat(await(store.load(SESSION, "c_1"))).contains(whole);
    }

    @Test
    void the_list_shows_checkpoints_without_their_content() {
        save(checkpoint("c_1", 11));

        CheckpointInfo info = await(store.find(SESSION, "c_1")).orElseThrow();

        assertThat(info.bytes()).isBetween(100, 2_048);
        assertThat(info).isEqualTo(new CheckpointInfo("c_1", "r_1", 11, nowMs.get(), 3, info.bytes()));
        assertThat(await(store.list(SESSION, Long.MAX_VALUE, 5))).containsExactly(info);
    }

    @Test
    void a_later_checkpoint_with_the_same_id_replaces_it() {
        save(checkpoint("c_1", 11));
        save(checkpoint("c_2", 12));
        Checkpoint later = checkpoint("c_1", 13);

        save(later);

        assertThat(await(store.load(SESSION, "c_1"))).contains(later);
        assertThat(listed()).containsExactly("c_1", "c_2");
    }

    @Test
    void the_newest_are_first_whatever_the_order_they_came_in() {
        List<Integer> seqs =
                new ArrayList<>(IntStream.rangeClosed(1, 10).boxed().toList());
        Collections.shuffle(seqs, new Random(7));
        // Nine and ten: numeric and not alphabetical order.
        for (int seq : seqs) save(checkpoint("c_" + seq, seq));

        assertThat(listed()).containsExactly("c_10", "c_9", "c_8", "c_7", "c_6", "c_5", "c_4", "c_3", "c_2", "c_1");
    }

    @Test
    void pages_follow_each_other_without_gap_or_repeat() {
        for (int seq = 1; seq <= 7; seq++) save(checkpoint("c_" + seq, seq * 10L));

        List<String> first = ids(await(store.list(SESSION, Long.MAX_VALUE, 3)));
        List<String> second = ids(await(store.list(SESSION, 50, 3)));
        List<String> third = ids(await(store.list(SESSION, 20, 3)));

        assertThat(first).containsExactly("c_7", "c_6", "c_5");
        assertThat(second).containsExactly("c_4", "c_3", "c_2");
        assertThat(third).containsExactly("c_1");
        assertThat(await(store.list(SESSION, 10, 3))).isEmpty();
    }

    @Test
    void the_oldest_go_when_a_session_has_too_many() {
        save(new Checkpoint(OTHER, "r_1", "o_1", 1, 1, null, List.of(), List.of(), 0));
        for (int seq = 1; seq <= 12; seq++) save(checkpoint("c_" + seq, seq));

        assertThat(listed()).hasSize(10).startsWith("c_12").endsWith("c_3");
        assertThat(await(store.load(SESSION, "c_2"))).isEmpty();
        assertThat(await(store.load(OTHER, "o_1"))).isPresent();
    }

    @Test
    void a_just_saved_checkpoint_stays_even_with_the_lowest_seq() {
        for (int seq = 11; seq <= 20; seq++) save(checkpoint("c_" + seq, seq));

        save(checkpoint("c_1", 1));

        assertThat(listed()).hasSize(10).startsWith("c_20").endsWith("c_12", "c_1");
    }

    @Test
    void replacing_a_checkpoint_removes_no_other() {
        for (int seq = 1; seq <= 10; seq++) save(checkpoint("c_" + seq, seq));

        save(checkpoint("c_5", 5));

        assertThat(listed()).hasSize(10);
    }

    @Test
    void a_checkpoint_that_is_too_large_is_refused() {
        save(checkpoint("c_1", 11));
        int rest = await(store.find(SESSION, "c_1")).orElseThrow().bytes();

        SaveOutcome largest = await(store.save(checkpoint("c_2", 12, "x".repeat(2_048 - rest))));
        SaveOutcome tooLarge = await(store.save(checkpoint("c_3", 13, "x".repeat(2_049 - rest))));

        assertThat(largest).isEqualTo(new SaveOutcome.Saved());
        assertThat(tooLarge).isEqualTo(new SaveOutcome.TooLarge(2_049));
        assertThat(listed()).containsExactly("c_2", "c_1");
        assertThat(await(store.load(SESSION, "c_3"))).isEmpty();
    }

    /**
     * Symptom: a run whose server was down for longer than the retention could not resume. Cause: its checkpoint counted as
     * missing although nothing had deleted it.
     */
    @Test
    void an_expired_checkpoint_is_no_longer_offered_but_a_run_that_names_it_gets_it() {
        save(checkpoint("c_1", 11));
        pass(KEPT_MS - 1);
        boolean before = await(store.find(SESSION, "c_1")).isPresent();
        save(checkpoint("c_2", 12));

        pass(1);

        assertThat(before).isTrue();
        assertThat(await(store.find(SESSION, "c_1"))).isEmpty();
        assertThat(listed()).containsExactly("c_2");
        assertThat(ids(await(store.list(SESSION, Long.MAX_VALUE, 1)))).containsExactly("c_2");
        assertThat(await(store.load(SESSION, "c_1"))).isPresent();
    }

    @Test
    void a_cleanup_deletes_old_ones_in_batches_and_leaves_young_ones() {
        for (int seq = 1; seq <= 5; seq++) save(checkpoint("c_" + seq, seq));
        save(of(OTHER, "o_1"));
        pass(HOUR_MS);
        save(checkpoint("c_6", 6));
        // Saved again: it counts as young.
        save(checkpoint("c_2", 2));

        Batch done = sweep(Order.ALL, HOUR_MS, 2);

        assertThat(done.deleted()).isEqualTo(5);
        assertThat(done.processed()).isGreaterThanOrEqualTo(5);
        assertThat(listed()).containsExactly("c_6", "c_2");
        assertThat(await(store.load(SESSION, "c_1"))).isEmpty();
        assertThat(await(store.load(OTHER, "o_1"))).isEmpty();
        assertThat(sweep(Order.ALL, HOUR_MS, 2).deleted()).isZero();
    }

    @Test
    void checkpoints_of_open_interrupts_are_never_deleted() {
        for (int seq = 1; seq <= 4; seq++) save(checkpoint("c_" + seq, seq));
        need(SESSION, "c_2");
        pass(KEPT_MS * 100);

        Batch done = sweep(Order.ALL, 0, 3);

        assertThat(done.deleted()).isEqualTo(3);
        assertThat(await(store.load(SESSION, "c_2"))).isPresent();
        assertThat(await(store.load(SESSION, "c_1"))).isEmpty();
    }

    @Test
    void a_cleanup_can_be_limited_to_a_session_or_to_a_user() {
        for (String id : List.of("c_1", "c_2")) save(checkpoint(id, 1));
        save(of(OTHER, "o_1"));
        pass(HOUR_MS);

        Batch ofSession = sweep(new Order(OTHER, null, null), HOUR_MS, 1);
        Batch ofNobody = sweep(new Order(null, "nobody", null), HOUR_MS, 1);
        boolean kept = await(store.load(SESSION, "c_1")).isPresent();
        Batch ofUser = sweep(new Order(null, "ada", null), HOUR_MS, 1);

        assertThat(ofSession.deleted()).isEqualTo(1);
        assertThat(ofNobody.deleted()).isZero();
        assertThat(kept).isTrue();
        assertThat(ofUser.deleted()).isEqualTo(2);
    }

    /** All batches of a sweep together. */
    private Batch sweep(Order order, long ageMs, int batch) {
        Sweep sweep = cleanup(order, ageMs, batch);
        Batch all = new Batch(0, 0, true);
        while (all.more()) {
            Batch next = await(sweep.next());
            all = new Batch(all.processed() + next.processed(), all.deleted() + next.deleted(), next.more());
        }
        return all;
    }

    private static Checkpoint of(String session, String id) {
        return new Checkpoint(session, "r_1", id, 1, 1, null, List.of(), List.of(), 0);
    }

    private void pass(long ms) {
        nowMs.addAndGet(ms);
        elapsedMs.addAndGet(ms);
    }

    @Test
    void expired_checkpoints_do_not_take_the_place_of_younger_ones_in_a_list() {
        save(checkpoint("c_9", 19));
        pass(KEPT_MS);
        save(checkpoint("c_1", 11));

        assertThat(ids(await(store.list(SESSION, Long.MAX_VALUE, 1)))).containsExactly("c_1");
    }

    @Test
    void erasing_removes_checkpoints_up_to_a_seq_and_keeps_later_ones() {
        for (int seq = 1; seq <= 4; seq++) save(checkpoint("c_" + seq, seq));
        save(new Checkpoint(OTHER, "r_1", "o_1", 1, 1, null, List.of(), List.of(), 0));

        await(store.erase(SESSION, 3));
        List<String> cleared = listed();
        await(store.erase(SESSION, Long.MAX_VALUE));

        assertThat(cleared).containsExactly("c_4");
        assertThat(listed()).isEmpty();
        assertThat(await(store.load(SESSION, "c_4"))).isEmpty();
        assertThat(await(store.load(OTHER, "o_1"))).isPresent();
    }

    @Test
    void erasing_what_is_not_there_is_done_at_once() {
        await(store.erase("s_unknown", Long.MAX_VALUE));

        assertThat(await(store.list("s_unknown", Long.MAX_VALUE, 5))).isEmpty();
    }

    @Test
    void an_unknown_one_is_not_found() {
        save(checkpoint("c_1", 11));

        assertThat(await(store.load(SESSION, "c_2"))).isEmpty();
        assertThat(await(store.find(SESSION, "c_2"))).isEmpty();
    }

    @Test
    void the_checkpoint_of_another_session_is_not_found() {
        save(checkpoint("c_1", 11));

        assertThat(await(store.load(OTHER, "c_1"))).isEmpty();
        assertThat(await(store.find(OTHER, "c_1"))).isEmpty();
        assertThat(await(store.list(OTHER, Long.MAX_VALUE, 5))).isEmpty();
    }

    private List<String> listed() {
        return ids(await(store.list(SESSION, Long.MAX_VALUE, 100)));
    }

    private void save(Checkpoint checkpoint) {
        assertThat(await(store.save(checkpoint))).isEqualTo(new SaveOutcome.Saved());
    }

    private static List<String> ids(List<CheckpointInfo> infos) {
        return infos.stream().map(CheckpointInfo::id).toList();
    }

    public static Checkpoint checkpoint(String id, long seq) {
        return checkpoint(id, seq, "");
    }

    private static Checkpoint checkpoint(String id, long seq, String text) {
        return new Checkpoint(SESSION, "r_1", id, seq, 3, null, List.of(new Asked(text, true)), List.of(), 5);
    }

    public static Settings limits(Map<String, String> more) {
        Map<String, String> all = new java.util.HashMap<>(LIMITS);
        all.putAll(more);
        return Settings.with(all);
    }

    public static void assertFails(Future<?> future) {
        assertThatThrownBy(() -> future.await(120, TimeUnit.SECONDS))
                .isInstanceOf(Exception.class)
                .isNotInstanceOf(AssertionError.class);
        assertThat(future.failed()).isTrue();
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.await(120, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }
}
