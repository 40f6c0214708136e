package io.reprise.store.directory;

import io.reprise.history.feedback.FeedbackDirectory;
import io.reprise.message.feedback.Opinion;
import io.reprise.message.feedback.Rating;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads feedback from PostgreSQL. */
public final class PgFeedbackDirectory implements FeedbackDirectory {
    private static final String COLUMNS =
            "number, session_id, message_id, seq, run_id, user_id, rating, comment, agent, model, event_seq, at, superseded";

    /** Later than any entry; PostgreSQL knows no larger year. */
    private static final long END_MS = 253_402_300_799_000L;

    /**
     * Looks at a limited number of entries in the order of the index, so that no choice of filters reads the whole table.
     * Without entries that match, one row without a number says how far it has looked.
     */
    static final String LIST = """
            WITH looked AS MATERIALIZED (
                SELECT %1$s FROM feedback
                WHERE (at, number) < ($1::timestamptz, $2::bigint) AND at >= coalesce($3::timestamptz, '-infinity')
                ORDER BY at DESC, number DESC LIMIT $4
            ), found AS (
                SELECT * FROM looked
                WHERE ($5::text IS NULL OR rating = $5) AND ($6::text IS NULL OR agent = $6)
                  AND ($7::text IS NULL OR model = $7) AND ($8::boolean IS NULL OR (comment IS NOT NULL) = $8)
                  AND ($9::text IS NULL OR strpos(lower(comment), $9) > 0)
                ORDER BY at DESC, number DESC LIMIT $10
            )
            SELECT found.*, furthest.at AS last_at, furthest.number AS last_number,
                   (SELECT count(*) FROM looked) AS looked
            FROM (SELECT at, number FROM looked ORDER BY at, number LIMIT 1) AS furthest LEFT JOIN found ON true
            ORDER BY found.at DESC, found.number DESC""".formatted(COLUMNS);

    static final String FIND = "SELECT " + COLUMNS + " FROM feedback WHERE session_id = $1 AND message_id = $2";

    private final PgPool pool;
    private final Current<Integer> lookedAtMax;

    /** @param lookedAtMax how many entries a page looks at */
    public PgFeedbackDirectory(PgPool pool, Current<Integer> lookedAtMax) {
        this.pool = pool;
        this.lookedAtMax = lookedAtMax;
    }

    @Override
    public Future<Page> list(Filter filter, Place before, int limit) {
        int most = Math.max(limit, lookedAtMax.get());
        return pool.read(LIST, values(filter, before, limit, most)).map(rows -> page(rows, limit, most));
    }

    static Tuple values(Filter filter, Place before, int limit, int most) {
        long endMs = filter.toMs() == null ? END_MS : Math.min(filter.toMs(), END_MS);
        Place end = before == null || before.atMs() >= endMs ? new Place(endMs, 0) : before;
        return Tuple.tuple()
                .addOffsetDateTime(PgTimes.toTime(end.atMs()))
                .addLong(end.number())
                .addOffsetDateTime(filter.fromMs() == null ? null : PgTimes.toTime(filter.fromMs()))
                .addInteger(most)
                .addString(filter.rating() == null ? null : filter.rating().wire())
                .addString(filter.agent())
                .addString(filter.model())
                .addBoolean(filter.commented())
                .addString(filter.text() == null ? null : filter.text().toLowerCase(Locale.ROOT))
                .addInteger(limit);
    }

    private static Page page(RowSet<Row> rows, int limit, int most) {
        List<Entry> found = new ArrayList<>(rows.size());
        Place furthest = null;
        for (Row row : rows) {
            if (row.getLong("number") != null) found.add(entry(row));
            boolean isMore = row.getLong("looked") == most;
            if (isMore)
                furthest = new Place(PgTimes.toMs(row.getOffsetDateTime("last_at")), row.getLong("last_number"));
        }
        return new Page(found, found.size() == limit ? found.getLast().place() : furthest);
    }

    @Override
    public Future<Optional<Entry>> find(String session, String message) {
        return pool.read(FIND, Tuple.of(session, message))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(entry(rows.iterator().next())));
    }

    private static Entry entry(Row row) {
        return new Entry(
                row.getLong("number"),
                row.getString("session_id"),
                row.getString("message_id"),
                row.getLong("seq"),
                row.getString("run_id"),
                row.getString("user_id"),
                new Opinion(Rating.of(row.getString("rating")), row.getString("comment")),
                row.getString("agent"),
                row.getString("model"),
                row.getLong("event_seq"),
                PgTimes.toMs(row.getOffsetDateTime("at")),
                row.getBoolean("superseded"));
    }
}
