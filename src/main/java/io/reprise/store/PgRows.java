package io.reprise.store;

import io.reprise.message.EventJson;
import io.reprise.message.LogRow;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of {@code session_event} in both directions. */
final class PgRows {
    static final String COLUMNS = "from_seq, seq, run_id, type, payload, ends, at";

    private PgRows() {}

    static List<LogRow> read(RowSet<Row> rows) {
        List<LogRow> found = new ArrayList<>(rows.size());
        for (Row row : rows) found.add(read(row));
        return found;
    }

    private static LogRow read(Row row) {
        Integer[] ends = row.getArrayOfIntegers("ends");
        return EventJson.row(
                row.getLong("from_seq"),
                row.getLong("seq"),
                row.getString("run_id"),
                row.getString("type"),
                row.getString("payload"),
                ends == null
                        ? null
                        : Arrays.stream(ends).mapToInt(Integer::intValue).toArray(),
                toMs(row.getOffsetDateTime("at")));
    }

    /** Adds one array for each of the columns from_seq, seq, run_id, type, payload, ends, at. */
    static void addArrays(Tuple values, List<LogRow> rows) {
        values.addArrayOfLong(rows.stream().map(LogRow::from).toArray(Long[]::new));
        values.addArrayOfLong(rows.stream().map(LogRow::seq).toArray(Long[]::new));
        values.addArrayOfString(rows.stream().map(LogRow::run).toArray(String[]::new));
        values.addArrayOfString(rows.stream().map(LogRow::type).toArray(String[]::new));
        values.addArrayOfString(
                rows.stream().map(row -> row.json(row.from() - 1, row.seq())).toArray(String[]::new));
        values.addArrayOfString(rows.stream().map(PgRows::ends).toArray(String[]::new));
        values.addArrayOfOffsetDateTime(
                rows.stream().map(row -> toTime(row.atMs())).toArray(OffsetDateTime[]::new));
    }

    /** Arrays of arrays must be even in SQL, so the ends of a row travel as text. */
    private static String ends(LogRow row) {
        return row instanceof LogRow.Segment segment
                ? Arrays.stream(segment.ends()).mapToObj(Integer::toString).collect(Collectors.joining(","))
                : null;
    }

    /** Arrays as a statement names them: {@code $first::type[], ...}. */
    static String parameters(int first, List<String> types) {
        return IntStream.range(0, types.size())
                .mapToObj(i -> "$" + (first + i) + "::" + types.get(i) + "[]")
                .collect(Collectors.joining(", "));
    }

    static <T> String[] texts(List<T> things, Function<T, String> field) {
        return things.stream().map(field).toArray(String[]::new);
    }

    static <T> Integer[] numbers(List<T> things, Function<T, Integer> field) {
        return things.stream().map(field).toArray(Integer[]::new);
    }

    static <T> Long[] longs(List<T> things, Function<T, Long> field) {
        return things.stream().map(field).toArray(Long[]::new);
    }

    /** Out of milliseconds, which may be null. */
    static <T> OffsetDateTime[] times(List<T> things, Function<T, Long> field) {
        return things.stream().map(thing -> toTimeOrNull(field.apply(thing))).toArray(OffsetDateTime[]::new);
    }

    private static OffsetDateTime toTimeOrNull(Long ms) {
        return ms == null ? null : toTime(ms);
    }

    /** Null when there is no time. */
    static Long toMsOrNull(OffsetDateTime time) {
        return time == null ? null : Long.valueOf(toMs(time));
    }

    static OffsetDateTime toTime(long ms) {
        return OffsetDateTime.ofInstant(Instant.ofEpochMilli(ms), ZoneOffset.UTC);
    }

    static long toMs(OffsetDateTime time) {
        return time.toInstant().toEpochMilli();
    }
}
