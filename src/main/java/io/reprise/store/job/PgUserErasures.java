package io.reprise.store.job;

import io.reprise.account.UserErasures;
import io.reprise.job.Sweep;
import io.reprise.job.Sweep.Batch;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.StoreStartException;
import io.reprise.store.usage.PgUsage;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Erasures of users, recorded in PostgreSQL until nothing of the user is left. Sessions are erased by their owners; what
 * copies they have in other stores is erased as for any deleted session. In what has to outlive a user, the audit log and
 * the history of jobs, a keyed hash replaces the name.
 */
public final class PgUserErasures implements UserErasures {
    private static final String HMAC = "HmacSHA256";

    /** Rows that name a user and belong to no session. */
    private static final List<String> DELETE = List.of(
            "DELETE FROM claim WHERE user_id = $1",
            "DELETE FROM sign_in WHERE user_id = $1",
            "DELETE FROM webhook WHERE user_id = $1",
            "DELETE FROM push_subscription WHERE user_id = $1",
            "DELETE FROM preference WHERE user_id = $1",
            "DELETE FROM memory WHERE user_id = $1",
            "DELETE FROM api_key WHERE user_id = $1",
            "DELETE FROM mcp_sign_in WHERE user_id = $1",
            """
            UPDATE job SET request = NULL, request_by = NULL, request_session = NULL, request_user = NULL,
                request_days = NULL
            WHERE request_user = $1 OR request_by = $1""");

    /** What an administrator asked for was recorded then, what the command line did is not yet: it has no key for names. */
    private static final String RECORD_UNLESS_RECORDED = """
            INSERT INTO audit (action, target)
            SELECT 'user.erased', $2 FROM user_erasure AS asked
            WHERE asked.user_id = $1 AND NOT EXISTS (
                SELECT 1 FROM audit WHERE action = 'user.erased' AND target = $2 AND at >= asked.asked_at)""";

    private static final String REMEMBER = """
            INSERT INTO erased_user (hash, name, erased_at) VALUES (sha256(convert_to($1, 'UTF8')), $2, clock_timestamp())
            ON CONFLICT (hash) DO UPDATE SET name = excluded.name, erased_at = excluded.erased_at""";

    /** What was recorded until now is there to be replaced, and what is recorded later knows of the erasure. */
    private static final String WAIT_FOR_RECORDS = "LOCK TABLE model_use IN SHARE MODE";

    private static final String FORGET = "DELETE FROM erased_user WHERE erased_at < now() - interval '1 day'";

    private static final List<String> REPLACE = List.of(
            RECORD_UNLESS_RECORDED,
            "UPDATE audit SET user_id = $2 WHERE user_id = $1",
            "UPDATE setting SET changed_by = $2 WHERE changed_by = $1",
            "UPDATE model_use SET user_id = $2 WHERE user_id = $1",
            PgUsage.RENAME_DAYS,
            "UPDATE catalog_entry SET changed_by = $2 WHERE changed_by = $1",
            "UPDATE catalog_version SET changed_by = $2 WHERE changed_by = $1",
            "UPDATE job_run SET asked_by = $2 WHERE asked_by = $1",
            "UPDATE job_run SET stop_by = $2 WHERE stop_by = $1");

    private final PgPool pool;
    private final byte[] key;

    /** @param key of the hashes of names */
    public PgUserErasures(PgPool pool, byte[] key) {
        this.pool = pool;
        this.key = key.clone();
    }

    /** Asks the owner of a session to erase it. */
    @FunctionalInterface
    public interface Owners {
        void erase(int shard, long owner, String session);
    }

    @Override
    public Future<Void> ask(String user, String by) {
        return pool.run("""
                        WITH asked AS (
                            INSERT INTO user_erasure (user_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1
                        )
                        INSERT INTO audit (user_id, action, target) SELECT $2, 'user.erased', $3 FROM asked""", Tuple.of(user, by, name(user)))
                .recover(PgPool::away)
                .mapEmpty();
    }

    /**
     * As {@link #ask}, for the command line, without a server. Blocks. The audit log names nobody who asked.
     *
     * @return false if it was asked for already
     * @throws StoreStartException with one line that tells the operator what to do
     */
    public static boolean ask(DatabaseUri uri, String user) {
        try (Connection connection = uri.dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO user_erasure (user_id) VALUES (?) ON CONFLICT DO NOTHING")) {
            insert.setString(1, user);
            return insert.executeUpdate() == 1;
        } catch (SQLException failure) {
            throw new StoreStartException(
                    "the erasure cannot be recorded (" + failure.getMessage()
                            + "): start the server of this version first",
                    failure);
        }
    }

    public Future<Boolean> isAnyAsked() {
        return pool.run("SELECT EXISTS (SELECT 1 FROM user_erasure) AS asked", Tuple.tuple())
                .map(rows -> rows.iterator().next().getBoolean("asked"));
    }

    /**
     * One step for each user: asks the owners of at most {@code limit} sessions to erase them, or, when there are none,
     * erases the rest. The owners need a moment, so another run follows.
     */
    public Sweep sweep(Owners owners, int limit) {
        return () -> pool.run(FORGET, Tuple.tuple())
                .compose(forgotten ->
                        pool.run("SELECT user_id FROM user_erasure ORDER BY asked_at LIMIT $1", Tuple.of(limit)))
                .compose(users -> {
                    AtomicInteger sessions = new AtomicInteger();
                    AtomicInteger done = new AtomicInteger();
                    Future<?> all = Future.succeededFuture();
                    for (Row user : users) {
                        all = all.compose(before -> step(user.getString("user_id"), owners, limit))
                                .map(asked -> {
                                    sessions.addAndGet(asked);
                                    if (asked == 0) done.incrementAndGet();
                                    return asked;
                                });
                    }
                    return all.map(over -> new Batch(sessions.get() + done.get(), done.get(), false));
                });
    }

    /** Returns how many sessions were asked for; 0: the user's data is erased. */
    private Future<Integer> step(String user, Owners owners, int limit) {
        return pool.run("""
                        SELECT session.id, shard.shard, shard.number FROM session JOIN shard USING (shard)
                        WHERE user_id = $1 ORDER BY session.id LIMIT $2""", Tuple.of(user, limit)).compose(sessions -> {
            for (Row session : sessions) {
                owners.erase(session.getInteger("shard"), session.getLong("number"), session.getString("id"));
            }
            return sessions.size() > 0
                    ? Future.succeededFuture(sessions.size())
                    : pool.inTransaction(DELETE.size() + REPLACE.size() + 3, connection -> erase(connection, user))
                            .map(0);
        });
    }

    private Future<Void> erase(SqlConnection connection, String user) {
        Future<?> done = Future.succeededFuture();
        for (String sql : DELETE) {
            done = done.compose(before -> connection.preparedQuery(sql).execute(Tuple.of(user)));
        }
        done = done.compose(before -> connection.preparedQuery(REMEMBER).execute(Tuple.of(user, name(user))))
                .compose(remembered -> connection.query(WAIT_FOR_RECORDS).execute());
        for (String sql : REPLACE) {
            done = done.compose(before -> connection.preparedQuery(sql).execute(Tuple.of(user, name(user))));
        }
        return done.compose(before -> connection.preparedQuery("""
                                DELETE FROM user_erasure WHERE user_id = $1
                                AND NOT EXISTS (SELECT 1 FROM session WHERE user_id = $1)""").execute(Tuple.of(user)))
                .mapEmpty();
    }

    /** What replaces the name. The same user always has the same one, and nobody without the key can compute it. */
    String name(String user) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            byte[] hash = mac.doFinal(user.getBytes(StandardCharsets.UTF_8));
            return "erased:" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }
}
