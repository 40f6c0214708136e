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
import java.util.stream.Collectors;

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

    static OffsetDateTime toTime(long ms) {
        return OffsetDateTime.ofInstant(Instant.ofEpochMilli(ms), ZoneOffset.UTC);
    }

    static long toMs(OffsetDateTime time) {
        return time.toInstant().toEpochMilli();
    }
}
