package io.reprise.store.directory;

import io.reprise.history.SearchWords;
import io.reprise.history.SessionDirectory;
import io.reprise.history.SessionSummary;
import io.reprise.message.Json;
import io.reprise.store.database.PgPool;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Lists the sessions of a user from PostgreSQL. */
public final class PgSessionDirectory implements SessionDirectory {
    /** A LIMIT instead of EXISTS, which PostgreSQL may answer by reading the whole other table. */
    static final String COLUMNS = """
            id, coalesce(title, made_title) AS title, agent, preview, created_at, updated_at, epoch, head_seq, metadata,
                   pinned, archived, muted, cardinality(unread) AS unread,
                   (SELECT true FROM run WHERE run.shard = session.shard AND run.session_id = session.id
                    AND run.outcome IS NULL LIMIT 1)
                       IS NOT NULL AS running,
                   (SELECT true FROM interrupt WHERE interrupt.session_id = session.id AND decision IS NULL
                    AND strpos(coalesce(inquiry, ''), '"mode":"client"') = 0 LIMIT 1)
                       IS NOT NULL AS waiting""";

    /** Behind the place of a cursor, or of all without one: one comparison, so that the index is used either way. */
    static final String BEHIND =
            "(pinned, updated_at, id) < (coalesce($3, true), coalesce($4::timestamptz, 'infinity'), coalesce($5, ''))";

    static final String FIND = "SELECT " + COLUMNS + " FROM session WHERE id = $1 AND user_id = $2";

    /** Each of the two lists is a range of one index; of both the first ones are put in order. */
    public static final String LIST = """
            SELECT %s
            FROM unnest($2::boolean[]) AS wanted (side) CROSS JOIN LATERAL (
                SELECT * FROM session WHERE user_id = $1 AND archived = wanted.side AND NOT starts_with(id, 't_') AND %s
                ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT $6
            ) AS session
            ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT $6""".formatted(COLUMNS, BEHIND);

    private final PgPool pool;
    private final PgSearch search;

    public PgSessionDirectory(PgPool pool, Current<Integer> searchMs) {
        this.pool = pool;
        this.search = new PgSearch(pool, searchMs);
    }

    @Override
    public Future<Page> list(String user, Which which, String cursor, int limit) {
        return behind(cursor)
                .compose(place -> pool.read(LIST, values(user, which, place, limit)))
                .map(rows -> page(rows, limit, PgSessionDirectory::summary));
    }

    @Override
    public Future<Page> search(String user, SearchWords words, Which which, String cursor, int limit) {
        return behind(cursor)
                .compose(place -> search.find(values(user, which, place, limit), words))
                .map(rows -> page(rows, limit, row -> summary(row).found(PgSearch.match(row, words))));
    }

    private static Tuple values(String user, Which which, Position place, int limit) {
        Boolean[] sides = switch (which) {
            case LISTED -> new Boolean[] {false};
            case ARCHIVED -> new Boolean[] {true};
            case ALL -> new Boolean[] {false, true};
        };
        return Tuple.of(user)
                .addArrayOfBoolean(sides)
                .addBoolean(place.pinned())
                .addOffsetDateTime(place.updatedAt())
                .addString(place.id())
                .addInteger(limit + 1);
    }

    private static Future<Position> behind(String cursor) {
        try {
            return Future.succeededFuture(Position.parse(cursor));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Future.failedFuture(new IllegalArgumentException("not a cursor of this list", e));
        }
    }

    @Override
    public Future<Optional<SessionSummary>> find(String user, String session) {
        return pool.read(FIND, Tuple.of(session, user))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(summary(rows.iterator().next())));
    }

    private static Page page(RowSet<Row> rows, int limit, Function<Row, SessionSummary> reader) {
        List<SessionSummary> found = new ArrayList<>(rows.size());
        String cursor = null;
        Row last = null;
        for (Row row : rows) {
            if (found.size() == limit) {
                cursor = Position.of(last).text();
                break;
            }
            found.add(reader.apply(row));
            last = row;
        }
        return new Page(found, cursor);
    }

    @SuppressWarnings("unchecked")
    private static SessionSummary summary(Row row) {
        return new SessionSummary(
                row.getString("id"),
                row.getString("title"),
                row.getString("agent"),
                row.getString("preview"),
                row.getOffsetDateTime("created_at").toInstant().toString(),
                row.getOffsetDateTime("updated_at").toInstant().toString(),
                row.getBoolean("running"),
                row.getBoolean("waiting"),
                row.getBoolean("pinned"),
                row.getBoolean("archived"),
                row.getBoolean("muted"),
                row.getInteger("unread"),
                row.getString("epoch"),
                row.getLong("head_seq"),
                (Map<String, Object>) Json.parse(row.getString("metadata"), Map.class),
                null);
    }

    /** A place in the list: behind this session, or with nulls before all. */
    private record Position(Boolean pinned, OffsetDateTime updatedAt, String id) {
        private static final String PINNED = "p ";

        static Position of(Row row) {
            return new Position(row.getBoolean("pinned"), row.getOffsetDateTime("updated_at"), row.getString("id"));
        }

        static Position parse(String cursor) {
            if (cursor == null) return new Position(null, null, null);
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            boolean pinned = text.startsWith(PINNED);
            if (pinned) text = text.substring(PINNED.length());
            int space = text.indexOf(' ');
            if (space < 0 || text.indexOf('\0') >= 0) throw new IllegalArgumentException("not ours");
            return new Position(pinned, OffsetDateTime.parse(text.substring(0, space)), text.substring(space + 1));
        }

        String text() {
            byte[] bytes = ((pinned ? PINNED : "") + updatedAt + " " + id).getBytes(StandardCharsets.UTF_8);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }
    }
}
