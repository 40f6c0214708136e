package io.reprise.session.reading;

import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.Delivery.Attached;
import io.reprise.message.Delivery.Mode;
import io.reprise.message.Delivery.Reason;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.EventFrame;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.log.SessionLog;
import io.reprise.session.log.SessionParts;
import io.reprise.session.recall.Recalls;
import io.reprise.session.run.RunSlot;
import io.reprise.session.run.WaitingMessages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Serves the log to readers. A subscription pulls pages by its cursor. The page that reaches the head makes it live in
 * the same step, so no event can be missed in between. A live reader that cannot keep up returns to pulling.
 */
public final class Replay {
    private final SessionParts parts;
    private final SessionLog log;
    private final RunSlot run;
    private final WaitingMessages waiting;
    private final Recalls recalls;
    private final Readers readers = new Readers();
    private final SharedPage sharedPage = new SharedPage();
    private final SharedReads reads = new SharedReads();
    private final List<ShardMessage.Attach> attaching = new ArrayList<>();
    private final Supplier<String> title;
    private String epoch;
    private boolean clearing;

    /** @param title of the session, or null */
    public Replay(
            SessionParts parts,
            RunSlot run,
            WaitingMessages waiting,
            Recalls recalls,
            Supplier<String> title,
            String epoch) {
        this.parts = parts;
        this.log = parts.log();
        this.run = run;
        this.waiting = waiting;
        this.recalls = recalls;
        this.title = title;
        this.epoch = epoch;
    }

    /** The log is not a continuation of what clients may have seen, so their cursors become invalid. */
    public void newEpoch(String newEpoch) {
        epoch = newEpoch;
        forgetPages();
        parts.appends().next().epoch(newEpoch);
    }

    /** The log is being erased. Readers learn of the new epoch only after it is stored. */
    public void clear(String newEpoch) {
        newEpoch(newEpoch);
        clearing = true;
    }

    /** The erasure is stored: all readers start again. */
    public void cleared() {
        clearing = false;
        forgetPages();
        tellAll(new Delivery.SessionDropped(session(), owner()));
        readers.clear();
        List<ShardMessage.Attach> waitedForIt = List.copyOf(attaching);
        attaching.clear();
        waitedForIt.forEach(this::attach);
    }

    private void forgetPages() {
        sharedPage.forget();
        reads.clear();
    }

    public String epoch() {
        return epoch;
    }

    public boolean isReadBy(String gateway) {
        return readers.gateways().contains(gateway);
    }

    /** How many subscriptions read the session. */
    public int readers() {
        return readers.count();
    }

    public boolean hasReaders() {
        return !readers.isEmpty();
    }

    public void attach(ShardMessage.Attach attach) {
        Reader reader = attach.reader();
        if (clearing) {
            // Above the limit the gateway repeats its request.
            if (attaching.size() < parts.settings().sessions().waitingMax()) attaching.add(attach);
            return;
        }
        if (!attach.user().equals(parts.self().user())) {
            tell(reader, new Delivery.AttachRefused(session(), owner(), reader.subscription(), Failure.notFound()));
            return;
        }
        readers.pulling(reader);
        tell(reader, verdict(reader, attach.cursor()));
    }

    public void detach(Reader reader) {
        readers.remove(reader);
    }

    public void pull(ShardMessage.Pull pull) {
        if (clearing || !known(pull.reader())) return;
        Optional<List<EventFrame>> made = sharedPage.behind(pull.after());
        if (made.isPresent()) {
            page(pull.reader(), pull.pull(), pull.after(), made.get());
        } else if (log.covers(pull.after())) {
            List<EventFrame> frames = log.page(pull.after(), log.announced());
            page(pull.reader(), pull.pull(), pull.after(), sharedPage.keep(pull.after(), frames));
        } else {
            readers.pulling(pull.reader());
            if (!reads.join(pull)) return;
            parts.effects().add(new Effect.ReadRows(pull.reader(), pull.pull(), pull.after(), log.announced()));
        }
    }

    public void rowsRead(Input.RowsRead read) {
        if (clearing) return;
        Map<Reader, Long> asked = reads.take(read.after());
        Map<Reader, Long> waiting = new LinkedHashMap<>(asked);
        waiting.putIfAbsent(read.reader(), read.pull());
        List<EventFrame> frames = log.page(read.after(), log.announced(), read.rows());
        if (!asked.isEmpty()) sharedPage.keep(read.after(), frames); // Otherwise the log may have been replaced.
        waiting.forEach((reader, pull) -> {
            if (readers.knows(reader)) page(reader, pull, read.after(), frames);
        });
    }

    public void pullSnapshot(ShardMessage.PullSnapshot pull) {
        if (clearing || !known(pull.reader())) return;
        readers.pulling(pull.reader());

        parts.effects()
                .add(new Effect.SendSnapshot(
                        pull.reader(), pull.pull(), pull.page(), pull.at(), epoch, log.unstoredRows(pull.at())));
    }

    public void gatewayHas(String gateway, Set<Long> subscriptions) {
        readers.retain(gateway, subscriptions);
        reads.retain(readers::knows);
        sharedPage.forget();
    }

    /** Sends live readers all events that they may receive by now. */
    public void announce() {
        long before = log.announced();
        if (!log.announce(parts.settings().log().flushMs() == 0)) return;
        Set<String> gateways = readers.liveGateways();
        if (!gateways.isEmpty()) {
            List<EventFrame> frames = log.frames(before, log.announced());
            Delivery news = new Delivery.LiveEvents(session(), owner(), epoch, frames);
            gateways.forEach(gateway -> parts.effects().tell(gateway, news));
        }
    }

    /** Sends to every gateway with readers. */
    public void tellAll(Delivery delivery) {
        readers.gateways().forEach(gateway -> parts.effects().tell(gateway, delivery));
    }

    public boolean knows(Reader reader) {
        return readers.knows(reader);
    }

    private void page(Reader reader, long pull, long after, List<EventFrame> frames) {
        long end = frames.isEmpty() ? after : frames.getLast().seq();
        boolean live = end >= log.announced();
        if (live) readers.live(reader);
        else readers.pulling(reader);
        tell(reader, new Delivery.EventPage(session(), owner(), epoch, reader.subscription(), pull, frames, live));
    }

    private boolean known(Reader reader) {
        if (readers.knows(reader)) return true;
        tell(reader, new Delivery.UnknownSubscription(session(), owner(), reader.subscription()));
        return false;
    }

    private Delivery verdict(Reader reader, Cursor cursor) {
        long head = log.announced();
        long floor = floor(head);
        if (cursor == null) return verdict(reader, Mode.SNAPSHOT, null, null);
        if (!cursor.epoch().equals(epoch)) return verdict(reader, Mode.RESET, Reason.EPOCH, null);
        if (cursor.seq() > head) return verdict(reader, Mode.RESET, Reason.AHEAD, null);
        if (cursor.seq() < floor - 1) {
            return verdict(reader, Mode.SNAPSHOT, Reason.TRIMMED, List.of(cursor.seq() + 1, floor - 1));
        }
        return verdict(reader, Mode.REPLAY, null, null);
    }

    private Delivery verdict(Reader reader, Mode mode, Reason reason, List<Long> missing) {
        parts.metrics().verdict(mode.wire(), reason == null ? null : reason.wire());
        long head = log.announced();
        Attached attached = new Attached(
                head,
                floor(head),
                mode == Mode.REPLAY,
                reason,
                missing,
                run.activeRun(),
                run.lastRun(),
                waiting.all().stream().map(QueuedMessage::shown).toList(),
                run.interrupts().open().stream()
                        .filter(one -> !one.isOfClient())
                        .map(Interrupt::info)
                        .toList(),
                recalls.infos(),
                title.get(),
                parts.agent().name(),
                run.interrupts().open().stream()
                        .filter(Interrupt::isOfClient)
                        .map(Interrupt::pending)
                        .toList());
        return new Delivery.Verdict(session(), owner(), epoch, reader.subscription(), mode, attached);
    }

    /**
     * The oldest event from which a replay may start: a fixed number below the head, but never within the newest run.
     */
    private long floor(long head) {
        long window = Math.max(1, head - parts.settings().log().replayEvents() + 1);
        return Math.max(log.first(), Math.min(window, run.firstSeq()));
    }

    private void tell(Reader reader, Delivery delivery) {
        parts.effects().tell(reader.gateway(), delivery);
    }

    private String session() {
        return parts.self().session();
    }

    private long owner() {
        return parts.self().owner();
    }
}
