package io.reprise.store.job;

import io.reprise.job.Sweep;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;

/**
 * Asks the owners of temporary sessions to erase them whose request has ended without doing so, because the database was away
 * at that moment. A request is over long before its session is old.
 */
public final class PgTemporarySweep {
    static final String LEFT = """
            SELECT session.id, shard.shard, shard.number FROM session JOIN shard USING (shard)
            WHERE starts_with(session.id, 't_') AND updated_at <= now() - $1 * interval '1 minute' LIMIT $2""";

    private PgTemporarySweep() {}

    /** Whether there is one that is older than so many minutes. */
    public static Future<Boolean> isAnyLeft(PgPool pool, int minutes) {
        return pool.run(LEFT, Tuple.of(minutes, 1)).map(rows -> rows.size() > 0);
    }

    /** @param batch sessions of one run */
    public static Sweep of(PgPool pool, PgUserErasures.Owners owners, int minutes, int batch) {
        return () -> pool.run(LEFT, Tuple.of(minutes, batch)).map(found -> {
            for (Row session : found) {
                owners.erase(session.getInteger("shard"), session.getLong("number"), session.getString("id"));
            }
            return new Sweep.Batch(found.size(), 0, false);
        });
    }
}
