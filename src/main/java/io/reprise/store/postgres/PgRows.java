package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.bigint;
import static io.reprise.store.postgres.ArrayInsert.Column.text;
import static io.reprise.store.postgres.ArrayInsert.Column.time;

import io.reprise.history.BrokenLog;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogRow;
import io.reprise.store.database.PgTimes;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads and writes rows of {@code session_event}. */
final class PgRows {
    static final String COLUMNS = "from_seq, seq, run_id, type, payload, ends, at";

    /** Inserts the rows of an append. The subquery {@code head} contains the session only if the append may write. */
    static final ArrayInsert<LogRow> INSERT = new ArrayInsert<>(
            """
            INSERT INTO session_event (session_id, from_seq, seq, run_id, type, payload, ends, at)
            SELECT head.id, e.from_seq, e.seq, e.run_id, e.type, e.payload, string_to_array(e.ends, ',')::int[], e.at
            FROM head, unnest(%s) AS e (from_seq, seq, run_id, type, payload, ends, at)""",
            List.of(
                    bigint(LogRow::from),
                    bigint(LogRow::seq),
                    text(LogRow::run),
                    text(LogRow::type),
                    text(row -> row.json(row.from() - 1, row.seq())),
                    text(PgRows::ends),
                    time(LogRow::atMs)));

    /** A row of an append that shares its statement with appends of other sessions. */
    record Owned(String session, LogRow row) {
        private static <V> Function<Owned, V> of(Function<LogRow, V> field) {
            return owned -> field.apply(owned.row());
        }
    }

    /** As above, for the rows of several sessions. */
    static final ArrayInsert<Owned> INSERT_OF_SEVERAL = new ArrayInsert<>(
            """
            INSERT INTO session_event (session_id, from_seq, seq, run_id, type, payload, ends, at)
            SELECT head.id, e.from_seq, e.seq, e.run_id, e.type, e.payload, string_to_array(e.ends, ',')::int[], e.at
            FROM unnest(%s) AS e (id, from_seq, seq, run_id, type, payload, ends, at) JOIN head USING (id)""",
            List.of(
                    text(Owned::session),
                    bigint(Owned.of(LogRow::from)),
                    bigint(Owned.of(LogRow::seq)),
                    text(Owned.of(LogRow::run)),
                    text(Owned.of(LogRow::type)),
                    text(Owned.of(row -> row.json(row.from() - 1, row.seq()))),
                    text(Owned.of(PgRows::ends)),
                    time(Owned.of(LogRow::atMs))));

    private PgRows() {}

    /** @throws BrokenLog if a payload is not a valid event */
    static List<LogRow> read(String session, RowSet<Row> rows) {
        List<LogRow> found = new ArrayList<>(rows.size());
        for (Row row : rows) {
            try {
                found.add(read(row));
            } catch (RuntimeException e) {
                throw new BrokenLog(session, row.getLong("seq"), e);
            }
        }
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
                PgTimes.toMs(row.getOffsetDateTime("at")));
    }

    /** The ends of a row as text, because arrays of arrays must have equal lengths in SQL. */
    private static String ends(LogRow row) {
        return row instanceof LogRow.Segment segment
                ? Arrays.stream(segment.ends()).mapToObj(Integer::toString).collect(Collectors.joining(","))
                : null;
    }
}
