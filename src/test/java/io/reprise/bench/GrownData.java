package io.reprise.bench;

import io.reprise.message.Role;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogEvent.RunMetadata;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What long use leaves in a database, made by SQL statements: each session has two runs of ten events, two recalls,
 * one of twenty of which is pending, and a title. The indexes are built after the rows.
 *
 * @param sessions of which the first 2,000 belong to one user
 */
record GrownData(int sessions, int users) {
    static final String READER = "u_reader";
    private static final int SESSIONS_FULL = 1_000_000;
    private static final int USERS_FULL = 50_000;
    private static final int OF_READER = 2_000;
    private static final int SESSIONS_AT_ONCE = 50_000;

    private static final String RUN = "#run#";
    private static final String TEXT = "#text#";

    /** @param scale 1: a million sessions of 50,000 users */
    static GrownData of(double scale) {
        return new GrownData((int) (SESSIONS_FULL * scale), (int) (USERS_FULL * scale));
    }

    /** SQL expressions of the number {@code i}; ids are distributed as random ones are. */
    private static final String SESSION = "'s_' || substr(md5(i::text), 1, 20)";

    private static final String WORD = "substr(md5('title' || i), 1, 8)";

    String user(int number) {
        return number <= OF_READER ? READER : "u_" + number % users;
    }

    private String user() {
        return "CASE WHEN i <= " + OF_READER + " THEN '" + READER + "' ELSE 'u_' || i % " + users + " END";
    }

    /** Those with these numbers: id, user, and a word that only its title has. */
    List<Session> sessions(DatabaseUri database, List<Integer> numbers) {
        String wanted = numbers.stream().map(Object::toString).collect(Collectors.joining(","));
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT i, %s AS id, %s AS word FROM unnest('{%s}'::int[]) AS i"
                        .formatted(SESSION, WORD, wanted))) {
            List<Session> found = new ArrayList<>();
            while (rows.next())
                found.add(new Session(rows.getString("id"), user(rows.getInt("i")), rows.getString("word")));
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    record Session(String id, String user, String titleWord) {}

    /** Reads the rows of the sessions, so that the database has them in memory. */
    static void warm(DatabaseUri database, List<Session> sessions) {
        String ids = sessions.stream().map(Session::id).collect(Collectors.joining(","));
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            for (String table : List.of("session_event", "run", "recall", "interrupt", "message_text", "claim")) {
                statement.execute(
                        "SET enable_seqscan = off; SELECT count(t.*::text) FROM %s AS t WHERE session_id = ANY ('{%s}')"
                                .formatted(table, ids));
            }
            statement.execute("""
                    SELECT count(t.*::text) FROM session AS t
                    WHERE user_id IN (SELECT user_id FROM session WHERE id = ANY ('{%s}'))""".formatted(ids));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The schema must exist and be empty. */
    void storeIn(DatabaseUri database) {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            // Without checks of foreign keys and without notifications of timers, because the rows are known to be
            // valid.
            statement.execute("SET session_replication_role = replica; SET synchronous_commit = off;"
                    + "SET maintenance_work_mem = '1GB'");
            List<String> later = takeIndexes(statement);
            for (int from = 1; from <= sessions; from += SESSIONS_AT_ONCE) {
                store(statement, from, Math.min(sessions, from + SESSIONS_AT_ONCE - 1));
                tell("%,d of %,d sessions".formatted(Math.min(sessions, from + SESSIONS_AT_ONCE - 1), sessions));
            }
            for (String index : later) {
                long begun = System.nanoTime();
                statement.execute(index);
                tell("%.1f s: %s".formatted((System.nanoTime() - begun) / 1e9, index));
            }
            statement.execute("VACUUM ANALYZE");
            statement.execute("CHECKPOINT");
            tell("analysed");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void tell(String what) {
        System.err.println("bench: " + what);
    }

    /**
     * Drops the indexes that no other table needs, and returns the statements that create them again. Not the keys of
     * tables
     * with a computed column, which would be computed again.
     */
    private static List<String> takeIndexes(Statement statement) throws SQLException {
        List<String> drops = new ArrayList<>();
        List<String> makes = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("""
                SELECT c.relname AS name, t.relname AS table, pg_get_indexdef(c.oid) AS index, pg_get_constraintdef(k.oid) AS key
                FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid JOIN pg_class AS t ON t.oid = x.indrelid
                LEFT JOIN pg_constraint AS k ON k.conindid = c.oid AND k.contype = 'p'
                WHERE t.relnamespace = 'public'::regnamespace
                  AND t.relname IN ('session', 'run', 'session_event', 'message_text', 'recall', 'claim')
                  AND (k.oid IS NULL OR t.relname IN ('session_event', 'message_text', 'claim'))
                  AND NOT EXISTS (SELECT 1 FROM pg_constraint AS f WHERE f.conindid = c.oid AND f.contype = 'f')""")) {
            while (rows.next()) {
                String key = rows.getString("key");
                String alter = "ALTER TABLE " + rows.getString("table");
                drops.add(
                        key == null
                                ? "DROP INDEX " + rows.getString("name")
                                : alter + " DROP CONSTRAINT " + rows.getString("name"));
                makes.add(
                        key == null
                                ? rows.getString("index")
                                : alter + " ADD CONSTRAINT " + rows.getString("name") + " " + key);
            }
        }
        for (String drop : drops) statement.execute(drop);
        return makes;
    }

    private void store(Statement statement, int from, int to) throws SQLException {
        String these = "generate_series(%d, %d) AS i".formatted(from, to);
        String some = "timestamptz '2026-01-01Z' + (i % 300000) * interval '1 minute'";
        statement.execute("""
                INSERT INTO session (id, user_id, epoch, owner, head_seq, version, title, title_folded, preview, created_at, updated_at)
                SELECT %s, %s, 'e_1', 0, 20, 2, 'About ' || %s, 'about ' || %s, 'something to say', %s, %s FROM %s""".formatted(SESSION, user(), WORD, WORD, some, some, these));
        statement.execute("""
                INSERT INTO run (session_id, id, origin, first_seq, exact, started_at, ended_at, outcome)
                SELECT %s, 'r_' || r, 'user', r * 10 + 1, false, now(), now(), 'success' FROM %s, generate_series(0, 1) AS r""".formatted(SESSION, these));
        statement.execute("""
                INSERT INTO claim (user_id, session_id, id, hash, result)
                SELECT %s, %s, 'c_1', 'hash', '{"type":"done"}' FROM %s""".formatted(user(), SESSION, these));
        statement.execute("""
                INSERT INTO recall (id, session_id, user_id, text, schedule, status, slot_at, trigger_at,
                                    deferrals, failures, missed, created_at)
                SELECT 'rc_' || substr(md5(i || '/' || n), 1, 20), %s, %s, 'water the plants',
                       '{"kind":"once","at":"2030-01-01T00:00:00Z"}', CASE WHEN n = 0 AND i %% 10 = 0 THEN 'pending' ELSE 'fired' END,
                       due.at, due.at, 0, 0, 0, %s
                FROM %s, generate_series(0, 1) AS n, LATERAL (SELECT timestamptz '2030-01-01Z' + i * interval '1 s' AS at) AS due""".formatted(SESSION, user(), some, these));
        storeEvents(statement, these);
    }

    /** Each question and each answer is a segment of about 90 characters. */
    private static void storeEvents(Statement statement, String these) throws SQLException {
        List<String> events = new ArrayList<>();
        for (LogEvent event : events()) {
            boolean segment = event instanceof LogEvent.Delta;
            events.add("('%s', '%s', %s, %d)"
                    .formatted(EventJson.type(event), EventJson.of(event), segment, events.size() + 1));
        }
        String words = "md5(i || '/' || r || '/' || e.n) || ' and then ' || md5(r || '/' || i) || ' or so'";
        statement.execute("""
                INSERT INTO session_event (session_id, from_seq, seq, run_id, type, payload, ends, at)
                SELECT %s, r * 10 + e.n, r * 10 + e.n, 'r_' || r, e.type,
                       replace(replace(e.payload, '#run#', r::text), '#text#', CASE WHEN e.segment THEN %s ELSE '' END),
                       CASE WHEN e.segment THEN ARRAY[80] END, now()
                FROM %s, generate_series(0, 1) AS r, (VALUES %s) AS e (type, payload, segment, n)""".formatted(SESSION, words, these, String.join(",", events)));
        statement.execute("""
                INSERT INTO message_text (session_id, seq, end_seq, message_id, role, folded)
                SELECT %s, r * 10 + e.n - 1, r * 10 + e.n + 1, e.id || r, e.role, %s
                FROM %s, generate_series(0, 1) AS r, (VALUES (3, 'u_', 'user'), (7, 'a_', 'assistant')) AS e (n, id, role)""".formatted(SESSION, words, these));
    }

    private static List<LogEvent> events() {
        String run = "r_" + RUN;
        return List.of(
                new LogEvent.RunStarted("s", run, new RunMetadata("user")),
                new LogEvent.TextStart("u_" + RUN, Role.USER, new MessageMetadata("c_" + RUN, "somebody")),
                new LogEvent.TextContent("u_" + RUN, TEXT),
                new LogEvent.TextEnd("u_" + RUN),
                new LogEvent.StepStarted("1"),
                new LogEvent.TextStart("a_" + RUN, Role.ASSISTANT, null),
                new LogEvent.TextContent("a_" + RUN, TEXT),
                new LogEvent.TextEnd("a_" + RUN),
                new LogEvent.StepFinished("1"),
                new LogEvent.RunFinished("s", run, LogEvent.Outcome.SUCCESS, null));
    }
}
