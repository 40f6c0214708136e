package io.reprise.store.account;

import io.reprise.account.PreferenceStore;
import io.reprise.account.Preferences;
import io.reprise.account.QuietHours;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.ZoneId;

/** What people prefer, in PostgreSQL. */
public final class PgPreferences implements PreferenceStore {
    static final String FIND = "SELECT quiet_from, quiet_to, quiet_zone FROM preference WHERE user_id = $1";

    static final String PUT = """
            INSERT INTO preference (user_id, quiet_from, quiet_to, quiet_zone) VALUES ($1, $2, $3, $4)
            ON CONFLICT (user_id) DO UPDATE
            SET quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, quiet_zone = excluded.quiet_zone""";

    private final PgPool pool;
    private final PgPool readPool;

    public PgPreferences(PgPool pool, PgPool readPool) {
        this.pool = pool;
        this.readPool = readPool;
    }

    @Override
    public Future<Preferences> find(String user) {
        return readPool.read(FIND, Tuple.of(user))
                .map(rows -> rows.size() == 0
                        ? Preferences.USUAL
                        : new Preferences(quiet(rows.iterator().next())));
    }

    @Override
    public Future<Void> put(String user, Preferences preferences) {
        QuietHours quiet = preferences.quiet();
        Tuple values = quiet == null
                ? Tuple.of(user, null, null, null)
                : Tuple.of(
                        user,
                        quiet.from().toString(),
                        quiet.to().toString(),
                        quiet.zone().getId());
        return pool.run(PUT, values).recover(PgPool::away).mapEmpty();
    }

    /** A zone that this version of Java no longer knows is as if nothing had been set. */
    private static QuietHours quiet(Row row) {
        String from = row.getString("quiet_from");
        if (from == null) return null;
        try {
            return new QuietHours(
                    LocalTime.parse(from),
                    LocalTime.parse(row.getString("quiet_to")),
                    ZoneId.of(row.getString("quiet_zone")));
        } catch (DateTimeException unknown) {
            return null;
        }
    }
}
