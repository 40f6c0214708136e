package io.reprise.store.account;

import io.reprise.apikey.ApiKey;
import io.reprise.apikey.ApiKeyStore;
import io.reprise.apikey.KeyScope;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** API keys in PostgreSQL. */
public final class PgApiKeys implements ApiKeyStore {
    private static final String WHAT = "api-key";
    private static final int LIST_MAX = 1_000;

    private static final String COLUMNS = """
            id, user_id, name, scope, roles, agents, per_minute, per_day, created_at, expires_at, used_at,
                CASE WHEN used_day = (now() AT TIME ZONE 'UTC')::date THEN used ELSE 0 END AS used_today""";

    static final String ADD = """
            WITH added AS (
                INSERT INTO api_key (id, user_id, name, hash, scope, roles, agents, per_minute, per_day, created_at, expires_at)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
                WHERE (SELECT count(*) FROM api_key WHERE user_id = $2) < $12
                RETURNING id, user_id, scope
            )
            INSERT INTO audit (user_id, action, target, detail)
            SELECT $13, 'key.added', id, json_build_object('user', user_id, 'scope', scope)::text FROM added""";

    static final String LIST =
            "SELECT " + COLUMNS + " FROM api_key WHERE user_id = $1 ORDER BY created_at, id LIMIT $2";

    static final String FIND = "SELECT " + COLUMNS + ", hash FROM api_key WHERE id = $1";

    static final String REMOVE = """
            WITH removed AS (
                DELETE FROM api_key WHERE id = $1 AND ($2::text IS NULL OR user_id = $2) RETURNING id
            )
            INSERT INTO audit (user_id, action, target) SELECT $3, 'key.removed', id FROM removed""";

    static final String USED = """
            UPDATE api_key SET used_at = now(), used_day = today,
                used = least(2147483647, CASE WHEN used_day = today THEN used::bigint ELSE 0 END + count)::integer
            FROM unnest($1::text[], $2::integer[]) AS uses (key, count),
                (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS day
            WHERE id = key RETURNING id, used""";

    static final String EXISTING = "SELECT id FROM api_key WHERE id = ANY ($1)";

    private final PgPool pool;

    public PgApiKeys(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Boolean> add(ApiKey key, byte[] hash, int perUserMax, String by) {
        Tuple values = Tuple.tuple()
                .addString(key.id())
                .addString(key.user())
                .addString(key.name())
                .addBuffer(Buffer.buffer(hash))
                .addString(key.scope().wire())
                .addArrayOfString(key.roles().toArray(String[]::new))
                .addArrayOfString(key.agents().toArray(String[]::new))
                .addInteger(key.perMinute())
                .addInteger(key.perDay())
                .addOffsetDateTime(PgTimes.toTime(key.times().createdMs()))
                .addOffsetDateTime(PgTimes.toTimeOrNull(key.times().expiresMs()))
                .addInteger(perUserMax)
                .addString(by);
        return pool.inTurn(
                        WHAT,
                        key.user(),
                        1,
                        connection -> connection.preparedQuery(ADD).execute(values))
                .recover(PgPool::away)
                .map(rows -> rows.rowCount() > 0);
    }

    @Override
    public Future<List<ApiKey>> list(String user) {
        return pool.read(LIST, Tuple.of(user, LIST_MAX))
                .map(rows -> rows.stream().map(PgApiKeys::key).toList());
    }

    @Override
    public Future<Optional<Stored>> find(String key) {
        return pool.read(FIND, Tuple.of(key))
                .map(rows -> rows.stream()
                        .map(row -> new Stored(key(row), row.getBuffer("hash").getBytes()))
                        .findFirst());
    }

    @Override
    public Future<Boolean> remove(String key, String user, String by) {
        return pool.run(REMOVE, Tuple.of(key, user, by)).recover(PgPool::away).map(rows -> rows.rowCount() > 0);
    }

    @Override
    public Future<Map<String, Integer>> used(Map<String, Integer> uses) {
        List<String> keys = List.copyOf(uses.keySet());
        Tuple values = Tuple.tuple()
                .addArrayOfString(keys.toArray(String[]::new))
                .addArrayOfInteger(keys.stream().map(uses::get).toArray(Integer[]::new));
        return pool.run(USED, values).recover(PgPool::away).map(rows -> {
            Map<String, Integer> today = new HashMap<>();
            rows.forEach(row -> today.put(row.getString("id"), row.getInteger("used")));
            return today;
        });
    }

    @Override
    public Future<Set<String>> existing(Set<String> keys) {
        return pool.read(EXISTING, Tuple.tuple().addArrayOfString(keys.toArray(String[]::new)))
                .map(PgApiKeys::ids);
    }

    private static Set<String> ids(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.getString("id"))
                .collect(Collectors.toSet());
    }

    private static ApiKey key(Row row) {
        return new ApiKey(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("name"),
                KeyScope.valueOf(row.getString("scope").toUpperCase(Locale.ROOT)),
                List.of(row.getArrayOfStrings("roles")),
                List.of(row.getArrayOfStrings("agents")),
                row.getInteger("per_minute"),
                row.getInteger("per_day"),
                new ApiKey.Times(
                        PgTimes.toMs(row.getOffsetDateTime("created_at")),
                        PgTimes.toMsOrNull(row.getOffsetDateTime("expires_at")),
                        PgTimes.toMsOrNull(row.getOffsetDateTime("used_at"))),
                row.getInteger("used_today"));
    }
}
