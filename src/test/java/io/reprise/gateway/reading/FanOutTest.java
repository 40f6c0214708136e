package io.reprise.gateway.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.FakeOwner;
import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.link.GatewayLink;
import io.reprise.gateway.link.ShardOwners;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.reading.Subscriptions.Patience;
import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.ShardMessage;
import io.reprise.message.ShardMessage.Pull;
import io.reprise.message.bus.Sharding;
import io.reprise.message.log.EventFrame;
import io.reprise.support.Current;
import io.reprise.telemetry.Metrics;
import io.reprise.testing.Seed;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Symptom: while hundreds of sockets read a fast stream, a short chat of another user took seconds. Cause: each live
 * event was sent to all sockets at once, and later work waited in the event loop, without a limit.
 */
class FanOutTest {
    private static final int CROWD = 100;
    private static final int SHARE = 4;
    private static final int BYTES_MAX = 2_000;

    private final Map<String, FakeOwner.Log> logs = new LinkedHashMap<>();
    private final Deque<ShardMessage> toOwner = new ArrayDeque<>();
    private final Deque<Delivery> toGateway = new ArrayDeque<>();
    private final Deque<Runnable> turns = new ArrayDeque<>();
    private final FakeOwner owner = new FakeOwner(1, logs, (gateway, delivery) -> toGateway.add(delivery));
    private final Subscriptions subscriptions = new Subscriptions(
            new GatewayLink(
                    "gw",
                    new ShardOwners(new Sharding(1)),
                    (shard, number, message) -> toOwner.add(message),
                    () -> 0,
                    Metrics.unseen()),
            Current.always(new Patience(100, 1_000)),
            new FanOut.Turns(Current.always(4 * SHARE), Current.always(BYTES_MAX), turns::add),
            0);
    private final List<Wire> crowd = new ArrayList<>();
    private Wire single;

    /** Applies events by their numbers and tolerates neither gap nor overlap. */
    private static final class Wire implements Receiver {
        long seq;
        int events;

        @Override
        public boolean full() {
            return false;
        }

        @Override
        public void frame(Frame frame) {
            if (frame.type() != Frame.Type.EVENT) return;
            JsonObject event = new JsonObject(frame.text());
            assertThat(event.getLong("from")).as("the event behind %d", seq).isEqualTo(seq + 1);
            seq = event.getLong("seq");
            events++;
        }
    }

    @BeforeEach
    void read() {
        subscriptions.on(new Delivery.ShardOwned(0, 1, "n1"));
        for (int i = 0; i < CROWD; i++) crowd.add(reader("crowd"));
        single = reader("single");
        settle();
    }

    @Test
    void a_session_with_few_readers_is_served_while_one_with_many_is_not_finished() {
        append("crowd", 20);

        append("single", 1);

        assertThat(single.seq).isEqualTo(1);
        assertThat(told()).as("one share").isEqualTo(SHARE);
        settle();
        assertThat(crowd).allSatisfy(wire -> assertThat(wire.seq).isEqualTo(20));
    }

    @Test
    void sessions_with_many_readers_have_turns_of_equal_size() {
        List<Wire> others = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) others.add(reader("others"));
        settle();
        append("crowd", 1);
        append("others", 1);

        for (int i = 1; i < 5; i++) {
            turns.poll().run();
            assertThat(told()).isEqualTo(SHARE * (i + 1));
            assertThat(others.stream().mapToInt(wire -> wire.events).sum()).isEqualTo(SHARE * (i + 1));
        }
    }

    @Test
    void a_session_has_one_share_per_turn_however_many_events_it_has() {
        Wire alone = reader("alone");
        settle();
        for (int i = 0; i < 5; i++) append("alone", 1);

        assertThat(alone.seq).isEqualTo(1);
        turns.poll().run();

        assertThat(alone.seq).isEqualTo(5);
        turns.poll().run();
        assertThat(turns).as("nothing waits").isEmpty();
    }

    @Test
    void the_queue_is_bounded_and_readers_pull_dropped_events() {
        FanOut fanOut = subscriptions.fanOut();
        for (int i = 0; i < 500; i++) {
            append("crowd", 1);
            assertThat(fanOut.queuedBytes("crowd")).isLessThanOrEqualTo(BYTES_MAX);
        }

        turns.poll().run();

        assertThat(toOwner).hasSize(SHARE).allMatch(Pull.class::isInstance);
        settle();
        assertThat(crowd).allSatisfy(wire -> {
            assertThat(wire.seq).isEqualTo(500);
            assertThat(wire.events).as("merged").isLessThan(400);
        });
        assertThat(fanOut.isBehind("crowd")).isFalse();
        append("crowd", 1);
        assertThat(toOwner).as("all are live again").isEmpty();
    }

    @Test
    void pages_for_many_readers_wait_for_their_turn_too_and_are_not_dropped_with_live_events() {
        logs.put("late", new FakeOwner.Log("me", 3));
        List<Wire> late = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) late.add(reader("late"));
        while (!toOwner.isEmpty() || !toGateway.isEmpty()) {
            if (!toOwner.isEmpty()) owner.on(toOwner.poll());
            if (!toGateway.isEmpty()) subscriptions.on(toGateway.poll());
        }

        assertThat(late.stream().filter(wire -> wire.seq > 0).count()).isLessThanOrEqualTo(SHARE);
        append("single", 1);
        assertThat(single.seq).isEqualTo(1);
        for (int i = 0; i < 100; i++) append("late", 1);
        int pulls = toOwner.size();
        settle();

        assertThat(pulls).as("no page is asked for twice").isZero();
        assertThat(late).allSatisfy(wire -> assertThat(wire.seq).isEqualTo(103));
    }

    @Test
    void a_long_frame_counts_as_several_short_ones() {
        logs.get("crowd").padding = "x".repeat(4 * 4_096);

        append("crowd", 1);

        assertThat(told()).isEqualTo(1);
    }

    @Test
    void a_head_announced_by_the_owner_is_not_missing_while_its_events_are_queued_here() {
        append("crowd", 1);

        subscriptions.on(new Delivery.Heads(0, 1, List.of(new Delivery.Head("crowd", "e0", 1)), List.of()));

        assertThat(toOwner).isEmpty();
        settle();
        subscriptions.on(new Delivery.Heads(0, 1, List.of(new Delivery.Head("crowd", "e0", 2)), List.of()));
        assertThat(toOwner).hasSize(CROWD);
    }

    @Test
    void a_reader_that_left_while_events_were_queued_receives_none() {
        append("crowd", 1);
        Wire last = crowd.getLast();
        subscriptions.closed(last);

        settle();

        assertThat(last.events).isZero();
        assertThat(told()).isEqualTo(CROWD - 1);
    }

    @Test
    void every_reader_gets_every_event_once_in_any_order_of_turns_events_and_answers() {
        Random random = Seed.random("fan-out");
        long head = 0;
        for (int step = 0; step < 5_000; step++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    int events = 1 + random.nextInt(5);
                    head += events;
                    owner.append("crowd", events);
                }
                case 2 -> owner.append("single", 1);
                case 3 -> {
                    if (!turns.isEmpty()) turns.poll().run();
                }
                case 4, 5 -> {
                    if (!toOwner.isEmpty()) owner.on(toOwner.poll());
                }
                default -> {
                    if (!toGateway.isEmpty()) subscriptions.on(toGateway.poll());
                }
            }
            assertThat(subscriptions.fanOut().queuedBytes("crowd")).isLessThanOrEqualTo(BYTES_MAX);
        }

        settle();

        long last = head;
        assertThat(crowd).allSatisfy(wire -> assertThat(wire.seq).isEqualTo(last));
        assertThat(single.seq).isEqualTo(logs.get("single").head);
    }

    private Wire reader(String session) {
        logs.computeIfAbsent(session, name -> new FakeOwner.Log("me", 0));
        Wire wire = new Wire();
        subscriptions.attach(wire, new Reading(session, "me", new Cursor("e0", 0)), null);
        return wire;
    }

    /** One live event, at the gateway immediately. */
    private void append(String session, int events) {
        FakeOwner.Log log = logs.get(session);
        List<EventFrame> frames = new ArrayList<>();
        frames.add(log.frame(session, log.head + 1, log.head + events));
        log.head += events;
        subscriptions.on(new Delivery.LiveEvents(session, 1, log.epoch, frames));
    }

    private int told() {
        return crowd.stream().mapToInt(wire -> wire.events).sum();
    }

    private void settle() {
        while (!toOwner.isEmpty() || !toGateway.isEmpty() || !turns.isEmpty()) {
            if (!toOwner.isEmpty()) owner.on(toOwner.poll());
            if (!toGateway.isEmpty()) subscriptions.on(toGateway.poll());
            if (!turns.isEmpty()) turns.poll().run();
        }
    }
}
