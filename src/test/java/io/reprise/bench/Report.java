package io.reprise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The table that is printed at the end; each row is also printed as soon as it is known. The figures of the last run
 * are stored in a
 * file, and each figure is printed with its ratio to the one before.
 */
final class Report {
    /** Not how many values there were. */
    private static final Pattern FIGURE = Pattern.compile("(?<![\\w.])\\d[\\d,]*(?:\\.\\d+)?");

    private static final Pattern COUNT = Pattern.compile("\\(n=\\d+\\)");

    private record Row(String what, String figure) {}

    private final Path last;
    private final List<Row> rows = new ArrayList<>();

    /** @param last file with the figures of the last run; it need not exist */
    Report(Path last) {
        this.last = last;
    }

    void row(String what, String format, Object... figures) {
        Row row = new Row(what, format.formatted(figures));
        rows.add(row);
        System.err.println("bench: " + row.what + ": " + row.figure);
    }

    /** Prints the table and stores its figures, keeping those of other scenarios. */
    void print() throws IOException {
        Map<String, String> before = kept();
        int width = rows.stream().mapToInt(row -> row.what.length()).max().orElse(0);
        System.out.println();
        for (Row row : rows) {
            String ratios = ratios(before.get(row.what), row.figure);
            System.out.printf(
                    "| %-" + width + "s | %s%s%n",
                    row.what,
                    row.figure,
                    ratios.isEmpty() ? "" : "  | to the last run: " + ratios);
            before.put(row.what, row.figure);
        }
        List<String> lines = before.entrySet().stream()
                .map(row -> row.getKey() + "\t" + row.getValue())
                .toList();
        Files.write(last, lines);
    }

    private Map<String, String> kept() throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        if (!Files.exists(last)) return found;
        for (String line : Files.readAllLines(last)) {
            int tab = line.indexOf('\t');
            if (tab > 0) found.put(line.substring(0, tab), line.substring(tab + 1));
        }
        return found;
    }

    /**
     * The ratio of each number to the one at the same place; empty if there is none, or if the row means something else
     * now.
     */
    static String ratios(String before, String now) {
        if (before == null) return "";
        List<Double> old = numbers(before);
        List<Double> fresh = numbers(now);
        if (old.size() != fresh.size()) return "";
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < fresh.size(); i++) {
            text.append(i == 0 ? "" : " ").append(old.get(i) == 0 ? "-" : "x%.2f".formatted(fresh.get(i) / old.get(i)));
        }
        return text.toString();
    }

    private static List<Double> numbers(String figure) {
        return FIGURE.matcher(COUNT.matcher(figure).replaceAll(""))
                .results()
                .map(MatchResult::group)
                .map(number -> Double.parseDouble(number.replace(",", "")))
                .toList();
    }
}
