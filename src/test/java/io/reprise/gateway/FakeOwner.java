package io.reprise.gateway;

import io.reprise.message.Delivery;
import io.reprise.message.Delivery.Attached;
import io.reprise.message.Delivery.Mode;
import io.reprise.message.Failure;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.EventFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** The session side as a gateway sees it, for all shards, with logs that contain nothing but numbers. */
public final class FakeOwner {
    private static final int PAGE_EVENTS = 4;

    /** A log that outlives its owners. An event's text tells its epoch and range; {@code padding} makes it heavy. */
    public static final class Log {
        final String user;
        public String epoch = "e0";
        public long head;
        public String padding = "";

        public Log(String user, long head) {
            this.user = user;
            this.head = head;
        }

        public EventFrame frame(String session, long from, long seq) {
            return new EventFrame(
                    from,
                    seq,
                    "{\"type\":\"event\",\"session\":\"%s\",\"seq\":%d,\"from\":%d,\"ts\":0,\"event\":{\"epoch\":\"%s\",\"x\":\"%s\"}}"
                            .formatted(session, seq, from, epoch, padding));
        }
    }

    private record Held(String session, boolean live) {}

    public final long number;
    private final Map<String, Log> logs;
    private final BiConsumer<String, Delivery> deliver;
    private final Map<Reader, Held> readers = new LinkedHashMap<>();
    /** Answers commands; null leaves one without an answer. */
    public BiFunction<FakeOwner, ShardMessage.Request, Delivery.Answer> commands = (owner, request) -> null;

    final List<ShardMessage> received = new ArrayList<>();

    public FakeOwner(long number, Map<String, Log> logs, BiConsumer<String, Delivery> deliver) {
        this.number = number;
        this.logs = logs;
        this.deliver = deliver;
    }

    public void on(ShardMessage message) {
        received.add(message);
        switch (message) {
            case ShardMessage.Attach attach -> attach(attach);
            case ShardMessage.Detach detach -> readers.remove(detach.reader());
            case ShardMessage.Pull pull -> pull(pull);
            case ShardMessage.PullSnapshot pull -> pull(pull);
            case ShardMessage.GatewayBeat beat -> beat(beat);
            case ShardMessage.Request request -> {
                Delivery.Answer answer = commands.apply(this, request);
                if (answer != null) deliver.accept(request.replyTo().address(), answer);
            }
            case ShardMessage.AgentBatch batch -> throw new IllegalStateException();
            case ShardMessage.RunQuestion question -> throw new IllegalStateException();
            case ShardMessage.ExpireInterrupts expire -> throw new IllegalStateException();
            case ShardMessage.ExpireSession expire -> throw new IllegalStateException();
            case ShardMessage.EraseSession erase -> throw new IllegalStateException();
            case ShardMessage.RunBeatAnswer answer -> throw new IllegalStateException();
            case ShardMessage.TitleProposed proposed -> throw new IllegalStateException();
            case ShardMessage.Fire fire -> throw new IllegalStateException();
        }
    }

    private void attach(ShardMessage.Attach attach) {
        Log log = logs.get(attach.session());
        String gateway = attach.reader().gateway();
        long subscription = attach.reader().subscription();
        if (log == null || !log.user.equals(attach.user())) {
            deliver.accept(
                    gateway, new Delivery.AttachRefused(attach.session(), number, subscription, Failure.notFound()));
            return;
        }
        Mode mode = mode(attach, log);
        readers.put(attach.reader(), new Held(attach.session(), false));
        Attached attached =
                new Attached(log.head, 1, mode == Mode.REPLAY, null, null, null, null, List.of(), List.of(), List.of());
        deliver.accept(
                gateway, new Delivery.Verdict(attach.session(), number, log.epoch, subscription, mode, attached));
    }

    private static Mode mode(ShardMessage.Attach attach, Log log) {
        if (attach.cursor() == null) return Mode.SNAPSHOT;
        boolean covered =
                attach.cursor().epoch().equals(log.epoch) && attach.cursor().seq() <= log.head;
        return covered ? Mode.REPLAY : Mode.RESET;
    }

    /** Neighbours are merged, as a reader that catches up gets them. */
    private void pull(ShardMessage.Pull pull) {
        if (isUnknown(pull.session(), pull.reader())) return;
        Log log = logs.get(pull.session());
        List<EventFrame> frames = new ArrayList<>();
        long seq = pull.after();
        while (seq < log.head && frames.size() < PAGE_EVENTS) {
            long to = Math.min(log.head, seq + 1 + seq % 3);
            frames.add(log.frame(pull.session(), seq + 1, to));
            seq = to;
        }
        boolean live = seq >= log.head;
        readers.put(pull.reader(), new Held(pull.session(), live));
        deliver.accept(
                pull.reader().gateway(),
                new Delivery.EventPage(
                        pull.session(), number, log.epoch, pull.reader().subscription(), pull.pull(), frames, live));
    }

    private void pull(ShardMessage.PullSnapshot pull) {
        if (isUnknown(pull.session(), pull.reader())) return;
        Log log = logs.get(pull.session());
        long at = pull.at() < 0 ? log.head : pull.at();
        boolean last = pull.page() == 2;
        String frame = "{\"type\":\"snapshot\",\"session\":\"%s\",\"epoch\":\"%s\",\"seq\":%d,\"page\":%d,\"last\":%b}"
                .formatted(pull.session(), log.epoch, at, pull.page(), last);
        deliver.accept(
                pull.reader().gateway(),
                new Delivery.SnapshotPage(
                        pull.session(),
                        number,
                        log.epoch,
                        pull.reader().subscription(),
                        pull.pull(),
                        pull.page(),
                        at,
                        last,
                        frame));
    }

    private boolean isUnknown(String session, Reader reader) {
        if (readers.containsKey(reader)) return false;
        deliver.accept(reader.gateway(), new Delivery.UnknownSubscription(session, number, reader.subscription()));
        return true;
    }

    private void beat(ShardMessage.GatewayBeat beat) {
        List<Long> unknown = new ArrayList<>();
        Map<String, Delivery.Head> heads = new HashMap<>();
        Set<Long> named = new HashSet<>();
        for (ShardMessage.Subscribed subscribed : beat.subscriptions()) {
            named.add(subscribed.subscription());
            if (readers.containsKey(new Reader(beat.gateway(), subscribed.subscription()))) {
                Log log = logs.get(subscribed.session());
                heads.put(subscribed.session(), new Delivery.Head(subscribed.session(), log.epoch, log.head));
            } else {
                unknown.add(subscribed.subscription());
            }
        }
        deliver.accept(beat.gateway(), new Delivery.Heads(beat.shard(), number, List.copyOf(heads.values()), unknown));
    }

    /** New events, one by one, to the gateways that have live readers. */
    public void append(String session, int events) {
        Log log = logs.get(session);
        List<EventFrame> frames = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            log.head++;
            frames.add(log.frame(session, log.head, log.head));
        }
        toGateways(session, new Delivery.LiveEvents(session, number, log.epoch, frames), true);
    }

    /** Dropped and loaded again: its readers are forgotten. */
    public void drop(String session) {
        Set<String> gateways = gateways(session, false);
        readers.values().removeIf(held -> held.session().equals(session));
        gateways.forEach(gateway -> deliver.accept(gateway, new Delivery.SessionDropped(session, number)));
    }

    public void toGateways(String session, Delivery delivery, boolean liveOnly) {
        gateways(session, liveOnly).forEach(gateway -> deliver.accept(gateway, delivery));
    }

    int liveReaders() {
        return (int) readers.values().stream().filter(Held::live).count();
    }

    private Set<String> gateways(String session, boolean liveOnly) {
        Set<String> gateways = new HashSet<>();
        readers.forEach((reader, held) -> {
            if (held.session().equals(session) && (held.live() || !liveOnly)) gateways.add(reader.gateway());
        });
        return gateways;
    }
}
