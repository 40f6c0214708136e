package io.reprise.message.log;

import io.reprise.message.log.LogRow.Segment;
import java.util.ArrayList;
import java.util.List;

/** Neighbouring rows of one message that can be stored as one row: each cursor in it is still answered exactly. */
public final class SegmentGroups {
    private SegmentGroups() {}

    /**
     * Groups of at least two rows, in order.
     *
     * @param rows neighbours in a log
     * @param charsMax longest text of a group
     */
    public static List<List<Segment>> of(List<LogRow> rows, int charsMax) {
        List<List<Segment>> groups = new ArrayList<>();
        List<Segment> group = new ArrayList<>();
        int chars = 0;
        for (LogRow row : rows) {
            boolean joins = row instanceof Segment next
                    && !group.isEmpty()
                    && follows(group.getLast(), next)
                    && chars + next.text().length() <= charsMax;
            if (!joins) {
                if (group.size() > 1) groups.add(group);
                group = new ArrayList<>();
                chars = 0;
            }
            if (row instanceof Segment segment) {
                group.add(segment);
                chars += segment.text().length();
            }
        }
        if (group.size() > 1) groups.add(group);
        return groups;
    }

    private static boolean follows(Segment before, Segment next) {
        return next.from() == before.seq() + 1
                && next.run().equals(before.run())
                && next.type().equals(before.type())
                && next.target().equals(before.target());
    }

    /** The one row for a group. */
    public static Segment joined(List<Segment> group) {
        Segment first = group.getFirst();
        long seq = group.getLast().seq();
        int[] ends = new int[(int) (seq - first.from() + 1)];
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (Segment part : group) {
            for (int end : part.ends()) ends[next++] = text.length() + end;
            text.append(part.text());
        }
        return new Segment(
                first.from(), seq, first.run(), first.type(), first.target(), text.toString(), ends, first.atMs());
    }
}
