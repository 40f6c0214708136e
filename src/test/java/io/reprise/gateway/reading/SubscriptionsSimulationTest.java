package io.reprise.gateway.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.reprise.gateway.FakeOwner;
import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.link.GatewayLink;
import io.reprise.gateway.link.ShardOwners;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.reading.Subscriptions.Patience;
import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.ShardMessage;
import io.reprise.message.bus.Sharding;
import io.reprise.support.Current;
import io.reprise.telemetry.Metrics;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random interleavings of attaches, disconnects, appends, lost messages, slow sockets, changes of owner and of epoch.
 * At all
 * times a client has its log without gap, duplicate or overlap; finally every client is at the head.
 */
class SubscriptionsSimulationTest {
    private static final int SEEDS = Integer.getInteger("reprise.seeds", 100);
    private static final List<String> SESSIONS = List.of("s1", "s2", "s3");

    @Test
    void no_reader_ever_sees_a_gap_a_duplicate_or_an_overlap_and_all_reach_the_head() {
        long first = Long.getLong("reprise.seed", 1);
        for (long seed = first; seed < first + SEEDS; seed++) {
            World world = new World(seed);
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " (-Dreprise.seed=" + seed + "): " + e.getMessage(), e);
            }
        }
    }

    private static final class World {
        final Random random;
        final double loss;
        final Map<String, FakeOwner.Log> logs = new LinkedHashMap<>();
        final Deque<ShardMessage> toOwner = new ArrayDeque<>();
        final Deque<Delivery> toGateway = new ArrayDeque<>();
        final Deque<Runnable> turns = new ArrayDeque<>();
        final ShardOwners owners = new ShardOwners(new Sharding(2));
        final Subscriptions subscriptions;
        final List<Tab> tabs = new ArrayList<>();
        FakeOwner owner;
        long nowMs;
        long ownerNumber;
        boolean calm;

        World(long seed) {
            random = new Random(seed);
            loss = new double[] {0, 0.03, 0.2}[random.nextInt(3)];
            SESSIONS.forEach(session -> logs.put(session, new FakeOwner.Log("me", random.nextInt(20))));
            subscriptions = new Subscriptions(
                    new GatewayLink(
                            "gw",
                            owners,
                            (shard, number, message) -> {
                                if (number == owner.number && !isLost()) toOwner.add(message);
                            },
                            () -> nowMs,
                            Metrics.unseen()),
                    Current.always(new Patience(100, Long.MAX_VALUE)),
                    new FanOut.Turns(
                            Current.always(4 << random.nextInt(3)), Current.always(random.nextInt(1_500)), turns::add),
                    0);
            newOwner();
            for (int i = 0; i < 3; i++) tabs.add(new Tab(this));
        }

        boolean isLost() {
            return !calm && random.nextDouble() < loss;
        }

        void newOwner() {
            owner = new FakeOwner(++ownerNumber, logs, (gateway, delivery) -> {
                if (!isLost()) toGateway.add(delivery);
            });
            toOwner.clear();
            for (int shard = 0; shard < 2; shard++) toGateway.add(new Delivery.ShardOwned(shard, ownerNumber, "n1"));
        }

        void run() {
            for (int step = 0; step < 400; step++) act();
            calm = true;
            tabs.forEach(Tab::reconnectIfCut);
            for (int round = 0; round < 40; round++) settle();
            for (Tab tab : tabs) tab.mustBeAtHead();
        }

        void settle() {
            while (!toOwner.isEmpty() || !toGateway.isEmpty() || !turns.isEmpty()) {
                deliver(1);
                turn();
            }
            tabs.forEach(tab -> tab.drain(Integer.MAX_VALUE));
            nowMs += 60;
            subscriptions.tick();
            subscriptions.beat();
        }

        void turn() {
            if (!turns.isEmpty()) turns.poll().run();
        }

        void deliver(int messages) {
            for (int i = 0; i < messages; i++) deliver();
        }

        void deliver() {
            boolean toTheOwner = toGateway.isEmpty() || !toOwner.isEmpty() && random.nextBoolean();
            if (toTheOwner && !toOwner.isEmpty()) owner.on(toOwner.poll());
            else if (!toGateway.isEmpty()) subscriptions.on(toGateway.poll());
        }

        void act() {
            String session = SESSIONS.get(random.nextInt(SESSIONS.size()));
            Tab tab = tabs.get(random.nextInt(tabs.size()));
            switch (random.nextInt(23)) {
                case 0, 1, 2 -> owner.append(session, 1 + random.nextInt(4));
                case 3 -> tab.attach(session);
                case 4 -> tab.cutOrConnect();
                case 5 -> subscriptions.tick();
                case 6 -> subscriptions.beat();
                case 7 -> nowMs += random.nextInt(120);
                case 8 -> fault(session);
                case 9, 10, 11 -> tab.drain(random.nextInt(16));
                case 20, 21 -> turn();
                default -> deliver(random.nextInt(6));
            }
        }

        void fault(String session) {
            switch (random.nextInt(6)) {
                case 0 -> newOwner();
                case 1 -> owner.drop(session);
                case 2 -> {
                    logs.get(session).epoch = "e" + random.nextInt(1_000_000);
                    owner.drop(session);
                }
                // Like a cleared session: its readers stay, its log is another one.
                case 3 -> logs.get(session).epoch = "c" + random.nextInt(1_000_000);
                default -> {}
            }
        }
    }

    /** A client's tab: a socket with a small outbox, and what it has applied of each session. */
    private static final class Tab {
        private static final int FULL = 8;
        final World world;
        final Map<String, Applied> applied = new HashMap<>();
        Wire wire;
        int attaches;

        Tab(World world) {
            this.world = world;
            reconnectIfCut();
        }

        /** One connection: what is queued on it is lost with it. */
        static final class Wire implements Receiver {
            final Deque<String> queue = new ArrayDeque<>();
            boolean full;

            @Override
            public boolean full() {
                return full;
            }

            @Override
            public void frame(Frame frame) {
                queue.add(frame.text());
                if (queue.size() > FULL) full = true;
            }
        }

        static final class Applied {
            Cursor cursor;
            String epoch;
            boolean reading;
            String awaited;
            boolean live;
        }

        void reconnectIfCut() {
            if (wire != null) return;
            wire = new Wire();
            SESSIONS.forEach(this::attach);
        }

        void cutOrConnect() {
            if (wire == null) {
                reconnectIfCut();
                return;
            }
            world.subscriptions.closed(wire);
            wire = null;
        }

        void attach(String session) {
            if (wire == null) return;
            Applied state = applied.computeIfAbsent(session, s -> new Applied());
            if (world.random.nextInt(5) == 0) state.cursor = null;
            state.awaited = "a" + ++attaches;
            world.subscriptions.attach(wire, new Reading(session, "me", state.cursor), state.awaited);
        }

        void drain(int frames) {
            for (int i = 0; i < frames && wire != null && !wire.queue.isEmpty(); i++) {
                take(new JsonObject(wire.queue.poll()));
                if (wire.full && wire.queue.size() <= FULL / 2) {
                    wire.full = false;
                    world.subscriptions.drained(wire);
                }
            }
        }

        void take(JsonObject frame) {
            Applied state = applied.get(frame.getString("session"));
            String type = frame.getString("type");
            if (type.equals("attached") && frame.getString("id", "").equals(state.awaited)) state.awaited = null;
            if (state.awaited != null) return;
            switch (type) {
                case "attached" -> attached(state, frame);
                case "snapshot" -> snapshot(state, frame);
                case "event" -> event(state, frame);
                case "live" -> {
                    assertThat(state.cursor).as("live without a state").isNotNull();
                    assertThat(state.live).as("live said twice").isFalse();
                    state.live = true;
                }
                default -> fail("unexpected " + frame);
            }
        }

        void attached(Applied state, JsonObject frame) {
            state.live = false;
            if (frame.getString("mode").equals("replay")) {
                assertThat(state.cursor).as("replay without a cursor").isNotNull();
                assertThat(frame.getString("epoch")).isEqualTo(state.cursor.epoch());
            } else {
                state.cursor = null;
                state.reading = false;
                state.epoch = frame.getString("epoch");
            }
        }

        void snapshot(Applied state, JsonObject frame) {
            if (frame.getInteger("page") == 1) state.reading = true;
            assertThat(state.reading).as("page 2 before page 1").isTrue();
            assertThat(frame.getString("epoch")).isEqualTo(state.epoch);
            if (frame.getBoolean("last")) state.cursor = new Cursor(state.epoch, frame.getLong("seq"));
        }

        void event(Applied state, JsonObject frame) {
            assertThat(state.cursor).as("event before a state").isNotNull();
            assertThat(frame.getJsonObject("event").getString("epoch")).isEqualTo(state.cursor.epoch());
            assertThat(frame.getLong("from"))
                    .as("the event behind " + state.cursor)
                    .isEqualTo(state.cursor.seq() + 1);
            state.cursor = new Cursor(state.cursor.epoch(), frame.getLong("seq"));
        }

        void mustBeAtHead() {
            applied.forEach((session, state) -> {
                FakeOwner.Log log = world.logs.get(session);
                assertThat(state.cursor).as(session).isEqualTo(new Cursor(log.epoch, log.head));
                assertThat(state.live).as(session + " is live").isTrue();
            });
        }
    }
}
