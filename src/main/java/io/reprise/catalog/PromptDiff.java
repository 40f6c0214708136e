package io.reprise.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * The lines of two texts beside each other: lines of the longest common subsequence are the same, the others were removed
 * or added. The work is limited: of texts whose changed parts are very long, those parts count as replaced as a whole.
 */
public final class PromptDiff {
    /** Of the table of the changed parts, which has a cell for each pair of lines. */
    private static final int CELLS_MAX = 4_000_000;

    private final List<Line> lines = new ArrayList<>();
    private final List<String> before;
    private final List<String> after;

    /** What has become of a line. */
    public enum Change {
        SAME,
        REMOVED,
        ADDED
    }

    public record Line(Change change, String text) {}

    private PromptDiff(String before, String after) {
        this.before = List.of(before.split("\n", -1));
        this.after = List.of(after.split("\n", -1));
    }

    public static List<Line> of(String before, String after) {
        return new PromptDiff(before, after).compare();
    }

    private List<Line> compare() {
        int shorter = Math.min(before.size(), after.size());
        int begin = 0;
        while (begin < shorter && before.get(begin).equals(after.get(begin))) begin++;
        int end = 0;
        while (end < shorter - begin && fromEnd(before, end).equals(fromEnd(after, end))) end++;
        add(Change.SAME, before.subList(0, begin));
        middle(before.subList(begin, before.size() - end), after.subList(begin, after.size() - end));
        add(Change.SAME, before.subList(before.size() - end, before.size()));
        return lines;
    }

    private static String fromEnd(List<String> lines, int back) {
        return lines.get(lines.size() - 1 - back);
    }

    private void add(Change change, List<String> texts) {
        texts.forEach(text -> lines.add(new Line(change, text)));
    }

    private void middle(List<String> old, List<String> now) {
        if ((long) old.size() * now.size() > CELLS_MAX) {
            add(Change.REMOVED, old);
            add(Change.ADDED, now);
            return;
        }
        int[][] common = commonLines(old, now);
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
                lines.add(new Line(Change.SAME, old.get(i++)));
                j++;
            } else if (j == now.size() || i < old.size() && common[i + 1][j] >= common[i][j + 1]) {
                lines.add(new Line(Change.REMOVED, old.get(i++)));
            } else {
                lines.add(new Line(Change.ADDED, now.get(j++)));
            }
        }
    }

    /** For each pair of positions how many lines the rests have in common. */
    private static int[][] commonLines(List<String> old, List<String> now) {
        int[][] common = new int[old.size() + 1][now.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = now.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(now.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }
}
