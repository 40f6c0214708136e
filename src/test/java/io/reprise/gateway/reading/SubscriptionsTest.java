package io.reprise.gateway.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.link.GatewayLink;
import io.reprise.gateway.link.ShardOwners;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.reading.Subscriptions.Patience;
import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.Delivery.Mode;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.message.ShardMessage.Attach;
import io.reprise.message.ShardMessage.GatewayBeat;
import io.reprise.message.ShardMessage.Pull;
import io.reprise.message.ShardMessage.Subscribed;
import io.reprise.message.bus.Sharding;
import io.reprise.message.log.EventFrame;
import io.reprise.support.Current;
import io.reprise.telemetry.Metrics;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
    private record Sent(int shard, long owner, ShardMessage message) {}

    private static final class Wire implements Receiver {
        final List<JsonObject> frames = new ArrayList<>();
        boolean full;

        @Override
        public boolean full() {
            return full;
        }

        @Override
        public void frame(Frame frame) {
            frames.add(new JsonObject(frame.text()));
        }

        List<String> types() {
            return frames.stream().map(frame -> frame.getString("type")).toList();
        }
    }

    private final List<Sent> sent = new ArrayList<>();
    private final Wire wire = new Wire();
    private long nowMs = 1_000;
    private final Subscriptions subscriptions = new Subscriptions(
            new GatewayLink(
                    "gw",
                    new ShardOwners(new Sharding(1)),
                    (shard, owner, message) -> sent.add(new Sent(shard, owner, message)),
                    () -> nowMs,
                    Metrics.unseen()),
            Current.always(new Patience(100, 1_000)),
            new FanOut.Turns(Current.always(4), Current.always(1_000), Runnable::run),
            50);

    @Test
    void an_attach_waits_for_an_owner_and_goes_to_its_address() {
        subscriptions.attach(wire, new Reading("s", "me", null), "a1");
        assertThat(sent).isEmpty();

        subscriptions.on(new Delivery.ShardOwned(0, 7, "n1"));

        assertThat(sent).hasSize(1);
        assertThat(sent.getFirst().owner()).isEqualTo(7);
        assertThat(last(Attach.class).session()).isEqualTo("s");
        subscriptions.on(new Delivery.ShardOwned(0, 7, "n1"));
        assertThat(sent).as("the same owner is no news").hasSize(1);
    }

    @Test
    void readers_attach_to_a_newer_owner_from_their_cursor_and_ignore_an_older_one() {
        live("s", 5);

        subscriptions.on(new Delivery.ShardOwned(0, 9, "n1"));

        assertThat(last(Attach.class).cursor()).isEqualTo(new Cursor("e", 5));
        long number = last(Attach.class).reader().subscription();
        subscriptions.on(verdict("s", 7, number, Mode.RESET));
        subscriptions.on(new Delivery.ShardOwned(0, 8, "n1"));
        assertThat(wire.types()).containsExactly("attached", "live");
        assertThat(sent.getLast().owner()).isEqualTo(9);
        subscriptions.on(verdict("s", 9, number, Mode.REPLAY));
        assertThat(last(Pull.class).after()).isEqualTo(5);
        assertThat(wire.types()).as("silently").containsExactly("attached", "live");
    }

    @Test
    void a_delivery_of_an_unknown_higher_owner_announces_that_owner() {
        live("s", 5);

        subscriptions.on(new Delivery.LiveEvents("s", 9, "e", List.of(new EventFrame(6, 6, "{}"))));

        assertThat(wire.frames).as("not attached there yet").hasSize(2);
        assertThat(sent.getLast().owner()).isEqualTo(9);
        assertThat(last(Attach.class).cursor()).isEqualTo(new Cursor("e", 5));
    }

    @Test
    void an_attach_or_pull_without_an_answer_is_sent_again_under_a_new_number() {
        owned();
        subscriptions.attach(wire, new Reading("s", "me", new Cursor("e", 5)), "a1");
        long first = last(Attach.class).reader().subscription();
        nowMs += 99;
        subscriptions.tick();
        assertThat(sent).hasSize(1);

        nowMs += 1;
        subscriptions.tick();
        long second = last(Attach.class).reader().subscription();
        assertThat(second).isGreaterThan(first).isGreaterThan(50);
        subscriptions.on(verdict("s", 7, first, Mode.REPLAY));
        assertThat(wire.frames).as("to the first one").isEmpty();
        subscriptions.on(verdict("s", 7, second, Mode.REPLAY));
        assertThat(last(Pull.class).pull()).isEqualTo(1);

        nowMs += 100;
        subscriptions.tick();
        assertThat(last(Pull.class).pull()).isEqualTo(2);
    }

    @Test
    void a_client_whose_attach_gets_no_answer_is_told_unavailable() {
        owned();
        subscriptions.attach(wire, new Reading("s", "me", null), "a1");

        nowMs += 1_000;
        subscriptions.tick();

        assertThat(wire.frames.getLast().getString("code")).isEqualTo("unavailable");
        assertThat(wire.frames.getLast().getString("id")).isEqualTo("a1");
        assertThat(subscriptions.count(wire)).isZero();
    }

    @Test
    void a_reader_that_has_its_verdict_waits_without_a_limit() {
        live("s", 5);
        subscriptions.on(new Delivery.ShardOwned(0, 9, "n1"));
        long number = last(Attach.class).reader().subscription();

        subscriptions.on(new Delivery.AttachRefused("s", 9, number, Failure.unavailable()));
        nowMs += 5_000;
        subscriptions.tick();

        assertThat(last(Attach.class).reader().subscription()).isGreaterThan(number);
        assertThat(wire.types()).containsExactly("attached", "live");
    }

    @Test
    void a_refusal_is_reported_and_ends_the_reader() {
        owned();
        subscriptions.attach(wire, new Reading("s", "me", null), "a1");
        long number = last(Attach.class).reader().subscription();

        subscriptions.on(new Delivery.AttachRefused("s", 7, number, Failure.notFound()));

        assertThat(wire.frames.getLast().getString("code")).isEqualTo("not_found");
        assertThat(wire.frames.getLast().getString("id")).isEqualTo("a1");
        assertThat(subscriptions.count(wire)).isZero();
    }

    @Test
    void attaching_again_to_a_deleted_session_is_an_error_without_an_id() {
        live("s", 5);
        subscriptions.on(new Delivery.SessionDropped("s", 7));
        long number = last(Attach.class).reader().subscription();

        subscriptions.on(new Delivery.AttachRefused("s", 7, number, Failure.of(ErrorCode.NOT_FOUND, "gone")));

        assertThat(wire.frames.getLast().getString("code")).isEqualTo("not_found");
        assertThat(wire.frames.getLast().containsKey("id")).isFalse();
        assertThat(subscriptions.sent(wire)).isEmpty();
    }

    @Test
    void an_unknown_reader_is_attached_again() {
        live("s", 5);
        long number = last(Attach.class).reader().subscription();

        subscriptions.on(new Delivery.Heads(0, 7, List.of(), List.of(number, 999L)));

        assertThat(last(Attach.class).reader().subscription()).isGreaterThan(number);
        assertThat(last(Attach.class).cursor()).isEqualTo(new Cursor("e", 5));
    }

    @Test
    void a_page_of_another_epoch_attaches_again() {
        owned();
        subscriptions.attach(wire, new Reading("s", "me", new Cursor("e", 5)), "a1");
        long number = last(Attach.class).reader().subscription();
        subscriptions.on(verdict("s", 7, number, Mode.REPLAY));

        subscriptions.on(
                new Delivery.EventPage("s", 7, "cleared", number, 1, List.of(new EventFrame(6, 6, "{}")), true));

        assertThat(last(Attach.class).reader().subscription()).isGreaterThan(number);
        assertThat(wire.types()).containsExactly("attached");
    }

    @Test
    void a_full_receiver_stops_pulling_until_it_has_drained() {
        live("s", 5);
        wire.full = true;
        int before = sent.size();
        subscriptions.on(new Delivery.LiveEvents("s", 7, "e", List.of(new EventFrame(6, 6, "{}"))));
        subscriptions.tick();
        assertThat(sent).hasSize(before);

        wire.full = false;
        subscriptions.drained(wire);

        assertThat(last(Pull.class).after()).isEqualTo(5);
    }

    @Test
    void only_a_few_sessions_of_one_receiver_are_pulled_at_once_and_each_has_its_turn() {
        owned();
        for (int i = 0; i < 6; i++) {
            subscriptions.attach(wire, new Reading("s" + i, "me", new Cursor("e", 5)), "a" + i);
            subscriptions.on(verdict("s" + i, 7, last(Attach.class).reader().subscription(), Mode.REPLAY));
        }
        assertThat(pulled()).containsExactly("s0", "s1", "s2", "s3");

        page(pull("s0"));
        assertThat(pulled()).endsWith("s4");
        page(pull("s1"));
        assertThat(pulled()).endsWith("s5");
        page(pull("s2"));
        assertThat(pulled()).endsWith("s0");
    }

    private List<String> pulled() {
        return sent.stream()
                .filter(each -> each.message() instanceof Pull)
                .map(each -> ((Pull) each.message()).session())
                .toList();
    }

    private Pull pull(String session) {
        return sent.stream()
                .filter(each ->
                        each.message() instanceof Pull pull && pull.session().equals(session))
                .map(each -> (Pull) each.message())
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private void page(Pull pull) {
        long next = pull.after() + 1;
        List<EventFrame> frames = List.of(new EventFrame(next, next, "{\"type\":\"event\"}"));
        subscriptions.on(new Delivery.EventPage(
                pull.session(), 7, "e", pull.reader().subscription(), pull.pull(), frames, false));
    }

    @Test
    void a_beat_names_the_readers_and_unanswered_beats_cause_a_search_for_the_owner() {
        live("s", 5);
        long number = last(Attach.class).reader().subscription();

        assertThat(subscriptions.beat()).isFalse();
        assertThat(last(GatewayBeat.class)).isEqualTo(new GatewayBeat(0, "gw", List.of(new Subscribed("s", number))));
        assertThat(subscriptions.beat()).isFalse();
        assertThat(subscriptions.beat()).isTrue();
        subscriptions.on(new Delivery.Heads(0, 7, List.of(new Delivery.Head("s", "e", 5)), List.of()));
        assertThat(subscriptions.beat()).isFalse();
        subscriptions.closed(wire);
        int before = sent.size();
        subscriptions.beat();
        assertThat(sent).as("no reader, no beat").hasSize(before);
    }

    @Test
    void a_closed_receiver_leaves_no_state() {
        live("s", 5);

        subscriptions.closed(wire);

        assertThat(last(ShardMessage.Detach.class).session()).isEqualTo("s");
        subscriptions.on(new Delivery.LiveEvents("s", 7, "e", List.of(new EventFrame(6, 6, "{}"))));
        assertThat(wire.types()).containsExactly("attached", "live");
        assertThat(subscriptions.count(wire)).isZero();
    }

    @Test
    void a_notice_reaches_every_reader_and_none_remains_of_a_deleted_session() {
        live("s", 5);
        Wire other = new Wire();
        subscriptions.attach(other, new Reading("s", "me", null), "b1");

        subscriptions.on(new Delivery.Notice("s", 7, "mcp.status", Map.of("server", "x")));
        subscriptions.on(new Delivery.Notice("s", 7, Delivery.Notice.SESSION_DELETED, Map.of()));

        assertThat(wire.types()).containsExactly("attached", "live", "notice", "notice");
        assertThat(other.types()).containsExactly("notice", "notice");
        assertThat(subscriptions.count(wire)).isZero();
        assertThat(subscriptions.count(other)).isZero();
    }

    private void owned() {
        subscriptions.on(new Delivery.ShardOwned(0, 7, "n1"));
    }

    private void live(String session, long seq) {
        owned();
        subscriptions.attach(wire, new Reading(session, "me", new Cursor("e", seq)), "a1");
        long number = last(Attach.class).reader().subscription();
        subscriptions.on(verdict(session, 7, number, Mode.REPLAY));
        subscriptions.on(
                new Delivery.EventPage(session, 7, "e", number, last(Pull.class).pull(), List.of(), true));
    }

    private static Delivery.Verdict verdict(String session, long owner, long number, Mode mode) {
        Delivery.Attached attached = new Delivery.Attached(
                5, 1, mode == Mode.REPLAY, null, null, null, null, List.of(), List.of(), List.of());
        return new Delivery.Verdict(session, owner, "e", number, mode, attached);
    }

    private <T extends ShardMessage> T last(Class<T> type) {
        return sent.reversed().stream()
                .map(Sent::message)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
