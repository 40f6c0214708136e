package io.reprise.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.FakeLoop;
import io.reprise.agent.Limits;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Role;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.Delta;
import io.reprise.message.log.LogEvent.ReasoningContent;
import io.reprise.message.log.LogEvent.StepStarted;
import io.reprise.message.log.LogEvent.TextContent;
import io.reprise.message.log.LogEvent.TextEnd;
import io.reprise.message.log.LogEvent.TextStart;
import io.reprise.message.log.LogEvent.ToolCallArgs;
import io.reprise.message.log.LogEvent.ToolCallEnd;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.support.Texts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RunOutboxTest {
    private static final RunEnd FINISHED = new RunEnd.Finished(List.of());
    private static final RunEnd CANCELLED = new RunEnd.Cancelled();

    private final FakeLoop loop = new FakeLoop();
    private final Limits limits = new Limits();
    private final List<Batch> batches = new ArrayList<>();

    private record Batch(int number, List<LogEvent> events, RunEnd end) {}

    private RunOutbox outbox() {
        return new RunOutbox(
                limits.settings(),
                loop,
                new MergeTicks(loop, () -> {}),
                (number, events, end) -> batches.add(new Batch(number, events, end)));
    }

    @Test
    void a_question_flushes_the_queue_and_follows_it() {
        RunOutbox outbox = outbox();
        List<Integer> sentThen = new ArrayList<>();
        emit(outbox, text("a"));
        emit(outbox, text("b")); // held back for the deltas to come
        outbox.afterAllIsSent(() -> sentThen.add(batches.size()));

        assertThat(sentThen).containsExactly(2);
    }

    @Test
    void a_question_waits_for_the_owner_until_the_run_is_cut_off() {
        limits.batchesMax = 1;
        RunOutbox outbox = outbox();
        List<Integer> sentThen = new ArrayList<>();
        emit(outbox, text("a"));
        emit(outbox, text("b"));
        outbox.afterAllIsSent(() -> sentThen.add(batches.size()));
        assertThat(sentThen).isEmpty();
        outbox.answered(1);
        assertThat(sentThen).containsExactly(2);

        emit(outbox, text("c"));
        outbox.afterAllIsSent(() -> sentThen.add(-1));
        outbox.cut();
        outbox.answered(2);
        assertThat(sentThen).containsExactly(2);
    }

    @Test
    void text_that_many_people_read_is_merged_for_longer() {
        limits.mergeMaxMs = 45;
        RunOutbox outbox = outbox();
        outbox.readBy(MergeTicks.BUSY_FRAMES);
        emit(outbox, text("a"));
        emit(outbox, text("b"));
        loop.advance(25);
        emit(outbox, text("c"));

        loop.advance(44);
        assertThat(batches).hasSize(2);
        loop.advance(1);
        assertThat(batches).hasSize(3);
    }

    @Test
    void the_first_delta_goes_at_once_and_those_of_the_next_25_ms_go_together() {
        RunOutbox outbox = outbox();

        emit(outbox, text("a"));
        assertThat(sentEvents()).containsExactly(text("a"));

        emit(outbox, text("b"));
        emit(outbox, text("c"));
        loop.advance(24);
        assertThat(batches).hasSize(1);

        loop.advance(1);
        assertThat(batches.get(1).events()).containsExactly(text("bc"));
    }

    @Test
    void after_a_pause_a_delta_is_sent_immediately_again() {
        RunOutbox outbox = outbox();
        emit(outbox, text("a"));
        loop.advance(60);

        emit(outbox, text("b"));

        assertThat(batches).hasSize(2);
    }

    @Test
    void a_full_batch_of_deltas_is_sent_without_waiting() {
        limits.mergeDeltasMax = 3;
        RunOutbox outbox = outbox();
        emit(outbox, text("a"));

        for (String piece : List.of("b", "c", "d", "e")) emit(outbox, text(piece));

        assertThat(sentEvents()).containsExactly(text("a"), text("bcd"));
    }

    @Test
    void a_batch_holds_no_more_bytes_than_the_limit_and_a_longer_delta_is_sent_in_parts() {
        limits.mergeBytesMax = 9;
        limits.batchesMax = 64;
        RunOutbox outbox = outbox();

        String long1 = "ä😀".repeat(10);
        emit(outbox, text("abcdef"));
        emit(outbox, text("ghi"));
        emit(outbox, text(long1));
        loop.advance(25);

        assertThat(batches)
                .allSatisfy(batch ->
                        assertThat(Texts.utf8Bytes(textOf(batch.events()))).isBetween(1, 9));
        assertThat(textOf(sentEvents())).isEqualTo("abcdefghi" + long1);
        assertThat(batches)
                .allSatisfy(batch ->
                        assertThat(Texts.isWellFormed(textOf(batch.events()))).isTrue());
    }

    @Test
    void another_event_flushes_earlier_text_and_does_not_wait() {
        RunOutbox outbox = outbox();
        emit(outbox, text("a"));

        outbox.emit(text("b"));
        outbox.emit(new TextEnd("m"));
        outbox.emit(new StepStarted("step 2"));
        loop.runAll();

        assertThat(batches.get(1).events()).containsExactly(text("b"), new TextEnd("m"), new StepStarted("step 2"));
    }

    @Test
    void deltas_of_different_messages_are_not_merged_and_a_new_message_does_not_wait() {
        RunOutbox outbox = outbox();
        emit(outbox, text("a"));

        outbox.emit(text("b"));
        outbox.emit(new ReasoningContent("m", "c"));
        outbox.emit(new TextContent("n", "d"));
        loop.runAll();

        assertThat(batches.get(1).events())
                .containsExactly(text("b"), new ReasoningContent("m", "c"), new TextContent("n", "d"));
    }

    @Test
    void no_more_batches_than_the_limit_are_unanswered_and_an_answer_covers_all_before_it() {
        limits.mergeDeltasMax = 1;
        limits.batchesMax = 2;
        RunOutbox outbox = outbox();
        // Given: two sent, two waiting in the queue.
        for (String piece : List.of("a", "b", "c", "d")) emit(outbox, text(piece));
        assertThat(batches).hasSize(2);

        outbox.answered(1);
        assertThat(batches).hasSize(3);

        outbox.answered(1);
        assertThat(batches).hasSize(3);

        outbox.answered(3);
        assertThat(batches).extracting(Batch::number).containsExactly(1, 2, 3, 4);
        assertThat(textOf(sentEvents())).isEqualTo("abcd");
    }

    @Test
    void the_run_is_held_back_while_batches_are_unanswered() throws InterruptedException {
        limits.mergeDeltasMax = 2;
        limits.batchesMax = 2;
        RunOutbox outbox = outbox();
        Thread run = Thread.ofVirtual().start(() -> play(outbox, Collections.nCopies(1_000, "x")));

        // Room: two batches sent, one being built, four in the queue, one event held by the producer.
        while (run.isAlive() && run.getState() != Thread.State.WAITING) Thread.onSpinWait();
        loop.runAll();
        while (run.isAlive() && run.getState() != Thread.State.WAITING) Thread.onSpinWait();

        assertThat(run.isAlive()).isTrue();
        assertThat(outbox.sent()).isLessThanOrEqualTo(2);
        outbox.cut();
        run.join();
    }

    @Test
    void the_end_is_the_last_event_of_the_last_batch() {
        RunOutbox outbox = outbox();
        emit(outbox, text("a"));
        outbox.emit(text("b"));

        outbox.end(FINISHED);
        outbox.end(CANCELLED);
        loop.advance(1_000);

        assertThat(batches)
                .containsExactly(new Batch(1, List.of(text("a")), null), new Batch(2, List.of(text("b")), FINISHED));
        assertThat(outbox.hasEnded()).isTrue();
        assertThat(outbox.isAnswered()).isFalse();
        outbox.answered(2);
        assertThat(outbox.isAnswered()).isTrue();
    }

    @Test
    void the_end_of_a_run_waits_for_acknowledgements_like_any_batch() {
        limits.batchesMax = 1;
        RunOutbox outbox = outbox();
        emit(outbox, text("a"));

        outbox.end(FINISHED);
        assertThat(batches).hasSize(1);

        outbox.answered(1);
        assertThat(batches.get(1)).isEqualTo(new Batch(2, List.of(), FINISHED));
    }

    @Test
    void after_a_cut_only_the_end_is_sent_immediately_although_batches_are_unanswered() {
        limits.batchesMax = 1;
        RunOutbox outbox = outbox();
        emit(outbox, text("a"));
        emit(outbox, text("b"));

        outbox.cut();
        outbox.answered(1);
        assertThat(batches).hasSize(1);

        outbox.end(CANCELLED);
        assertThat(batches.get(1)).isEqualTo(new Batch(2, List.of(), CANCELLED));
        assertThatThrownBy(() -> outbox.emit(text("c"))).isInstanceOf(StoppedException.class);
    }

    /** A stop interrupts the run's thread; what was held back for a check comes after it. */
    @Test
    void what_fits_is_taken_from_an_interrupted_run() {
        RunOutbox outbox = outbox();

        Thread.currentThread().interrupt();
        try {
            outbox.emit(text("a"));
        } finally {
            assertThat(Thread.interrupted()).as("it stays interrupted").isTrue();
        }
        outbox.end(CANCELLED);
        loop.runAll();

        assertThat(sentEvents()).containsExactly(text("a"));
    }

    @Test
    void cutting_a_run_off_replaces_an_unsent_end() {
        limits.batchesMax = 1;
        RunOutbox outbox = outbox();
        emit(outbox, text("a"));
        outbox.end(FINISHED);

        outbox.cut();
        outbox.end(CANCELLED);

        assertThat(batches).extracting(Batch::end).containsExactly(null, CANCELLED);
    }

    @Test
    void cutting_a_run_off_ends_its_wait_for_space() throws InterruptedException {
        limits.mergeDeltasMax = 1;
        limits.batchesMax = 1;
        RunOutbox outbox = outbox();
        Thread run = Thread.ofVirtual().start(() -> play(outbox, Collections.nCopies(1_000, "x")));
        while (run.getState() != Thread.State.WAITING) Thread.onSpinWait();

        outbox.cut();

        run.join();
        assertThat(batches).isEmpty();
    }

    @Test
    void a_surrogate_pair_split_over_two_deltas_stays_together_even_over_two_batches() {
        RunOutbox outbox = outbox();

        emit(outbox, text("a\uD83D"));
        emit(outbox, text("\uDE00b"));
        loop.advance(25);

        assertThat(sentEvents()).containsExactly(text("a"), text("😀b"));
    }

    @Test
    void half_of_a_surrogate_pair_waits_for_the_next_delta_of_its_own_message() {
        RunOutbox outbox = outbox();

        outbox.emit(new ToolCallArgs("t1", "\uD83D"));
        outbox.emit(new ToolCallArgs("t2", "x"));
        outbox.emit(new ToolCallArgs("t1", "\uDE00"));
        loop.runAll();

        assertThat(sentEvents()).containsExactly(new ToolCallArgs("t2", "x"), new ToolCallArgs("t1", "😀"));
    }

    @Test
    void half_of_a_surrogate_pair_that_is_never_completed_becomes_a_replacement_character() {
        RunOutbox outbox = outbox();

        outbox.emit(text("a\uD83D"));
        outbox.emit(new TextEnd("m"));
        outbox.emit(new ToolCallArgs("t", "\uD83D"));
        outbox.emit(new ToolCallEnd("t"));
        loop.runAll();

        assertThat(sentEvents())
                .containsExactly(
                        text("a\uFFFD"), new TextEnd("m"), new ToolCallArgs("t", "\uFFFD"), new ToolCallEnd("t"));
    }

    @Test
    void characters_that_the_log_cannot_store_are_replaced() {
        RunOutbox outbox = outbox();

        outbox.emit(text("a\0b\uDE00c\uD83Dd"));
        outbox.emit(ToolCallResult.of("m2", "t", "x\0y\uD83D"));
        loop.runAll();

        assertThat(sentEvents())
                .containsExactly(text("a\uFFFDb\uFFFDc\uFFFDd"), ToolCallResult.of("m2", "t", "x\uFFFDy\uFFFD"));
    }

    @Test
    void empty_deltas_are_omitted() {
        RunOutbox outbox = outbox();

        emit(outbox, text(""));
        loop.advance(100);

        assertThat(batches).isEmpty();
    }

    /** Random events, answers, pauses and a possible stop: what is sent is a prefix of what was emitted, in order. */
    @Test
    void in_any_interleaving_batches_are_contiguous_and_bounded_and_contain_the_emitted_text()
            throws InterruptedException {
        long seed = new Random().nextLong();
        System.out.println("RunOutboxTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) randomRun(random);
    }

    private void randomRun(Random random) throws InterruptedException {
        batches.clear();
        limits.mergeMs = random.nextInt(3) * 10;
        limits.mergeDeltasMax = 1 + random.nextInt(5);
        limits.mergeBytesMax = 9 + random.nextInt(20);
        limits.batchesMax = 1 + random.nextInt(4);
        RunOutbox outbox = outbox();
        List<String> pieces = random.ints(random.nextInt(200), 0, 16)
                .mapToObj(bits -> "é😀xy\0".substring(bits & 3, 3 + (bits >> 2)))
                .toList();
        Thread run = Thread.ofVirtual().start(() -> play(outbox, pieces));

        boolean cut = random.nextInt(3) == 0;
        int turnsToCut = cut ? random.nextInt(60) : Integer.MAX_VALUE;
        int answered = 0;
        for (int turn = 0; turn < turnsToCut && !outbox.hasEnded(); turn++) {
            if (random.nextInt(4) == 0) outbox.answered(answered += random.nextInt(outbox.sent() - answered + 1));
            if (random.nextInt(4) == 0) Thread.yield();
            loop.advance(random.nextInt(15));
            assertThat(outbox.sent() - answered).isLessThanOrEqualTo(limits.batchesMax);
        }
        boolean finished = outbox.hasEnded();
        outbox.cut();
        outbox.end(CANCELLED);
        run.join();
        loop.advance(100);

        String whole = Texts.wellFormed(String.join("", pieces));
        if (finished) assertThat(textOf(sentEvents())).isEqualTo(whole);
        else assertThat(whole).startsWith(textOf(sentEvents()));
        assertThat(batches)
                .extracting(Batch::number)
                .isEqualTo(IntStream.rangeClosed(1, batches.size()).boxed().toList());
        assertThat(batches.stream().filter(batch -> batch.end() != null)).containsExactly(batches.getLast());
        assertThat(batches.getLast().end()).isEqualTo(finished ? FINISHED : CANCELLED);
        assertThat(batches).allMatch(batch -> Texts.utf8Bytes(textOf(batch.events())) <= limits.mergeBytesMax);
    }

    private void play(RunOutbox outbox, List<String> pieces) {
        try {
            outbox.emit(new TextStart("m", Role.ASSISTANT, null));
            pieces.forEach(piece -> outbox.emit(text(piece)));
            outbox.emit(new TextEnd("m"));
            loop.run(() -> outbox.end(FINISHED));
        } catch (StoppedException e) {
            // The test has closed the outbox.
        }
    }

    private void emit(RunOutbox outbox, LogEvent event) {
        outbox.emit(event);
        loop.runAll();
    }

    private List<LogEvent> sentEvents() {
        return batches.stream().flatMap(batch -> batch.events().stream()).toList();
    }

    private static LogEvent text(String delta) {
        return new TextContent("m", delta);
    }

    private static String textOf(List<LogEvent> events) {
        return events.stream()
                .filter(Delta.class::isInstance)
                .map(event -> ((Delta) event).delta())
                .collect(Collectors.joining());
    }
}
