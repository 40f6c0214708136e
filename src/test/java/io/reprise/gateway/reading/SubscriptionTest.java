package io.reprise.gateway.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.Delivery.Mode;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.EventFrame;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final String EPOCH = "e1";
    private long numbers;

    @Test
    void an_attach_without_a_cursor_reads_every_page_of_the_snapshot_and_then_the_events_after_it() {
        Subscription reader = attached(null);

        assertThat(types(reader.verdict(verdict(Mode.SNAPSHOT, EPOCH)))).containsExactly("attached");
        assertThat(reader.pull(0)).isEqualTo(new ShardMessage.PullSnapshot("s", reader.reader(), 1, 1, 40));
        assertThat(reader.snapshot(snapshot(1, 1, 40, false)))
                .extracting(Frame::text)
                .containsExactly("snapshot 1");
        assertThat(reader.pull(0)).isEqualTo(new ShardMessage.PullSnapshot("s", reader.reader(), 2, 2, 40));
        assertThat(reader.sent()).isEmpty();
        assertThat(reader.snapshot(snapshot(2, 2, 40, true)))
                .extracting(Frame::text)
                .containsExactly("snapshot 2");
        assertThat(reader.sent()).hasValue(40);
        assertThat(reader.pull(0)).isEqualTo(new ShardMessage.Pull("s", reader.reader(), 3, 40));
        assertThat(types(reader.page(page(3, true, 41, 42)))).containsExactly("41", "42", "live");
        assertThat(reader.wantsPull()).isFalse();
    }

    @Test
    void an_attach_with_a_cursor_reads_the_events_after_it() {
        Subscription reader = attached(new Cursor(EPOCH, 7));

        List<Frame> told = reader.verdict(verdict(Mode.REPLAY, EPOCH));

        assertThat(new JsonObject(told.getFirst().text()).getString("id")).isEqualTo("a1");
        assertThat(reader.sent()).hasValue(7);
        assertThat(reader.pull(0)).isEqualTo(new ShardMessage.Pull("s", reader.reader(), 1, 7));
        assertThat(types(reader.page(page(1, false, 8)))).containsExactly("8");
        assertThat(reader.pull(0)).isEqualTo(new ShardMessage.Pull("s", reader.reader(), 2, 8));
    }

    @Test
    void a_live_reader_receives_the_events_after_its_cursor() {
        Subscription reader = live(7);

        assertThat(reader.live(events(EPOCH, 8, 9), false))
                .extracting(Frame::text)
                .containsExactly("8", "9");
        assertThat(reader.sent()).hasValue(9);
    }

    @Test
    void known_events_are_not_sent_again() {
        Subscription reader = live(7);

        assertThat(reader.live(events(EPOCH, 6, 7, 8), false))
                .extracting(Frame::text)
                .containsExactly("8");
    }

    @Test
    void a_gap_in_live_events_is_filled_by_a_pull() {
        Subscription reader = live(7);

        assertThat(reader.live(events(EPOCH, 9), false)).isEmpty();
        assertThat(reader.pull(0))
                .isInstanceOfSatisfying(
                        ShardMessage.Pull.class,
                        pull -> assertThat(pull.after()).isEqualTo(7));
    }

    @Test
    void a_range_that_begins_at_or_below_the_cursor_and_ends_above_it_is_pulled() {
        Subscription reader = live(7);
        EventFrame across = new EventFrame(6, 9, "6-9");

        assertThat(reader.live(new Delivery.LiveEvents("s", 1, EPOCH, List.of(across)), false))
                .isEmpty();
        assertThat(reader.wantsPull()).isTrue();
    }

    @Test
    void a_live_reader_with_a_full_socket_keeps_only_its_cursor() {
        Subscription reader = live(7);

        assertThat(reader.live(events(EPOCH, 8), true)).isEmpty();

        assertThat(reader.sent()).hasValue(7);
        assertThat(reader.wantsPull()).isTrue();
        assertThat(reader.live(events(EPOCH, 9), false)).isEmpty();
    }

    @Test
    void live_is_sent_once_per_attach() {
        Subscription reader = live(7);
        reader.live(events(EPOCH, 8), true);
        reader.pull(0);

        assertThat(types(reader.page(page(2, true, 8, 9)))).containsExactly("8", "9");
    }

    /**
     * Symptom: a reader whose pages took longer than {@code gateway.answerMs} never got one, and each try kept the
     * database busy. Cause: an answer that arrived after the page had been requested again was dropped.
     */
    @Test
    void a_page_that_arrives_after_it_was_requested_again_is_used() {
        Subscription reader = attached(null);
        reader.verdict(verdict(Mode.SNAPSHOT, EPOCH));
        for (int i = 0; i < 3; i++) {
            reader.pull(0);
            reader.forgetPullSentBefore(0);
        }
        reader.pull(0);

        assertThat(reader.snapshot(snapshot(1, 1, 40, true))).hasSize(1);
        assertThat(reader.snapshot(snapshot(2, 1, 40, true))).as("once").isEmpty();
        reader.pull(0);
        reader.forgetPullSentBefore(0);
        reader.pull(0);
        assertThat(types(reader.page(page(5, true, 41)))).containsExactly("41", "live");
        assertThat(reader.page(page(6, true, 41))).as("once").isEmpty();
        assertThat(reader.isLive()).isTrue();
    }

    /** The owner answers each pull, and records what its last answer said about the reader. */
    @Test
    void a_second_answer_that_does_not_reach_the_head_makes_a_live_reader_pull() {
        Subscription reader = attached(new Cursor(EPOCH, 7));
        reader.verdict(verdict(Mode.REPLAY, EPOCH));
        reader.pull(0);
        reader.forgetPullSentBefore(0);
        reader.pull(0);
        assertThat(types(reader.page(page(1, true, 8)))).containsExactly("8", "live");

        assertThat(types(reader.page(page(2, false, 8, 9)))).containsExactly("9");

        assertThat(reader.wantsPull()).isTrue();
    }

    @Test
    void a_page_that_brings_nothing_waits_for_its_time_out() {
        Subscription reader = attached(new Cursor(EPOCH, 7));
        reader.verdict(verdict(Mode.REPLAY, EPOCH));
        reader.pull(100);

        assertThat(reader.page(page(1, false, 7))).isEmpty();

        assertThat(reader.wantsPull()).isFalse();
        reader.forgetPullSentBefore(99);
        assertThat(reader.wantsPull()).isFalse();
        reader.forgetPullSentBefore(100);
        assertThat(reader.wantsPull()).isTrue();
    }

    @Test
    void a_page_of_another_snapshot_is_dropped() {
        Subscription reader = attached(null);
        reader.verdict(verdict(Mode.SNAPSHOT, EPOCH));
        reader.pull(0);
        reader.snapshot(snapshot(1, 1, 40, false));
        reader.pull(0);

        assertThat(reader.snapshot(snapshot(2, 2, 41, true))).isEmpty();
        assertThat(reader.snapshot(snapshot(2, 1, 40, false))).isEmpty();
        assertThat(reader.snapshot(snapshot(2, 2, 40, true))).isNotEmpty();
    }

    @Test
    void a_replay_after_a_change_of_the_owner_sends_no_second_live() {
        Subscription reader = live(7);

        assertThat(reader.attach(++numbers, 0).cursor()).isEqualTo(new Cursor(EPOCH, 7));
        assertThat(reader.sent()).hasValue(7);
        assertThat(reader.verdict(verdict(Mode.REPLAY, EPOCH))).isEmpty();
        reader.pull(0);
        assertThat(types(reader.page(page(2, true, 8)))).containsExactly("8");
    }

    @Test
    void a_replay_that_was_not_announced_is_announced_after_a_change_of_the_owner() {
        Subscription reader = attached(new Cursor(EPOCH, 7));

        assertThat(reader.attach(++numbers, 0).cursor()).isEqualTo(new Cursor(EPOCH, 7));
        assertThat(types(reader.verdict(verdict(Mode.REPLAY, EPOCH)))).containsExactly("attached");
    }

    @Test
    void another_epoch_brings_a_snapshot_and_a_new_live_without_asking() {
        Subscription reader = live(7);
        reader.attach(++numbers, 0);

        List<Frame> told = reader.verdict(verdict(Mode.RESET, "e2"));

        assertThat(new JsonObject(told.getFirst().text()).containsKey("id")).isFalse();
        assertThat(reader.sent()).isEqualTo(OptionalLong.empty());
        ShardMessage.PullSnapshot pull = (ShardMessage.PullSnapshot) reader.pull(0);
        reader.snapshot(new Delivery.SnapshotPage("s", 1, "e2", 1, pull.pull(), 1, pull.at(), true, "snapshot"));
        reader.pull(0);
        assertThat(types(reader.page(new Delivery.EventPage("s", 1, "e2", 1, 3, List.of(), true))))
                .containsExactly("live");
    }

    @Test
    void a_change_of_the_owner_during_a_snapshot_restarts_it() {
        Subscription reader = attached(new Cursor("e0", 7));
        reader.verdict(verdict(Mode.RESET, EPOCH));
        reader.pull(0);
        reader.snapshot(snapshot(1, 1, 40, false));

        assertThat(reader.attach(++numbers, 0).cursor()).isNull();
        assertThat(types(reader.verdict(verdict(Mode.SNAPSHOT, EPOCH)))).containsExactly("attached");
        assertThat(reader.pull(0)).isEqualTo(new ShardMessage.PullSnapshot("s", reader.reader(), 2, 1, 40));
    }

    @Test
    void a_head_above_the_cursor_causes_a_pull_and_another_epoch_a_new_attach() {
        Subscription reader = live(7);

        assertThat(reader.headElsewhere(new Delivery.Head("s", EPOCH, 7))).isFalse();
        assertThat(reader.wantsPull()).isFalse();
        assertThat(reader.headElsewhere(new Delivery.Head("s", "e2", 7))).isTrue();
        assertThat(reader.headElsewhere(new Delivery.Head("s", EPOCH, 8))).isFalse();
        assertThat(reader.wantsPull()).isTrue();
    }

    @Test
    void a_second_verdict_is_ignored() {
        Subscription reader = live(7);

        assertThat(reader.verdict(verdict(Mode.RESET, "e2"))).isEmpty();
        assertThat(reader.sent()).hasValue(7);
    }

    @Test
    void events_of_another_epoch_are_dropped() {
        assertThat(live(7).live(events("e2", 8), false)).isEmpty();
    }

    private Subscription attached(Cursor cursor) {
        Subscription reader = new Subscription(new Reading("s", "me", cursor), "gw", null, "a1", 0);
        assertThat(reader.attach(++numbers, 0)).isEqualTo(new ShardMessage.Attach("s", "me", reader.reader(), cursor));
        return reader;
    }

    private Subscription live(long seq) {
        Subscription reader = attached(new Cursor(EPOCH, seq));
        reader.verdict(verdict(Mode.REPLAY, EPOCH));
        reader.pull(0);
        assertThat(types(reader.page(page(1, true)))).containsExactly("live");
        return reader;
    }

    private static Delivery.Verdict verdict(Mode mode, String epoch) {
        Delivery.Attached attached = new Delivery.Attached(
                40, 1, mode == Mode.REPLAY, null, null, null, null, List.of(), List.of(), List.of());
        return new Delivery.Verdict("s", 1, epoch, 1, mode, attached);
    }

    private static Delivery.SnapshotPage snapshot(long pull, int page, long at, boolean last) {
        return new Delivery.SnapshotPage("s", 1, EPOCH, 1, pull, page, at, last, "snapshot " + page);
    }

    private static Delivery.EventPage page(long pull, boolean live, long... seqs) {
        return new Delivery.EventPage("s", 1, EPOCH, 1, pull, frames(seqs), live);
    }

    private static Delivery.LiveEvents events(String epoch, long... seqs) {
        return new Delivery.LiveEvents("s", 1, epoch, frames(seqs));
    }

    private static List<EventFrame> frames(long... seqs) {
        return LongStream.of(seqs)
                .mapToObj(seq -> new EventFrame(seq, seq, Long.toString(seq)))
                .toList();
    }

    /** The types of frames; of events, which are only numbers here, the text. */
    private static List<String> types(List<Frame> frames) {
        return frames.stream()
                .map(Frame::text)
                .map(text -> text.startsWith("{") ? new JsonObject(text).getString("type") : text)
                .toList();
    }
}
