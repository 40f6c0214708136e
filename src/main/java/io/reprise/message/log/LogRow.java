package io.reprise.message.log;

import io.reprise.message.log.LogEvent.Delta;
import java.util.Arrays;

/**
 * A row of a session's log. Rows tile the log: each begins right after the end of the previous one. Immutable; the
 * arrays are never modified.
 */
public sealed interface LogRow {
    long from();

    long seq();

    /** The run that the row belongs to, or null. */
    String run();

    /** The AG-UI name of its event. */
    String type();

    /** Milliseconds since the epoch; for a segment, the time of its first delta. */
    long atMs();

    /** Approximate size in memory and on the wire: characters of its text. */
    int size();

    /** The JSON of the event for the part (after, upTo] of this row, which must contain at least one seq. */
    String json(long after, long upTo);

    /** One event that is not a delta. */
    record Single(long seq, String run, String type, String payload, long atMs) implements LogRow {
        @Override
        public long from() {
            return seq;
        }

        @Override
        public int size() {
            return payload.length();
        }

        @Override
        public String json(long after, long upTo) {
            return payload;
        }
    }

    /**
     * Consecutive deltas of one message or tool call.
     *
     * @param target the message or tool call
     * @param ends the offset in {@code text}, in UTF-16 units, at which each seq ends
     */
    record Segment(long from, long seq, String run, String type, String target, String text, int[] ends, long atMs)
            implements LogRow {
        public Segment {
            if (ends.length != seq - from + 1) throw new IllegalArgumentException("one end for each seq");
            if (ends[ends.length - 1] != text.length())
                throw new IllegalArgumentException("the last end is the text's");
        }

        @Override
        public int size() {
            return text.length();
        }

        @Override
        public String json(long after, long upTo) {
            return EventJson.of(Delta.of(type, target, text(after, upTo)));
        }

        /** The text of the seqs in (after, upTo]. */
        public String text(long after, long upTo) {
            int begin = after < from ? 0 : ends[(int) (after - from)];
            int end = ends[(int) (Math.min(upTo, seq) - from)];
            return text.substring(begin, end);
        }

        /** The part of this segment up to {@code upTo}. */
        public Segment upTo(long upTo) {
            if (upTo >= seq) return this;
            int count = (int) (upTo - from) + 1;
            int[] known = Arrays.copyOf(ends, count);
            return new Segment(from, upTo, run, type, target, text.substring(0, known[count - 1]), known, atMs);
        }
    }
}
