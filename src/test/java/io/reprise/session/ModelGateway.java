package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.link.GatewayLink;
import io.reprise.gateway.link.OwnerPort;
import io.reprise.gateway.link.ShardOwners;
import io.reprise.gateway.reading.FanOut;
import io.reprise.gateway.reading.Receiver;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.reading.Subscriptions;
import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.bus.Sharding;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;

/** A gateway of the model: the real {@link Subscriptions}, with sockets that are queues. */
final class ModelGateway {
    private static final int SOCKET_FRAMES_MAX = 6;

    final String address;
    final Deque<Delivery> inbox = new ArrayDeque<>();
    final Subscriptions subscriptions;

    ModelGateway(String address, int shards, OwnerPort port, MonotonicClock clock) {
        this.address = address;
        this.subscriptions = new Subscriptions(
                new GatewayLink(address, new ShardOwners(new Sharding(shards)), port, clock, Metrics.unseen()),
                Current.always(new Subscriptions.Patience(300, 10_000_000)),
                new FanOut.Turns(Current.always(4), Current.always(1_000), Runnable::run),
                0);
    }

    /** One connection of a client: the frames on their way to it. */
    static final class Socket implements Receiver {
        final Deque<String> frames = new ArrayDeque<>();

        @Override
        public boolean full() {
            return frames.size() >= SOCKET_FRAMES_MAX;
        }

        @Override
        public void frame(Frame frame) {
            frames.add(frame.text());
        }
    }

    /** A client written from the protocol document: it applies by cursor, and tolerates neither gap nor overlap. */
    static final class Tab {
        private final String session;
        final StringBuilder text = new StringBuilder();
        ModelGateway gateway;
        Socket socket;
        String epoch;
        long cursor = -1;
        boolean live;
        private String awaited;
        private int attaches;

        Tab(String session) {
            this.session = session;
        }

        void connect(ModelGateway to) {
            gateway = to;
            socket = new Socket();
            attach(true);
        }

        void attach(boolean withCursor) {
            awaited = "a" + ++attaches;
            Cursor from = withCursor && cursor >= 0 ? new Cursor(epoch, cursor) : null;
            gateway.subscriptions.attach(socket, new Reading(session, "user", from), awaited);
        }

        void cut() {
            gateway.subscriptions.closed(socket);
            socket = null;
            live = false;
        }

        /** Takes the next frame, if there is one. */
        boolean read() {
            if (socket == null || socket.frames.isEmpty()) return false;
            boolean wasFull = socket.full();
            take(new JsonObject(socket.frames.peek()), socket.frames.poll());
            if (wasFull && !socket.full()) gateway.subscriptions.drained(socket);
            return true;
        }

        private void take(JsonObject frame, String raw) {
            if (frame.getString("type").equals("attached")) attached(frame);
            if (awaited != null) return;
            switch (frame.getString("type")) {
                case "snapshot" -> {
                    assertThat(frame.getString("epoch")).isEqualTo(epoch);
                    text.setLength(0);
                    text.append(frame.getString("text"));
                    cursor = frame.getLong("seq");
                }
                case "event" -> apply(frame, raw);
                case "live" -> {
                    assertThat(cursor).as("live without a state").isNotNegative();
                    live = true;
                }
                default -> {}
            }
        }

        private void attached(JsonObject frame) {
            if (frame.containsKey("id") && frame.getString("id").equals(awaited)) awaited = null;
            if (awaited != null) return;
            live = false;
            if (frame.getString("mode").equals("replay")) {
                assertThat(frame.getString("epoch"))
                        .as("replay of another epoch")
                        .isEqualTo(epoch);
            } else {
                epoch = frame.getString("epoch");
                cursor = -1;
            }
        }

        private void apply(JsonObject frame, String raw) {
            long seq = frame.getLong("seq");
            assertThat(cursor).as("an event before any state").isNotNegative();
            assertThat(frame.getLong("from", seq)).as("gap, double or overlap").isEqualTo(cursor + 1);
            text.append(LogText.ofFrame(raw));
            cursor = seq;
        }
    }
}
