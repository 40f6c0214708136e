package io.reprise.testing;

import io.reprise.message.Role;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogEvent.RunMetadata;
import io.reprise.store.database.DatabaseUri;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A long session, written into the database by a few statements: each run is a question and an answer in ten events.
 *
 * @param textChars of each question and of each answer; a multiple of eight
 */
public record BigSession(String id, String user, int runs, int textChars) {
    public static final int EVENTS_PER_RUN = 10;
    public static final String EPOCH = "e_1";

    private static final String RUN = "#run#";
    private static final String TEXT = "#text#";

    /** Words of seven characters, different in each text, which hardly compress. */
    private static final String WORDS = """
            (SELECT string_agg(substr(md5(e.n || '/' || r || '/' || i), 1, 7) || ' ', '')
             FROM generate_series(1, CASE WHEN e.segment THEN ? ELSE 0 END) AS i)""";

    private static final String EVENTS = """
            INSERT INTO session_event (session_id, from_seq, seq, run_id, type, payload, ends, at)
            SELECT ?, r * 10 + e.n, r * 10 + e.n, 'r_' || r, e.type,
                   replace(replace(e.payload, '#run#', r::text), '#text#', coalesce(text.words, '')),
                   CASE WHEN e.segment THEN ARRAY[?] END, now()
            FROM generate_series(0, ? - 1) AS r
            CROSS JOIN unnest(?::text[], ?::text[], ?::boolean[]) WITH ORDINALITY AS e (type, payload, segment, n)
            CROSS JOIN LATERAL (SELECT %s AS words) AS text
            ORDER BY r, e.n""".formatted(WORDS);

    private static final String TEXTS = """
            INSERT INTO message_text (session_id, seq, end_seq, message_id, role, folded)
            SELECT session_id, seq - 1, seq + 1, payload::json ->> 'messageId',
                   CASE seq % 10 WHEN 3 THEN 'user' ELSE 'assistant' END, payload::json ->> 'delta'
            FROM session_event WHERE session_id = ? AND ends IS NOT NULL""";

    public long head() {
        return (long) runs * EVENTS_PER_RUN;
    }

    public int messages() {
        return 2 * runs;
    }

    /** The schema must exist; the session must not. */
    public BigSession storeIn(DatabaseUri database) {
        try (Connection connection = TestDatabase.connect(database)) {
            connection.setAutoCommit(false);
            execute(connection, """
                    INSERT INTO session (id, user_id, epoch, owner, head_seq, version, preview)
                    VALUES (?, ?, ?, 0, ?, ?, 'a long past')""", id, user, EPOCH, head(), (long) runs);
            execute(connection, """
                    INSERT INTO run (session_id, id, origin, first_seq, exact, started_at, ended_at, outcome)
                    SELECT ?, 'r_' || r, 'user', r * 10 + 1, false, now(), now(), 'success'
                    FROM generate_series(0, ? - 1) AS r""", id, runs);
            storeEvents(connection);
            execute(connection, TEXTS, id);
            connection.commit();
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute("VACUUM ANALYZE");
            }
            return this;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void storeEvents(Connection connection) throws SQLException {
        List<LogEvent> events = events();
        Object types = connection.createArrayOf(
                "text", events.stream().map(EventJson::type).toArray());
        Object payloads = connection.createArrayOf(
                "text", events.stream().map(EventJson::of).toArray());
        Object segments = connection.createArrayOf(
                "boolean", events.stream().map(LogEvent.Delta.class::isInstance).toArray());
        execute(connection, EVENTS, id, textChars, runs, types, payloads, segments, textChars / 8);
    }

    private List<LogEvent> events() {
        String run = "r_" + RUN;
        return List.of(
                new LogEvent.RunStarted(id, run, new RunMetadata("user")),
                new LogEvent.TextStart("u_" + RUN, Role.USER, new MessageMetadata("c_" + RUN, user)),
                new LogEvent.TextContent("u_" + RUN, TEXT),
                new LogEvent.TextEnd("u_" + RUN),
                new LogEvent.StepStarted("1"),
                new LogEvent.TextStart("a_" + RUN, Role.ASSISTANT, null),
                new LogEvent.TextContent("a_" + RUN, TEXT),
                new LogEvent.TextEnd("a_" + RUN),
                new LogEvent.StepFinished("1"),
                new LogEvent.RunFinished(id, run, LogEvent.Outcome.SUCCESS, null));
    }

    private static void execute(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
            statement.executeUpdate();
        }
    }
}
