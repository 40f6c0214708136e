package io.reprise.store.account;

import io.reprise.account.SignInStore;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** Sign-ins in PostgreSQL, by its clock. Each new sign-in removes some that have ended. */
public final class PgSignIns implements SignInStore {
    private static final int ENDED_REMOVED_MAX = 100;
    private static final String WHAT = "sign-in";

    static final String ADD = """
            WITH gone AS (
                DELETE FROM sign_in WHERE id IN (
                    (SELECT id FROM sign_in WHERE ends_at <= now() ORDER BY ends_at LIMIT $6)
                    UNION ALL
                    (SELECT id FROM sign_in WHERE user_id = $2
                     ORDER BY created_at DESC, id OFFSET $5))
            ), added AS (
                INSERT INTO sign_in (id, user_id, content, ends_at)
                VALUES ($1, $2, $3, now() + $4 * interval '1 ms') RETURNING user_id
            )
            INSERT INTO audit (user_id, action) SELECT user_id, 'user.signed-in' FROM added""";

    static final String FIND = """
            SELECT content, version, resting AND claimed_until > now() IS TRUE AS resting,
                (extract(epoch FROM ends_at - now()) * 1000)::bigint AS left_ms
            FROM sign_in WHERE id = $1 AND ends_at > now()""";

    static final String CLAIM = """
            UPDATE sign_in SET claimed_until = now() + $3 * interval '1 ms', resting = false
            WHERE id = $1 AND version = $2 AND ends_at > now()
              AND (claimed_until IS NULL OR claimed_until <= now())""";

    static final String REPLACE = """
            UPDATE sign_in SET content = $3, version = version + 1, claimed_until = NULL, resting = false
            WHERE id = $1 AND version = $2""";

    static final String REST = """
            UPDATE sign_in SET claimed_until = now() + $3 * interval '1 ms', resting = true
            WHERE id = $1 AND version = $2""";

    static final String REMOVE = """
            WITH removed AS (DELETE FROM sign_in WHERE id = $1 RETURNING user_id)
            INSERT INTO audit (user_id, action) SELECT user_id, 'user.signed-out' FROM removed""";

    private final PgPool pool;

    public PgSignIns(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Void> add(NewSignIn signIn, int perUserMax) {
        Tuple values = Tuple.of(
                signIn.id(), signIn.user(), Buffer.buffer(signIn.content()), signIn.lifeMs(), perUserMax - 1L, (long)
                        ENDED_REMOVED_MAX);
        return pool.inTurn(
                        WHAT,
                        signIn.user(),
                        1,
                        connection -> connection.preparedQuery(ADD).execute(values))
                .recover(PgPool::away)
                .mapEmpty();
    }

    @Override
    public Future<Optional<StoredSignIn>> find(String id) {
        return run(FIND, Tuple.of(id)).map(rows -> {
            for (Row row : rows) return Optional.of(stored(row));
            return Optional.empty();
        });
    }

    private static StoredSignIn stored(Row row) {
        return new StoredSignIn(
                row.getBuffer("content").getBytes(),
                row.getLong("version"),
                row.getBoolean("resting"),
                row.getLong("left_ms"));
    }

    @Override
    public Future<Boolean> claim(String id, long version, long forMs) {
        return run(CLAIM, Tuple.of(id, version, forMs)).map(rows -> rows.rowCount() == 1);
    }

    @Override
    public Future<Boolean> replace(String id, long version, byte[] content) {
        return run(REPLACE, Tuple.of(id, version, Buffer.buffer(content))).map(rows -> rows.rowCount() == 1);
    }

    @Override
    public Future<Void> rest(String id, long version, long restMs) {
        return run(REST, Tuple.of(id, version, restMs)).mapEmpty();
    }

    @Override
    public Future<Void> remove(String id) {
        return run(REMOVE, Tuple.of(id)).mapEmpty();
    }

    private Future<RowSet<Row>> run(String sql, Tuple values) {
        return pool.run(sql, values).recover(PgPool::away);
    }
}
