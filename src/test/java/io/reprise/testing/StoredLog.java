package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A session as it is stored, read directly from the database at one moment. {@link #assertWhole} checks the rules of
 * every log,
 * written from the protocol document and without the server's code.
 */
public final class StoredLog {
    private static final Set<String> BEGINNINGS =
            Set.of("TEXT_MESSAGE_START", "REASONING_MESSAGE_START", "TOOL_CALL_START");

    private final DatabaseUri database;
    private final String session;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, StoredRun> runs = new LinkedHashMap<>();
    private String epoch;
    private String queue;
    private long head;

    /** {@code ends} is null but for a segment. */
    public record Row(long from, long seq, String run, String type, JsonObject event, Integer[] ends) {
        /** What a reader must receive for these seqs of this row. */
        JsonObject part(long first, long last) {
            if (ends == null) return event;
            int begin = first == from ? 0 : ends[(int) (first - from) - 1];
            return event.copy().put("delta", event.getString("delta").substring(begin, ends[(int) (last - from)]));
        }

        public boolean isTerminal() {
            return type.equals("RUN_FINISHED") || type.equals("RUN_ERROR");
        }
    }

    /**
     * A row of the table of runs; {@code outcome} is null while it is active, {@code resumeSeq} if it cannot resume.
     */
    public record StoredRun(
            String id, long firstSeq, boolean exact, String outcome, String code, int attempt, Long resumeSeq) {}

    private StoredLog(DatabaseUri database, String session) {
        this.database = database;
        this.session = session;
    }

    public static StoredLog of(DatabaseUri database, String session) {
        StoredLog log = new StoredLog(database, session);
        try (Connection connection = TestDatabase.connect(database)) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            log.readHead(connection);
            log.readRows(connection);
            log.readRuns(connection);
            return log;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The sessions that a server would have to recover at its start. */
    public static Set<String> unfinished(DatabaseUri database) {
        return strings(database, """
                SELECT session_id FROM run WHERE outcome IS NULL
                UNION SELECT id FROM session WHERE queue <> '[]'""");
    }

    public static Set<String> sessions(DatabaseUri database) {
        return strings(database, "SELECT id FROM session");
    }

    /** The ids of the decided commands. */
    public static Set<String> claims(DatabaseUri database) {
        return strings(database, "SELECT id FROM claim");
    }

    /** The first column. */
    public static Set<String> strings(DatabaseUri database, String sql) {
        Set<String> found = new TreeSet<>();
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) found.add(rows.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    public String epoch() {
        return epoch;
    }

    public long head() {
        return head;
    }

    public List<Row> rows() {
        return rows;
    }

    /** The queued messages, as JSON. */
    public String queue() {
        return queue;
    }

    public StoredRun run(String id) {
        return runs.get(id);
    }

    public List<StoredRun> runs() {
        return List.copyOf(runs.values());
    }

    /** The event that ended the run, or null. */
    public JsonObject end(String run) {
        return rows.stream()
                .filter(row -> run.equals(row.run()) && row.isTerminal())
                .map(Row::event)
                .findFirst()
                .orElse(null);
    }

    /** The text of all assistant messages of the run. */
    public String text(String run) {
        return rows.stream()
                .filter(row -> run.equals(row.run()) && row.type().equals("TEXT_MESSAGE_CONTENT"))
                .filter(row -> row.ends() != null)
                .skip(1) // The user's message comes first.
                .map(row -> row.event().getString("delta"))
                .collect(Collectors.joining());
    }

    /**
     * The events of each run, one event for each row, without events that belong to no run; runs that have not ended
     * are
     * omitted.
     */
    public List<List<JsonObject>> eventsOfRuns() {
        return runs.values().stream()
                .filter(run -> run.outcome() != null)
                .map(run -> rows.stream()
                        .filter(row -> run.id().equals(row.run()))
                        .map(Row::event)
                        .toList())
                .toList();
    }

    /** The {@code run.restarted} events of the run. */
    public List<JsonObject> restarts(String run) {
        return rows.stream()
                .filter(row -> run.equals(row.run()) && isRestart(row))
                .map(row -> row.event().getJsonObject("value"))
                .toList();
    }

    /** Where the run resumes: results directly after its last checkpoint, before it began anything else, are kept. */
    public long goesOnAt(StoredRun run) {
        long at = run.resumeSeq();
        for (Row row : rows) {
            if (row.seq() <= run.resumeSeq() || !run.id().equals(row.run())) continue;
            if (BEGINNINGS.contains(row.type()) || isRestart(row)) break;
            if (row.type().equals("TOOL_CALL_RESULT")) at = row.seq();
        }
        return at;
    }

    private static boolean isRestart(Row row) {
        return row.type().equals("CUSTOM") && row.event().getString("name").equals("run.restarted");
    }

    /** How often the message of this command is in the log or in the queue. */
    public long messagesOf(String command) {
        long inLog = rows.stream()
                .filter(row -> row.type().equals("TEXT_MESSAGE_START") && !isVoid(row))
                .map(row -> row.event().getJsonObject("metadata"))
                .filter(metadata -> metadata != null && command.equals(metadata.getString("command")))
                .count();
        return inLog + queue.split("\"" + command + "\"", -1).length - 1;
    }

    private boolean isVoid(Row row) {
        return rows.stream()
                .filter(later -> later.type().equals("CUSTOM") && later.seq() > row.seq())
                .map(later -> later.event())
                .filter(event -> List.of("run.restarted", "history.rewound").contains(event.getString("name")))
                .anyMatch(event -> event.getJsonObject("value").getLong("toSeq") < row.seq());
    }

    // --- rules

    /** Rows tile the log; each run begins, closes all its open items and ends exactly once; its row agrees. */
    public StoredLog assertWhole() {
        assertTiled();
        assertThat(rows.stream().filter(row -> row.type().equals("RUN_STARTED")).map(Row::run))
                .as("runs of %s", session)
                .containsExactlyElementsOf(runs.keySet());
        runs.values().forEach(this::assertRun);
        return this;
    }

    private void assertTiled() {
        long next = 1;
        for (Row row : rows) {
            assertThat(row.from()).as("row %s of %s tiles", row, session).isEqualTo(next);
            if (row.ends() == null) assertThat(row.seq()).as("a single event").isEqualTo(row.from());
            else assertSegment(row);
            next = row.seq() + 1;
        }
        assertThat(head).as("head of %s", session).isEqualTo(next - 1);
    }

    private static void assertSegment(Row row) {
        assertThat(row.ends()).hasSize((int) (row.seq() - row.from()) + 1);
        assertThat(row.ends()[row.ends().length - 1])
                .isEqualTo(row.event().getString("delta").length());
    }

    private void assertRun(StoredRun run) {
        List<Row> its = rows.stream().filter(row -> run.id().equals(row.run())).toList();
        String what = "run " + run + " of " + session + ": "
                + its.stream().map(Row::type).toList();
        assertThat(its.getFirst().type()).as(what).isEqualTo("RUN_STARTED");
        assertThat(its.getFirst().seq()).as(what).isEqualTo(run.firstSeq());
        boolean resumes = resumes(its);
        if (!resumes) assertThat(its.get(1).event().getString("role")).as(what).isEqualTo("user");
        List<Row> ends = its.stream().filter(Row::isTerminal).toList();
        assertThat(ends).as(what).hasSize(run.outcome() == null ? 0 : 1);
        if (run.outcome() == null) {
            assertThat(run.id()).as("only the last run may be open").isEqualTo(lastRun());
            return;
        }
        assertThat(its.getLast().isTerminal()).as(what).isTrue();
        assertThat(openItems(its)).as(what).isEqualTo(askedAbout(its.getLast().event()));
        assertOutcome(run, its.getLast().event());
    }

    private static boolean resumes(List<Row> its) {
        return its.getFirst().event().getJsonObject("metadata").containsKey("resumes");
    }

    /** The calls that wait for people. */
    private static Set<String> askedAbout(JsonObject end) {
        JsonArray interrupts =
                end.getJsonObject("outcome", new JsonObject()).getJsonArray("interrupts", new JsonArray());
        return interrupts.stream()
                .map(interrupt -> "call " + ((JsonObject) interrupt).getString("toolCallId"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertOutcome(StoredRun run, JsonObject end) {
        if (end.getString("type").equals("RUN_ERROR")) {
            assertThat(run.outcome()).isEqualTo("error");
            assertThat(run.code()).isEqualTo(end.getString("code"));
        } else {
            assertThat(run.outcome()).isEqualTo(end.getJsonObject("outcome").getString("type"));
        }
    }

    private String lastRun() {
        return new ArrayList<>(runs.keySet()).getLast();
    }

    /** What the events open and do not close. */
    private static Set<String> openItems(List<Row> its) {
        Set<String> open = new TreeSet<>();
        boolean resumes = resumes(its);
        Map<String, Long> began = new HashMap<>();
        Map<String, Long> answered = new HashMap<>();
        for (Row row : its) {
            JsonObject e = row.event();
            switch (row.type()) {
                case "TEXT_MESSAGE_START" -> open.add("text " + e.getString("messageId"));
                case "TEXT_MESSAGE_END" -> closed(open, "text " + e.getString("messageId"));
                case "REASONING_START" -> open.add("reasoning " + e.getString("messageId"));
                case "REASONING_END" -> closed(open, "reasoning " + e.getString("messageId"));
                case "REASONING_MESSAGE_START" -> open.add("thought " + e.getString("messageId"));
                case "REASONING_MESSAGE_END" -> closed(open, "thought " + e.getString("messageId"));
                case "STEP_STARTED" -> open.add("step " + e.getString("stepName"));
                case "STEP_FINISHED" -> closed(open, "step " + e.getString("stepName"));
                case "TOOL_CALL_START" -> {
                    open.add("arguments " + e.getString("toolCallId"));
                    open.add("call " + e.getString("toolCallId"));
                    began.put(e.getString("toolCallId"), row.seq());
                }
                case "TOOL_CALL_END" -> closed(open, "arguments " + e.getString("toolCallId"));
                case "TOOL_CALL_RESULT" -> {
                    String call = e.getString("toolCallId");
                    answered.put(call, row.seq());
                    if (!resumes || began.containsKey(call)) closed(open, "call " + call);
                }
                case "CUSTOM" -> {
                    if (!e.getString("name").equals("run.restarted")) continue;
                    long toSeq = e.getJsonObject("value").getLong("toSeq");
                    // A superseded result reopens its call.
                    answered.forEach((call, seq) -> {
                        if (seq > toSeq && began.getOrDefault(call, Long.MAX_VALUE) <= toSeq) open.add("call " + call);
                    });
                }
                default -> {}
            }
        }
        return open;
    }

    private static void closed(Set<String> open, String item) {
        assertThat(open.remove(item)).as("%s was open", item).isTrue();
    }

    /** This log is a continuation of the earlier one. */
    public void assertContinues(StoredLog earlier) {
        Map<Long, Row> byFrom = new HashMap<>();
        rows.forEach(row -> byFrom.put(row.from(), row));
        assertThat(head).isGreaterThanOrEqualTo(earlier.head());
        for (Row row : earlier.rows) {
            assertThat(byFrom.get(row.from()))
                    .as("a stored row of %s stays", session)
                    .usingRecursiveComparison()
                    .isEqualTo(row);
        }
    }

    /**
     * Every event up to {@code upTo} that the client applied since its last snapshot is stored under its numbers. If
     * the client has seen more than this log had when it was read, the log is read again: what was shown is stored.
     */
    public void assertShownTo(TestClient client, long upTo) {
        List<JsonObject> shown = client.events(session).stream()
                .filter(frame -> frame.getLong("seq") <= upTo)
                .toList();
        boolean grown = !shown.isEmpty() && shown.getLast().getLong("seq") > head;
        (grown ? of(database, session) : this).assertStored(shown);
    }

    private void assertStored(List<JsonObject> frames) {
        for (JsonObject frame : frames) {
            long seq = frame.getLong("seq");
            long from = frame.getLong("from", seq);
            JsonObject shown = TestClient.event(frame);
            StringBuilder delta = new StringBuilder();
            JsonObject stored = null;
            for (Row row : rowsOf(from, seq)) {
                stored = row.part(Math.max(from, row.from()), Math.min(seq, row.seq()));
                if (row.ends() != null) delta.append(stored.getString("delta"));
            }
            assertThat(stored).as("%d..%d of %s is stored", from, seq, session).isNotNull();
            if (!delta.isEmpty()) stored = stored.copy().put("delta", delta.toString());
            assertThat(shown).as("%d..%d of %s", from, seq, session).isEqualTo(stored);
        }
    }

    private List<Row> rowsOf(long from, long seq) {
        return rows.stream()
                .filter(row -> row.seq() >= from && row.from() <= seq)
                .toList();
    }

    // --- reading

    private void readHead(Connection connection) throws SQLException {
        try (ResultSet row = query(connection, "SELECT epoch, head_seq, queue FROM session WHERE id = ?")) {
            assertThat(row.next()).as("session %s exists", session).isTrue();
            epoch = row.getString("epoch");
            head = row.getLong("head_seq");
            queue = row.getString("queue");
        }
    }

    private void readRows(Connection connection) throws SQLException {
        try (ResultSet row = query(connection, "SELECT * FROM session_event WHERE session_id = ? ORDER BY seq")) {
            while (row.next()) {
                Array ends = row.getArray("ends");
                rows.add(new Row(
                        row.getLong("from_seq"),
                        row.getLong("seq"),
                        row.getString("run_id"),
                        row.getString("type"),
                        new JsonObject(row.getString("payload")),
                        ends == null ? null : (Integer[]) ends.getArray()));
            }
        }
    }

    private void readRuns(Connection connection) throws SQLException {
        try (ResultSet row = query(connection, "SELECT * FROM run WHERE session_id = ? ORDER BY first_seq")) {
            while (row.next()) {
                StoredRun run = new StoredRun(
                        row.getString("id"),
                        row.getLong("first_seq"),
                        row.getBoolean("exact"),
                        row.getString("outcome"),
                        row.getString("code"),
                        row.getInt("attempt"),
                        row.getObject("resume_seq", Long.class));
                runs.put(run.id(), run);
            }
        }
    }

    private ResultSet query(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.closeOnCompletion();
        statement.setString(1, session);
        return statement.executeQuery();
    }
}
