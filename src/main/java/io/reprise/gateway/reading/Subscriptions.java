package io.reprise.gateway.reading;

import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.gateway.link.GatewayLink;
import io.reprise.gateway.link.OwnerPort;
import io.reprise.gateway.link.ShardOwners;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.message.ShardMessage.Subscribed;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.Metrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * All subscriptions of one gateway, without sockets and without the bus. Single-threaded; a receiver may close itself
 * in {@link Receiver#frame}.
 */
public final class Subscriptions {
    /**
     * Most concurrent pulls per receiver. It limits how many pages the sessions of one socket can deliver at the same
     * time.
     */
    private static final int PULLS_MAX = 4;

    private static final int QUIET_BEATS_MAX = 2;

    private final String gateway;
    private final ShardOwners owners;
    private final OwnerPort port;
    private final MonotonicClock clock;
    private final Metrics metrics;
    private final Current<Patience> patience;
    private long lastNumber;

    private final SubscriptionIndex index = new SubscriptionIndex();
    private final FanOut fanOut;
    private final Map<Integer, Integer> quietBeats = new HashMap<>();

    /**
     * @param answerMs time after which an unanswered attach or pull is repeated
     * @param giveUpMs time after which a client that waits for its first verdict is told {@code unavailable}
     */
    public record Patience(long answerMs, long giveUpMs) {}

    /**
     * @param lastNumber numbers start after it; it differs after each start, so that answers to an earlier process
     *     match none
     */
    public Subscriptions(GatewayLink link, Current<Patience> patience, FanOut.Turns turns, long lastNumber) {
        this.gateway = link.gateway();
        this.owners = link.owners();
        this.port = link.port();
        this.clock = link.clock();
        this.metrics = link.metrics();
        this.patience = patience;
        this.lastNumber = lastNumber;
        this.fanOut = new FanOut(turns, new LiveReaders());
    }

    /** Starts to read; an earlier subscription of this receiver to the session ends. {@code attachId} may be null. */
    public void attach(Receiver receiver, Reading reading, String attachId) {
        detach(receiver, reading.session());
        Subscription subscription = new Subscription(reading, gateway, receiver, attachId, clock.elapsedMs());
        ShardMessage.Attach attach = subscription.attach(++lastNumber, clock.elapsedMs());
        index.add(subscription);
        toOwner(reading.session(), attach);
    }

    /** Returns false if the receiver did not read the session. */
    public boolean detach(Receiver receiver, String session) {
        Subscription subscription = index.of(receiver, session);
        if (subscription == null) return false;
        index.remove(subscription);
        toOwner(session, new ShardMessage.Detach(session, subscription.reader()));
        return true;
    }

    /** The receiver has disconnected. */
    public void closed(Receiver receiver) {
        index.of(receiver).forEach(subscription -> detach(receiver, subscription.session()));
    }

    /** The receiver has room again. */
    public void drained(Receiver receiver) {
        pump(receiver);
    }

    public boolean reads(Receiver receiver, String session) {
        return index.of(receiver, session) != null;
    }

    FanOut fanOut() {
        return fanOut;
    }

    /** Number of subscriptions of all receivers. */
    public int count() {
        return index.count();
    }

    public int count(Receiver receiver) {
        return index.count(receiver);
    }

    /** The last seq that was sent to the receiver, for each session of which it has a complete state. */
    public Map<String, Long> sent(Receiver receiver) {
        Map<String, Long> sent = new LinkedHashMap<>();
        index.of(receiver).forEach(reader -> reader.sent().ifPresent(seq -> sent.put(reader.session(), seq)));
        return sent;
    }

    /** Drops deliveries that are not from the newest owner of their shard; learns newer owners from them. */
    public void on(Delivery delivery) {
        if (!isCurrent(delivery)) return;
        switch (delivery) {
            case Delivery.ShardOwned owned -> {}
            case Delivery.Verdict verdict -> verdict(verdict);
            case Delivery.AttachRefused refused -> refused(refused);
            case Delivery.EventPage page -> fanOut.page(page);
            case Delivery.SnapshotPage page -> fanOut.page(page);
            case Delivery.LiveEvents events -> fanOut.live(events);
            case Delivery.Heads heads -> heads(heads);
            case Delivery.UnknownSubscription unknown -> attachAgain(index.of(unknown.subscription()));
            case Delivery.SessionDropped dropped -> index.of(dropped.session()).forEach(this::attachAgain);
            case Delivery.Notice notice -> notice(notice);
            case Delivery.Answer answer -> {}
        }
    }

    private boolean isCurrent(Delivery delivery) {
        return switch (delivery) {
            case Delivery.OfEpoch said -> isCurrent(said.session(), said.owner());
            case Delivery.AttachRefused refused -> isCurrent(refused.session(), refused.owner());
            case Delivery.UnknownSubscription unknown -> isCurrent(unknown.session(), unknown.owner());
            case Delivery.SessionDropped dropped -> isCurrent(dropped.session(), dropped.owner());
            case Delivery.Notice notice -> isCurrent(notice.session(), notice.owner());
            case Delivery.ShardOwned owned -> isCurrent(owned.shard(), owned.owner());
            case Delivery.Heads heads -> isCurrent(heads.shard(), heads.owner());
            case Delivery.Answer answer -> false;
        };
    }

    private boolean isCurrent(String session, long owner) {
        return isCurrent(owners.shardOf(session), owner);
    }

    private boolean isCurrent(int shard, long owner) {
        owned(shard, owner);
        return owners.of(shard).getAsLong() == owner;
    }

    private void owned(int shard, long owner) {
        if (!owners.learn(shard, owner)) return;
        quietBeats.remove(shard);
        index.all().stream()
                .filter(subscription -> owners.shardOf(subscription.session()) == shard)
                .forEach(this::attachAgain);
    }

    private void verdict(Delivery.Verdict verdict) {
        Subscription subscription = index.of(verdict.subscription());
        if (subscription == null) return;
        send(subscription, subscription.verdict(verdict));
        pump(subscription.receiver());
    }

    private void refused(Delivery.AttachRefused refused) {
        Subscription subscription = index.of(refused.subscription());
        if (subscription == null) return;
        if (subscription.isTold() && refused.failure().code() == ErrorCode.UNAVAILABLE) {
            subscription.refusedForNow(clock.elapsedMs());
        } else {
            fail(subscription, refused.failure());
        }
    }

    private List<Frame> page(Delivery.OfEpoch delivery) {
        return switch (delivery) {
            case Delivery.EventPage page -> page(page, page.subscription(), reader -> reader.page(page));
            case Delivery.SnapshotPage page -> page(page, page.subscription(), reader -> reader.snapshot(page));
            case Delivery.Verdict verdict -> throw new IllegalArgumentException("not a page");
            case Delivery.LiveEvents events -> throw new IllegalArgumentException("not a page");
        };
    }

    private List<Frame> page(Delivery.OfEpoch page, long number, Function<Subscription, List<Frame>> take) {
        Subscription subscription = answered(page, number);
        if (subscription == null) return List.of();
        List<Frame> frames = take.apply(subscription);
        send(subscription, frames);
        nextTurn(subscription);
        return frames;
    }

    /** Queued after the subscriptions that already wait. */
    private void nextTurn(Subscription subscription) {
        Receiver receiver = subscription.receiver();
        if (index.holds(subscription)) index.toTheEnd(subscription);
        pump(receiver);
    }

    /** The reader that asked for this page; null if none did, or if the epoch has changed meanwhile. */
    private Subscription answered(Delivery.OfEpoch page, long number) {
        Subscription subscription = index.of(number);
        if (subscription == null || subscription.isAttaching()) return null;
        if (subscription.isOf(page.epoch())) return subscription;
        attachAgain(subscription);
        return null;
    }

    private final class LiveReaders implements FanOut.Readers {
        @Override
        public List<Subscription> of(String session) {
            return index.of(session);
        }

        /** Checks again, because the owner may have changed and the reader may have left since the events arrived. */
        @Override
        public List<Frame> give(Subscription subscription, Delivery.LiveEvents events) {
            if (!index.holds(subscription) || !isCurrent(events)) return List.of();
            boolean full = subscription.receiver().full();
            boolean wasLive = subscription.isLive();
            List<Frame> frames = subscription.live(events, full);
            send(subscription, frames);
            if (wasLive && !subscription.isLive()) metrics.catchUp(full ? "slow" : "hole");
            if (subscription.wantsPull()) pump(subscription.receiver());
            return frames;
        }

        @Override
        public List<Frame> answer(Delivery.OfEpoch page) {
            return Subscriptions.this.page(page);
        }

        @Override
        public void leaveBehind(Subscription subscription) {
            if (!index.holds(subscription) || !subscription.leaveBehind()) return;
            metrics.catchUp("crowd");
            pump(subscription.receiver());
        }
    }

    private void heads(Delivery.Heads heads) {
        quietBeats.remove(heads.shard());
        heads.unknown().forEach(number -> attachAgain(index.of(number)));
        for (Delivery.Head head : heads.heads()) {
            if (fanOut.isBehind(head.session())) continue; // The events are not lost, but wait here.
            for (Subscription subscription : index.of(head.session())) {
                boolean wasLive = subscription.isLive();
                if (subscription.headElsewhere(head)) {
                    attachAgain(subscription);
                    continue;
                }
                if (wasLive && !subscription.isLive()) metrics.catchUp("behind");
                if (subscription.wantsPull()) pump(subscription.receiver());
            }
        }
    }

    private void notice(Delivery.Notice notice) {
        Frame frame = Frame.of(Frame.Type.NOTICE, ServerFrames.notice(notice));
        boolean deleted = notice.kind().equals(Delivery.Notice.SESSION_DELETED);
        for (Subscription subscription : index.of(notice.session())) {
            if (deleted) index.remove(subscription);
            subscription.receiver().frame(frame);
        }
    }

    /** Repeats unanswered requests; call it a few times per {@code answerMs}. */
    public void tick() {
        long nowMs = clock.elapsedMs();
        long sentMs = nowMs - patience.get().answerMs();
        for (Subscription subscription : index.all()) {
            if (!subscription.isTold()
                    && nowMs - subscription.sinceMs() >= patience.get().giveUpMs()) {
                fail(subscription, Failure.unavailable());
            } else if (subscription.attachSentBefore(sentMs)) {
                attachAgain(subscription);
            } else {
                subscription.forgetPullSentBefore(sentMs);
            }
        }
        index.receivers().forEach(this::pump);
    }

    /** Reports its readers to each owner; true if an owner seems to be gone and must be looked up. */
    public boolean beat() {
        Map<Integer, List<Subscribed>> byShard = new HashMap<>();
        index.all()
                .forEach(s -> byShard.computeIfAbsent(owners.shardOf(s.session()), shard -> new ArrayList<>())
                        .add(new Subscribed(s.session(), s.number())));
        byShard.forEach((shard, subscribed) -> {
            quietBeats.merge(shard, 1, Integer::sum);
            toOwner(shard, new ShardMessage.GatewayBeat(shard, gateway, subscribed));
        });
        quietBeats.keySet().retainAll(byShard.keySet());
        return quietBeats.values().stream().anyMatch(quiet -> quiet > QUIET_BEATS_MAX);
    }

    /** Without a known owner the subscription waits; it attaches again when the owner becomes known. */
    private void attachAgain(Subscription subscription) {
        if (subscription == null || !index.holds(subscription)) return;
        long former = subscription.number();
        ShardMessage.Attach attach = subscription.attach(++lastNumber, clock.elapsedMs());
        index.renumber(former, subscription);
        toOwner(subscription.session(), attach);
    }

    private void pump(Receiver receiver) {
        List<Subscription> readings = index.of(receiver);
        long underWay = readings.stream().filter(Subscription::pulls).count();
        for (Subscription subscription : readings) {
            if (underWay >= PULLS_MAX || receiver.full()) return;
            String session = subscription.session();
            if (!subscription.wantsPull() || owners.of(owners.shardOf(session)).isEmpty()) continue;
            toOwner(session, subscription.pull(clock.elapsedMs()));
            underWay++;
        }
    }

    private void send(Subscription subscription, List<Frame> frames) {
        frames.forEach(subscription.receiver()::frame);
        metrics.delivered(frames.size());
    }

    private void fail(Subscription subscription, Failure failure) {
        index.remove(subscription);
        subscription.receiver().refused(subscription.attachId(), subscription.session(), failure);
    }

    private void toOwner(String session, ShardMessage message) {
        toOwner(owners.shardOf(session), message);
    }

    private void toOwner(int shard, ShardMessage message) {
        OptionalLong owner = owners.of(shard);
        if (owner.isPresent()) port.send(shard, owner.getAsLong(), message);
    }
}
