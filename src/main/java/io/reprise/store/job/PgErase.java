package io.reprise.store.job;

import io.reprise.message.CommandResult;
import io.reprise.message.Json;
import io.reprise.message.opening.Sources;
import io.reprise.support.Digest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Erases sessions in PostgreSQL, in the transaction that decides it. What is left is the audit log, and a hash of the id
 * by which a repeat of the create command is recognised.
 */
public final class PgErase {
    private static final String DELETED = "session.deleted";
    private static final String EXPIRED = "session.expired";

    static final String SESSION_ROW = """
            DELETE FROM session WHERE id = $1 AND owner = $2 AND ($3::bigint IS NULL OR version = $3)
            RETURNING user_id""";

    static final String CLEAR_RUNS = "DELETE FROM run WHERE session_id = $1 AND first_seq <= $2";

    /** What was uploaded and not sent yet is not part of what is cleared. Waiting messages are dropped by a clear. */
    static final String CLEAR_ATTACHMENTS = "DELETE FROM attachment WHERE session_id = $1 AND sent_at IS NOT NULL";

    /** Rows that belong to the session and are not deleted with its row. */
    private static final List<String> PARTS = List.of(
            "DELETE FROM session_event WHERE session_id = $1",
            "DELETE FROM message_text WHERE session_id = $1",
            "DELETE FROM claim WHERE session_id = $1",
            """
            UPDATE job SET request = NULL, request_by = NULL, request_session = NULL, request_days = NULL
            WHERE request_session = $1""");

    private PgErase() {}

    /** The key under which an erased session is remembered. */
    public static String hash(String session) {
        return Digest.of("erased", session);
    }

    /**
     * Erases the session, if it still belongs to this owner. Locks it first: only later statements see what was appended
     * while this transaction waited for the lock.
     *
     * @param version only if it still has this version, because it has expired; null: in any case
     */
    public static Future<Boolean> session(SqlConnection connection, String session, long owner, Long version) {
        return connection
                .preparedQuery(SESSION_ROW)
                .execute(Tuple.of(session, owner, version))
                .compose(gone -> gone.size() == 0
                        ? Future.succeededFuture(false)
                        : parts(connection, session, gone.iterator().next().getString("user_id"), version)
                                .map(true));
    }

    private static Future<?> parts(SqlConnection connection, String session, String user, Long version) {
        Future<?> done = createClaims(connection, session, user).compose(claims -> forks(connection, session));
        for (String part : PARTS) {
            done = done.compose(before -> connection.preparedQuery(part).execute(Tuple.of(session)));
        }
        return done.compose(erased -> connection
                .preparedQuery("""
                        WITH audited AS (
                            INSERT INTO audit (user_id, action, session_id)
                            SELECT CASE $4 WHEN 'session.deleted' THEN $2 END, $4, $3 WHERE NOT starts_with($3, 't_')
                        )
                        INSERT INTO erased_session (hash) SELECT $1 WHERE NOT starts_with($3, 't_')
                        ON CONFLICT (hash) DO UPDATE SET at = excluded.at""")
                .execute(Tuple.of(hash(session), user, session, version == null ? DELETED : EXPIRED)));
    }

    /** Claims of commands that make sessions name them in their results only. */
    private static Future<?> createClaims(SqlConnection connection, String session, String user) {
        return connection
                .preparedQuery("SELECT id, result FROM claim WHERE user_id = $1 AND session_id = ''")
                .execute(Tuple.of(user))
                .compose(claims -> {
                    List<String> ids = new ArrayList<>();
                    for (Row claim : claims) {
                        if (names(claim.getString("result"), session)) ids.add(claim.getString("id"));
                    }
                    return connection
                            .preparedQuery("DELETE FROM claim WHERE user_id = $1 AND session_id = '' AND id = ANY ($2)")
                            .execute(Tuple.tuple().addString(user).addArrayOfString(ids.toArray(String[]::new)));
                });
    }

    private static boolean names(String result, String session) {
        return result.contains(session)
                && Json.parse(result, CommandResult.class) instanceof CommandResult.Created created
                && created.session().equals(session);
    }

    /** Forks and sessions that recalls made are still known as such, but not of which session. */
    private static Future<?> forks(SqlConnection connection, String session) {
        return connection
                .preparedQuery(
                        "SELECT id, metadata FROM session WHERE forked_from = $1 OR recalled_session = $1 ORDER BY id FOR UPDATE")
                .execute(Tuple.of(session))
                .compose(forks -> {
                    Future<?> done = Future.succeededFuture();
                    for (Row fork : forks) {
                        Tuple values = Tuple.of(fork.getString("id"), withoutSource(fork.getString("metadata")));
                        done = done.compose(before -> connection
                                .preparedQuery(
                                        "UPDATE session SET metadata = $2, forked_from = NULL, recalled_session = NULL WHERE id = $1")
                                .execute(values));
                    }
                    return done;
                });
    }

    private static String withoutSource(String metadata) {
        Map<String, Object> all = new LinkedHashMap<>();
        Map<?, ?> parsed = Json.parse(metadata, Map.class);
        for (Map.Entry<?, ?> entry : parsed.entrySet()) {
            all.put(String.valueOf(entry.getKey()), entry.getValue());
        }
        return Json.text(Sources.without(all));
    }

    /** Erases the log up to a seq, for a clear. Interrupts and checkpoints are deleted with their runs. */
    public static Future<?> upTo(SqlConnection connection, String session, long seq) {
        return connection
                .preparedQuery("""
                        INSERT INTO audit (user_id, action, session_id)
                        SELECT user_id, 'session.cleared', id FROM session WHERE id = $1""")
                .execute(Tuple.of(session))
                .compose(done -> connection
                        .preparedQuery("DELETE FROM session_event WHERE session_id = $1 AND seq <= $2")
                        .execute(Tuple.of(session, seq)))
                .compose(done -> connection.preparedQuery(CLEAR_RUNS).execute(Tuple.of(session, seq)))
                .compose(done -> connection
                        .preparedQuery("DELETE FROM message_text WHERE session_id = $1 AND seq <= $2")
                        .execute(Tuple.of(session, seq)))
                .compose(done -> connection
                        .preparedQuery("DELETE FROM feedback WHERE session_id = $1 AND seq <= $2")
                        .execute(Tuple.of(session, seq)))
                .compose(done -> connection.preparedQuery(CLEAR_ATTACHMENTS).execute(Tuple.of(session)));
    }
}
