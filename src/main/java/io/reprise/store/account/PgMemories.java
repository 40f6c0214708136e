package io.reprise.store.account;

import io.reprise.account.Memory;
import io.reprise.account.MemoryStore;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Notes about users in PostgreSQL, with a full text search. Words are made here, because a database whose locale is {@code C}
 * knows the case of ASCII only. Every statement names the user.
 */
public final class PgMemories implements MemoryStore {
    private static final int WORDS_MAX = 16;
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");
    private static final String COLUMNS = "number, id, content, source, created_at";

    static final String STATE = """
            SELECT (SELECT count(*) FROM memory WHERE user_id = $1)::int AS count,
                NOT coalesce((SELECT memory_off FROM preference WHERE user_id = $1), false) AS is_on""";

    static final String ADD = """
            WITH added AS (
                INSERT INTO memory (id, user_id, content, words, source)
                SELECT $1, $2, $3, to_tsvector('simple', $4), $5
                WHERE (SELECT count(*) FROM memory WHERE user_id = $2) < $6
                  AND NOT coalesce((SELECT memory_off FROM preference WHERE user_id = $2), false)
                ON CONFLICT (user_id, id) DO NOTHING
                RETURNING\s""" + COLUMNS + """
            )
            SELECT * FROM added UNION ALL SELECT\s""" + COLUMNS + " FROM memory WHERE user_id = $2 AND id = $1";

    static final String LIST =
            "SELECT " + COLUMNS + " FROM memory WHERE user_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3";

    static final String SEARCH = "SELECT " + COLUMNS + """
             FROM memory WHERE user_id = $1 AND words @@ to_tsquery('simple', $2)
            ORDER BY ts_rank(words, to_tsquery('simple', $2)) DESC, number DESC LIMIT $3""";

    static final String REMOVE = "DELETE FROM memory WHERE user_id = $1 AND id = $2";

    static final String REMOVE_ALL = """
            WITH removed AS (DELETE FROM memory WHERE user_id = $1 RETURNING 1),
                noted AS (INSERT INTO audit (user_id, action) SELECT $1, 'memory.cleared' WHERE EXISTS (SELECT 1 FROM removed))
            SELECT count(*)::int AS count FROM removed""";

    static final String TURN = """
            WITH turned AS (
                INSERT INTO preference (user_id, memory_off) VALUES ($1, $2)
                ON CONFLICT (user_id) DO UPDATE SET memory_off = excluded.memory_off
                WHERE preference.memory_off <> excluded.memory_off
                RETURNING memory_off
            )
            INSERT INTO audit (user_id, action)
            SELECT $1, CASE WHEN memory_off THEN 'memory.off' ELSE 'memory.on' END FROM turned""";

    private final PgPool pool;
    private final PgPool readPool;

    public PgMemories(PgPool pool, PgPool readPool) {
        this.pool = pool;
        this.readPool = readPool;
    }

    @Override
    public Future<State> state(String user) {
        return readPool.read(STATE, Tuple.of(user)).map(rows -> {
            Row row = rows.iterator().next();
            return new State(row.getBoolean("is_on"), row.getInteger("count"));
        });
    }

    @Override
    public Future<Optional<Memory>> add(NewMemory memory, int perUserMax) {
        Tuple values = Tuple.tuple()
                .addString(memory.id())
                .addString(memory.user())
                .addString(memory.text())
                .addString(String.join(" ", words(memory.text())))
                .addString(memory.source().name().toLowerCase(Locale.ROOT))
                .addLong((long) perUserMax);
        return pool.run(ADD, values)
                .recover(PgPool::away)
                .map(rows -> all(rows).stream().findFirst());
    }

    @Override
    public Future<List<Memory>> list(String user, long before, int limit) {
        return readPool.read(LIST, Tuple.of(user, before, limit)).map(PgMemories::all);
    }

    @Override
    public Future<List<Memory>> search(String user, String text, int limit) {
        List<String> words = words(text);
        if (words.isEmpty()) return Future.succeededFuture(List.of());
        String query = words.stream()
                .distinct()
                .limit(WORDS_MAX)
                .map(word -> "'" + word + "':*")
                .collect(Collectors.joining(" | "));
        return readPool.read(SEARCH, Tuple.of(user, query, limit)).map(PgMemories::all);
    }

    @Override
    public Future<Boolean> remove(String user, String id) {
        return pool.run(REMOVE, Tuple.of(user, id)).recover(PgPool::away).map(rows -> rows.rowCount() > 0);
    }

    @Override
    public Future<Integer> removeAll(String user) {
        return pool.run(REMOVE_ALL, Tuple.of(user))
                .recover(PgPool::away)
                .map(rows -> rows.iterator().next().getInteger("count"));
    }

    @Override
    public Future<Void> turn(String user, boolean on) {
        return pool.run(TURN, Tuple.of(user, !on)).recover(PgPool::away).mapEmpty();
    }

    /** Letters and digits only, so that they need no quoting in a query. */
    static List<String> words(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return NO_WORD.splitAsStream(plain).filter(word -> !word.isEmpty()).toList();
    }

    private static List<Memory> all(RowSet<Row> rows) {
        List<Memory> found = new ArrayList<>();
        for (Row row : rows) {
            found.add(new Memory(
                    row.getLong("number"),
                    row.getString("id"),
                    row.getString("content"),
                    Memory.Source.valueOf(row.getString("source").toUpperCase(Locale.ROOT)),
                    PgTimes.toMs(row.getOffsetDateTime("created_at"))));
        }
        return found;
    }
}
