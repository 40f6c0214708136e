package io.reprise.session.log;

import io.reprise.config.LogSettings;
import io.reprise.message.log.EventFrame;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.Delta;
import io.reprise.message.log.LogRow;
import io.reprise.support.Current;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbered events of a session that are in memory: rows that tile, then perhaps a segment that still grows.
 *
 * <pre>
 *   memoryAfter ... announced ... decided      announced: readers may know it
 *                   stored                     stored: the store has it; ends with a row
 * </pre>
 *
 * Announcement goes strictly in order of seq and past {@code stored} only over deltas.
 */
public final class SessionLog {
    private final String session;
    private final Current<LogSettings> limits;
    private final List<LogRow> rows = new ArrayList<>();
    private OpenSegment open;
    private long first;
    private long memoryAfter;
    private long decided;
    private long announced;
    private long stored;
    private long memorySize;
    private long unstoredSize;

    /** @param first first event in the store; {@code storedHead + 1} if there is none */
    public SessionLog(String session, Current<LogSettings> limits, long storedHead, long first) {
        this.session = session;
        this.limits = limits;
        this.first = first;
        memoryAfter = decided = announced = stored = storedHead;
    }

    public long decided() {
        return decided;
    }

    public long announced() {
        return announced;
    }

    long stored() {
        return stored;
    }

    /** The oldest existing event. */
    public long first() {
        return first;
    }

    /** Drops all events, stored or not; numbering continues after them. */
    public void clear() {
        rows.clear();
        open = null;
        memoryAfter = announced = stored = decided;
        first = decided + 1;
        memorySize = unstoredSize = 0;
    }

    /** Number of characters of numbered text that is not stored yet. */
    public long unstoredSize() {
        return unstoredSize;
    }

    /** Whether every event after {@code after} is in memory. */
    public boolean covers(long after) {
        return after >= memoryAfter;
    }

    public void number(LogEvent event, String run, long nowMs) {
        decided++;
        if (event instanceof Delta delta) {
            unstoredSize += delta.delta().length();
            memorySize += delta.delta().length();
            if (open != null && open.takes(run, delta, limits.get().segmentBytesMax())) {
                open.append(delta);
            } else {
                closeSegment();
                open = new OpenSegment(decided, run, delta, nowMs);
            }
            return;
        }
        closeSegment();
        LogRow row = new LogRow.Single(decided, run, EventJson.type(event), EventJson.of(event), nowMs);
        rows.add(row);
        unstoredSize += row.size();
        memorySize += row.size();
    }

    /** Whether closed rows are unstored or, with {@code openToo}, any events. */
    boolean hasUnstored(boolean openToo) {
        return (!rows.isEmpty() && rows.getLast().seq() > stored) || (openToo && open != null);
    }

    /** The rows for the next append; {@code openToo} closes the growing segment. */
    public List<LogRow> unstored(boolean openToo) {
        if (openToo) closeSegment();
        return List.copyOf(rows.subList(indexOf(stored), rows.size()));
    }

    /** Everything up to {@code head} is stored. */
    void storedUpTo(long head) {
        if (head < stored) return; // The log was cleared meanwhile.
        for (int i = indexOf(stored); i < rows.size() && rows.get(i).seq() <= head; i++) {
            unstoredSize -= rows.get(i).size();
        }
        stored = head;
    }

    /**
     * Announces as many events as allowed.
     *
     * @param storedOnly whether to announce only stored events
     * @return whether any event was announced
     */
    public boolean announce(boolean storedOnly) {
        long limit = storedOnly ? stored : announceable();
        if (limit <= announced) return false;
        announced = limit;
        return true;
    }

    private long announceable() {
        for (int i = indexOf(stored); i < rows.size(); i++) {
            if (rows.get(i) instanceof LogRow.Single single) return single.seq() - 1;
        }
        return decided;
    }

    /** Frames for (after, upTo] from memory, as many as fit on a page; at least one if there is any. */
    public List<EventFrame> page(long after, long upTo) {
        return new Page(after, upTo).of(from(after));
    }

    /** Frames for (after, upTo] from rows of the store, as many as fit on a page. */
    public List<EventFrame> page(long after, long upTo, List<LogRow> storedRows) {
        return new Page(after, upTo).of(storedRows);
    }

    /** Frames for (after, upTo] from memory, without a limit. */
    public List<EventFrame> frames(long after, long upTo) {
        return new Page(after, upTo, Integer.MAX_VALUE, Long.MAX_VALUE).of(from(after));
    }

    /** Immutable rows for (stored, upTo]. */
    public List<LogRow> unstoredRows(long upTo) {
        List<LogRow> found = new ArrayList<>();
        for (LogRow row : from(stored)) {
            if (row.from() > upTo) break;
            found.add(row instanceof LogRow.Segment segment ? segment.upTo(upTo) : row);
        }
        return found;
    }

    /** Removes stored and announced rows from memory while it exceeds its limit. */
    public void trim() {
        int drop = 0;
        long settled = Math.min(stored, announced);
        while (drop < rows.size()
                && memorySize > limits.get().memoryBytesMax()
                && rows.get(drop).seq() <= settled) {
            memorySize -= rows.get(drop).size();
            memoryAfter = rows.get(drop).seq();
            drop++;
        }
        rows.subList(0, drop).clear();
    }

    private void closeSegment() {
        if (open == null) return;
        rows.add(open.close());
        open = null;
    }

    /** The rows in memory with events after {@code after}; of the growing segment, a copy of the part. */
    private List<LogRow> from(long after) {
        List<LogRow> tail = rows.subList(indexOf(after), rows.size());
        if (open == null || open.seq() <= after) return tail;
        List<LogRow> withOpen = new ArrayList<>(tail);
        withOpen.add(open.part(after, open.seq()));
        return withOpen;
    }

    /** The index of the first row that ends after {@code after}. */
    private int indexOf(long after) {
        int low = 0;
        int high = rows.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (rows.get(middle).seq() <= after) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /** Collects frames up to the limits of a page. */
    private final class Page {
        private final long after;
        private final long upTo;
        private final int framesMax;
        private final long sizeMax;

        Page(long after, long upTo) {
            this(after, upTo, limits.get().pageEvents(), limits.get().pageBytesMax());
        }

        Page(long after, long upTo, int framesMax, long sizeMax) {
            this.after = after;
            this.upTo = upTo;
            this.framesMax = framesMax;
            this.sizeMax = sizeMax;
        }

        List<EventFrame> of(List<LogRow> source) {
            List<EventFrame> frames = new ArrayList<>();
            long size = 0;
            for (LogRow row : source) {
                if (row.seq() <= after) continue;
                if (row.from() > upTo || frames.size() == framesMax) break;
                EventFrame frame = EventFrame.of(session, row, after, upTo);
                size += frame.text().length();
                if (!frames.isEmpty() && size > sizeMax) break;
                frames.add(frame);
            }
            return frames;
        }
    }
}
