package io.reprise.session.log;

import io.reprise.message.log.LogEvent.Delta;
import io.reprise.message.log.LogRow;
import java.util.Arrays;

/** The segment that is still growing: the last row of the log while deltas of one message arrive. */
final class OpenSegment {
    private final long from;
    private final String run;
    private final String type;
    private final String target;
    private final long atMs;
    private final StringBuilder text = new StringBuilder();
    private int[] ends = new int[8];
    private int count;

    OpenSegment(long from, String run, Delta first, long atMs) {
        this.from = from;
        this.run = run;
        this.type = first.type();
        this.target = first.target();
        this.atMs = atMs;
        append(first);
    }

    boolean takes(String itsRun, Delta delta, int sizeMax) {
        return itsRun.equals(run)
                && delta.type().equals(type)
                && delta.target().equals(target)
                && text.length() + delta.delta().length() <= sizeMax;
    }

    void append(Delta delta) {
        text.append(delta.delta());
        if (count == ends.length) ends = Arrays.copyOf(ends, count * 2);
        ends[count++] = text.length();
    }

    long from() {
        return from;
    }

    long seq() {
        return from + count - 1;
    }

    /** A row for the seqs in (after, upTo]; {@code after} is at least {@code from - 1}. */
    LogRow.Segment part(long after, long upTo) {
        int first = (int) Math.max(0, after + 1 - from);
        int last = (int) (Math.min(upTo, seq()) - from);
        int begin = first == 0 ? 0 : ends[first - 1];
        int[] partEnds = Arrays.copyOfRange(ends, first, last + 1);
        for (int i = 0; i < partEnds.length; i++) partEnds[i] -= begin;
        String partText = text.substring(begin, ends[last]);
        return new LogRow.Segment(from + first, from + last, run, type, target, partText, partEnds, atMs);
    }

    LogRow.Segment close() {
        return part(from - 1, seq());
    }
}
