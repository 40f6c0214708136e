package io.reprise.bench;

import java.util.ArrayList;
import java.util.List;

/** The table that is printed at the end; each row also as soon as it is known. */
final class Report {
    private record Row(String what, String figure) {}

    private final List<Row> rows = new ArrayList<>();

    void row(String what, String format, Object... figures) {
        Row row = new Row(what, format.formatted(figures));
        rows.add(row);
        System.err.println("bench: " + row.what + ": " + row.figure);
    }

    void print() {
        int width = rows.stream().mapToInt(row -> row.what.length()).max().orElse(0);
        System.out.println();
        rows.forEach(row -> System.out.printf("| %-" + width + "s | %s%n", row.what, row.figure));
    }
}
