package io.reprise.gateway.reading;

import io.reprise.gateway.frame.Frame;
import io.reprise.message.Delivery;
import io.reprise.message.Delivery.LiveEvents;
import io.reprise.message.log.EventFrame;
import io.reprise.support.Current;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Distributes events to the readers of their sessions. The first events of a session are sent immediately, up to its
 * share of a turn; further events wait for the next turn. So a session with many readers and a fast stream delays
 * others by at most one share. If too many live events of a session wait, they are dropped and its readers pull from
 * the log instead, where neighbouring deltas are merged. Pages wait in the same queue; a reader requests one at a time.
 */
public final class FanOut {
    private static final int SHARES_PER_TURN = 4;

    /** A long frame counts as one frame per part of this size. */
    private static final int PART_CHARS = 4_096;

    private final Turns turns;
    private final Readers readers;

    /** Sessions that have used their share of this turn, longest waiting first. */
    private final Map<String, Backlog> backlogs = new LinkedHashMap<>();

    private boolean scheduled;

    /**
     * @param framesMax most frames that are sent in one turn; a session may send a quarter, and long frames count more
     *     than once
     * @param queueBytesMax most events of a session that may wait, counted once for all its readers, in characters; a
     *     single delivery may exceed it
     * @param later runs a turn soon, after other pending work
     */
    public record Turns(Current<Integer> framesMax, Current<Integer> queueBytesMax, Consumer<Runnable> later) {
        int share() {
            return Math.max(1, framesMax.get() / SHARES_PER_TURN);
        }
    }

    /** Port: the readers. */
    interface Readers {
        List<Subscription> of(String session);

        /** Sends the reader the events it does not have yet; returns the frames sent. */
        List<Frame> give(Subscription reader, LiveEvents events);

        /** Sends a page to the reader that asked for it; returns the frames sent. */
        List<Frame> answer(Delivery.OfEpoch page);

        /** The reader gets no further live events and must pull. */
        void leaveBehind(Subscription reader);
    }

    FanOut(Turns turns, Readers readers) {
        this.turns = turns;
        this.readers = readers;
    }

    void live(LiveEvents events) {
        add(events.session(), backlog -> backlog.add(events));
    }

    void page(Delivery.OfEpoch page) {
        add(page.session(), backlog -> backlog.items.add(new Item.Page(page)));
    }

    private void add(String session, Consumer<Backlog> what) {
        Backlog backlog = backlogs.get(session);
        if (backlog != null) {
            what.accept(backlog);
            return;
        }
        Backlog fresh = new Backlog(session);
        what.accept(fresh);
        backlogs.put(session, fresh);
        fresh.work(turns.share());
        schedule();
    }

    /** Whether events of the session wait, or its readers have not been told to pull yet. */
    boolean isBehind(String session) {
        Backlog backlog = backlogs.get(session);
        return backlog != null && !backlog.items.isEmpty();
    }

    /** Number of characters of the session's waiting events. */
    long queuedBytes(String session) {
        Backlog backlog = backlogs.get(session);
        return backlog == null ? 0 : backlog.bytes;
    }

    private void schedule() {
        if (scheduled || backlogs.isEmpty()) return;
        scheduled = true;
        turns.later().accept(this::turn);
    }

    private void turn() {
        scheduled = false;
        int left = turns.framesMax().get();
        for (Backlog backlog : new ArrayList<>(backlogs.values())) {
            if (left <= 0) break;
            backlogs.remove(backlog.session);
            if (backlog.items.isEmpty()) continue;
            backlogs.put(backlog.session, backlog);
            left -= backlog.work(Math.min(left, turns.share()));
        }
        schedule();
    }

    private sealed interface Item {
        record News(LiveEvents events) implements Item {}

        record Page(Delivery.OfEpoch page) implements Item {}

        /** Later events were dropped because of the limit. */
        record Dropped() implements Item {}
    }

    private static long bytes(LiveEvents events) {
        return events.frames().stream()
                .map(EventFrame::text)
                .mapToLong(String::length)
                .sum();
    }

    private static int cost(List<Frame> frames) {
        int cost = 1;
        for (Frame frame : frames) cost += frame.text().length() / PART_CHARS + 1;
        return frames.isEmpty() ? cost : cost - 1;
    }

    /** The queued items of one session, and the progress of the first one. */
    private final class Backlog {
        final String session;
        final Deque<Item> items = new ArrayDeque<>();
        private long bytes;
        private List<Subscription> audience;
        private int next;

        Backlog(String session) {
            this.session = session;
        }

        void add(LiveEvents events) {
            long more = bytes(events);
            if (bytes == 0 || bytes + more <= turns.queueBytesMax().get()) {
                items.add(new Item.News(events));
                bytes += more;
            } else {
                audience = null;
                items.removeIf(item -> !(item instanceof Item.Page));
                items.add(new Item.Dropped());
                bytes = 0;
            }
        }

        /** Returns the cost: about the number of frames. The frames of one reader are not divided. */
        int work(int costMax) {
            int cost = 0;
            while (!items.isEmpty() && cost < costMax) {
                Item item = items.peek();
                cost += switch (item) {
                    case Item.Page page -> {
                        items.remove();
                        yield cost(readers.answer(page.page()));
                    }
                    case Item.News news -> toAll(item, costMax - cost, to -> cost(readers.give(to, news.events())));
                    case Item.Dropped dropped -> toAll(item, costMax - cost, this::leaveBehind);
                };
            }
            return cost;
        }

        private int toAll(Item item, int costMax, ToIntFunction<Subscription> give) {
            if (audience == null) {
                audience = readers.of(session);
                next = 0;
            }
            int cost = 0;
            while (next < audience.size() && cost < costMax) cost += give.applyAsInt(audience.get(next++));
            if (next == audience.size()) done(item);
            return cost;
        }

        private int leaveBehind(Subscription reader) {
            readers.leaveBehind(reader);
            return 1;
        }

        private void done(Item item) {
            items.remove();
            if (item instanceof Item.News news) bytes -= bytes(news.events());
            audience = null;
        }
    }
}
