package io.reprise.store.postgres;

import io.reprise.history.SearchWords;
import io.reprise.history.SessionDirectory;
import io.reprise.history.SessionSummary;
import io.reprise.message.Json;
import io.reprise.store.database.PgPool;
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
    static final String COLUMNS = """
            id, coalesce(title, made_title) AS title, agent, preview, created_at, updated_at, epoch, head_seq, metadata,
                   EXISTS (SELECT 1 FROM run WHERE run.session_id = session.id AND run.outcome IS NULL) AS running,
                   EXISTS (SELECT 1 FROM interrupt WHERE interrupt.session_id = session.id AND decision IS NULL) AS waiting""";

    private static final String SUMMARY = "SELECT " + COLUMNS + " FROM session";

    private final PgPool pool;
    private final PgSearch search;

    public PgSessionDirectory(PgPool pool, int searchMs) {
        this.pool = pool;
        this.search = new PgSearch(pool, searchMs);
    }

    @Override
    public Future<Page> list(String user, String cursor, int limit) {
        return behind(cursor)
                .compose(behind -> pool.read(SUMMARY + """
                                 WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (updated_at, id) < ($2, $3))
                                ORDER BY updated_at DESC, id DESC LIMIT $4""", Tuple.of(user, behind.updatedAt(), behind.id(), limit + 1))
                        .map(rows -> page(rows, limit, PgSessionDirectory::summary)));
    }

    @Override
    public Future<Page> search(String user, SearchWords words, String cursor, int limit) {
        return behind(cursor)
                .compose(place -> search.find(Tuple.of(user, place.updatedAt(), place.id(), limit + 1), words))
                .map(rows -> page(rows, limit, row -> summary(row).found(PgSearch.match(row, words))));
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
        return pool.read(SUMMARY + " WHERE id = $1 AND user_id = $2", Tuple.of(session, user))
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
                cursor = new Position(last.getOffsetDateTime("updated_at"), last.getString("id")).text();
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
                row.getString("epoch"),
                row.getLong("head_seq"),
                (Map<String, Object>) Json.parse(row.getString("metadata"), Map.class));
    }

    /** A position in the list: directly after this session. */
    private record Position(OffsetDateTime updatedAt, String id) {
        static Position parse(String cursor) {
            if (cursor == null) return new Position(null, null);
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int space = text.indexOf(' ');
            if (space < 0 || text.indexOf('\0') >= 0) throw new IllegalArgumentException("not ours");
            return new Position(OffsetDateTime.parse(text.substring(0, space)), text.substring(space + 1));
        }

        String text() {
            byte[] bytes = (updatedAt + " " + id).getBytes(StandardCharsets.UTF_8);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }
    }
}
