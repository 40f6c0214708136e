package io.reprise.store.postgres;

import io.reprise.config.storage.ErasureSettings;
import io.reprise.session.erasure.PendingErasures;
import io.reprise.store.database.PgPool;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Pending erasures in stores outside PostgreSQL, recorded in PostgreSQL and timed by its clock. */
public final class PgErasures implements PendingErasures {
    /** From this exponent on the pause has its maximum; a larger one would overflow. */
    private static final int DOUBLINGS_MAX = 20;

    static final String NOTE = """
            INSERT INTO erasure (session_id, store, up_to_seq, due_at)
            VALUES ($1, $2, $3, now() + $4 * interval '1 ms')
            ON CONFLICT (session_id, store) DO UPDATE
            SET up_to_seq = greatest(erasure.up_to_seq, excluded.up_to_seq), tries = 0,
                due_at = excluded.due_at, erased_at = NULL""";

    static final String DUE = """
            UPDATE erasure SET tries = tries + 1,
                due_at = now() + least($3::bigint, $2::bigint << least(tries, $5)) * interval '1 ms'
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM erasure WHERE store = $1 AND due_at <= now()
                ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED))
            RETURNING session_id, up_to_seq""";

    static final String ERASED = """
            WITH done AS (
                DELETE FROM erasure WHERE session_id = $1 AND store = $2 AND up_to_seq <= $3
                  AND erased_at <= now() - $4 * interval '1 ms'
            )
            UPDATE erasure SET erased_at = now(), tries = 0, due_at = now() + $4 * interval '1 ms'
            WHERE session_id = $1 AND store = $2 AND up_to_seq <= $3 AND erased_at IS NULL""";

    static final String ANY_DUE = "SELECT EXISTS (SELECT 1 FROM erasure WHERE store = $1 AND due_at <= now()) AS due";

    private final PgPool pool;
    private final String store;
    private final Current<ErasureSettings> settings;

    /** @param store name under which this store's erasures are recorded */
    public PgErasures(PgPool pool, String store, Current<ErasureSettings> settings) {
        this.pool = pool;
        this.store = store;
        this.settings = settings;
    }

    /**
     * Records an erasure. It becomes due only after a pause, because the process that commits it erases immediately.
     */
    Future<?> note(SqlConnection connection, String session, long upToSeq) {
        return connection
                .preparedQuery(NOTE)
                .execute(Tuple.of(session, store, upToSeq, settings.get().retryMs()));
    }

    @Override
    public Future<Boolean> isAnyDue() {
        return pool.run(ANY_DUE, Tuple.of(store))
                .map(rows -> rows.iterator().next().getBoolean("due"));
    }

    @Override
    public Future<List<Pending>> due(int limit) {
        return pool.run(
                        DUE,
                        Tuple.of(
                                store,
                                (long) settings.get().retryMs(),
                                (long) settings.get().retryMaxMs(),
                                limit,
                                DOUBLINGS_MAX))
                .map(rows -> {
                    List<Pending> due = new ArrayList<>(rows.size());
                    for (Row row : rows) due.add(new Pending(row.getString("session_id"), row.getLong("up_to_seq")));
                    return due;
                });
    }

    /**
     * Deletes a finished erasure. An erasure of the same session that was recorded meanwhile and covers more events
     * remains.
     */
    @Override
    public Future<Void> erased(Pending pending) {
        return pool.run(
                        ERASED,
                        Tuple.of(
                                pending.session(),
                                store,
                                pending.upToSeq(),
                                settings.get().againMs()))
                .mapEmpty();
    }
}
