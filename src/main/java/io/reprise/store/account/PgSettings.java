package io.reprise.store.account;

import io.reprise.message.Failure;
import io.reprise.reload.SettingsStore;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The values that administrators have set, in PostgreSQL, shared by all nodes. */
public final class PgSettings implements SettingsStore {
    /** One change after the other: whether values fit together is decided with those of the change before. */
    static final String LOCK = "LOCK TABLE setting IN SHARE ROW EXCLUSIVE MODE";

    static final String LIST = "SELECT key, value, changed_by, changed_at FROM setting ORDER BY key LIMIT $1";

    static final String CHANGE = """
            WITH given AS (
                SELECT given.key, given.value, setting.value AS before
                FROM unnest($1::text[], $2::text[]) AS given (key, value) LEFT JOIN setting USING (key)
                WHERE given.value IS DISTINCT FROM setting.value
            ), removed AS (
                DELETE FROM setting USING given WHERE setting.key = given.key AND given.value IS NULL
            ), put AS (
                INSERT INTO setting (key, value, changed_by) SELECT key, value, $3 FROM given WHERE value IS NOT NULL
                ON CONFLICT (key) DO UPDATE
                SET value = excluded.value, changed_by = excluded.changed_by, changed_at = excluded.changed_at
            )
            INSERT INTO audit (user_id, action, target, detail)
            SELECT $3, 'setting.changed', key, json_strip_nulls(json_build_object('from', before, 'to', value))::text
            FROM given ORDER BY key""";

    private static final int STATEMENTS = 3;

    /** More than there are keys. */
    private static final int VALUES_MAX = 1_000;

    private final PgPool pool;

    public PgSettings(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<List<Stored>> list() {
        return pool.read(LIST, Tuple.of(VALUES_MAX)).map(rows -> {
            List<Stored> found = new ArrayList<>(rows.size());
            for (Row row : rows) found.add(stored(row));
            return found;
        });
    }

    private static Stored stored(Row row) {
        return new Stored(
                row.getString("key"),
                row.getString("value"),
                row.getString("changed_by"),
                PgTimes.toMs(row.getOffsetDateTime("changed_at")));
    }

    @Override
    public Future<Optional<Failure>> change(
            Change change, String user, Function<Map<String, String>, Optional<Failure>> check) {
        return pool.inTransaction(
                        STATEMENTS,
                        connection -> connection
                                .query(LOCK)
                                .execute()
                                .compose(
                                        locked -> connection.preparedQuery(LIST).execute(Tuple.of(VALUES_MAX)))
                                .compose(rows -> {
                                    Map<String, String> before = new HashMap<>();
                                    for (Row row : rows) before.put(row.getString("key"), row.getString("value"));
                                    Optional<Failure> refused = check.apply(change.of(before));
                                    return refused.isPresent()
                                            ? Future.succeededFuture(refused)
                                            : write(connection, change, user);
                                }))
                .recover(PgPool::away);
    }

    private static Future<Optional<Failure>> write(SqlConnection connection, Change change, String user) {
        List<String> keys = List.copyOf(change.values().keySet());
        String[] values =
                keys.stream().map(key -> change.values().get(key).orElse(null)).toArray(String[]::new);
        Tuple tuple = Tuple.tuple()
                .addArrayOfString(keys.toArray(String[]::new))
                .addArrayOfString(values)
                .addString(user);
        return connection.preparedQuery(CHANGE).execute(tuple).map(done -> Optional.empty());
    }
}
