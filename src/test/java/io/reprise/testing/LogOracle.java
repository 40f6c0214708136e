package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * A session's log in the database, read by plain SQL: what every reader must have received, however the
 * deltas were merged. Rows that do not tile are an error immediately.
 */
public final class LogOracle {
    private static final Set<String> DELTAS =
            Set.of("TEXT_MESSAGE_CONTENT", "REASONING_MESSAGE_CONTENT", "TOOL_CALL_ARGS");

    private final NavigableMap<Long, Row> byFrom = new TreeMap<>();
    private final long clearedTo;

    private record Row(long from, long seq, String run, JsonObject event, Integer[] ends, long atMs) {
        boolean isSegment() {
            return ends != null;
        }

        /** Of a segment: the text of the seqs first..last in this row. */
        String text(long first, long last) {
            int begin = first <= from ? 0 : ends[(int) (first - from) - 1];
            return event.getString("delta").substring(begin, ends[(int) (Math.min(last, seq) - from)]);
        }

        /** The event without its text. */
        JsonObject kind() {
            JsonObject kind = event.copy();
            kind.remove("delta");
            return kind;
        }
    }

    private LogOracle(long clearedTo) {
        this.clearedTo = clearedTo;
    }

    public static LogOracle of(DatabaseUri database, String session) {
        return of(database, session, 0);
    }

    /** Of a session that was cleared up to that seq. */
    public static LogOracle of(DatabaseUri database, String session, long clearedTo) {
        LogOracle log = new LogOracle(clearedTo);
        try (Connection connection = TestDatabase.connect(database);
                PreparedStatement select = connection.prepareStatement("""
                        SELECT from_seq, seq, run_id, payload, ends, extract(epoch FROM at) * 1000 AS at_ms
                        FROM session_event WHERE session_id = ? ORDER BY seq""")) {
            select.setString(1, session);
            ResultSet rows = select.executeQuery();
            while (rows.next()) log.add(row(rows));
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return log;
    }

    private static Row row(ResultSet rows) throws SQLException {
        java.sql.Array ends = rows.getArray("ends");
        return new Row(
                rows.getLong("from_seq"),
                rows.getLong("seq"),
                rows.getString("run_id"),
                new JsonObject(rows.getString("payload")),
                ends == null ? null : (Integer[]) ends.getArray(),
                rows.getLong("at_ms"));
    }

    private void add(Row row) {
        assertThat(row.from()).as("rows tile").isEqualTo((byFrom.isEmpty() ? clearedTo : head()) + 1);
        boolean delta = DELTAS.contains(row.event().getString("type"));
        // The text of a user's message is a delta too, and like every delta it is stored as a segment.
        assertThat(row.isSegment()).as(row.event().encode()).isEqualTo(delta);
        byFrom.put(row.from(), row);
    }

    public long head() {
        return byFrom.isEmpty() ? 0 : byFrom.lastEntry().getValue().seq();
    }

    public int rows() {
        return byFrom.size();
    }

    /** Whether a cursor here is in the middle of a stored row. */
    public boolean isInsideARow(long after) {
        Map.Entry<Long, Row> row = byFrom.floorEntry(after);
        return row != null && after < row.getValue().seq();
    }

    /** The events of a run, one per row, in order. */
    public List<JsonObject> events(String run) {
        List<JsonObject> events = new ArrayList<>();
        for (Row row : byFrom.values()) if (run.equals(row.run())) events.add(row.event());
        return events;
    }

    /** The runs in the order of their start. */
    public List<String> runs() {
        return byFrom.values().stream()
                .filter(row -> row.event().getString("type").equals("RUN_STARTED"))
                .map(Row::run)
                .toList();
    }

    /**
     * Fails unless the run has exactly one end, nothing after it, and closed every open item before it:
     * messages, then tool calls by a result, then the step; after a stop nothing begins or grows. Returns the event
     * that ends it.
     */
    public JsonObject assertEndsWell(String run) {
        List<JsonObject> events = events(run);
        String story = run + " " + events.stream().map(e -> e.getString("type")).toList();
        Set<String> messages = new HashSet<>();
        Map<String, Boolean> callsEnded = new HashMap<>();
        Set<String> steps = new HashSet<>();
        boolean stopping = false;
        for (JsonObject e : events.subList(0, events.size() - 1)) {
            String message = e.getString("messageId");
            String call = e.getString("toolCallId");
            if (stopping) assertThat(e.getString("type")).as(story).matches(".*_(END|RESULT|FINISHED)");
            switch (e.getString("type")) {
                case "RUN_STARTED" -> assertThat(e).as(story).isSameAs(events.getFirst());
                case "STEP_STARTED" ->
                    assertThat(steps.add(e.getString("stepName"))).as(story).isTrue();
                case "TEXT_MESSAGE_START", "REASONING_MESSAGE_START" ->
                    assertThat(messages.add(message)).as(story).isTrue();
                case "TEXT_MESSAGE_CONTENT", "REASONING_MESSAGE_CONTENT" ->
                    assertThat(messages).as(story).contains(message);
                case "TEXT_MESSAGE_END", "REASONING_MESSAGE_END" ->
                    assertThat(messages.remove(message)).as(story).isTrue();
                case "REASONING_START" ->
                    assertThat(messages.add("reasoning " + message)).as(story).isTrue();
                case "REASONING_END" ->
                    assertThat(messages.remove("reasoning " + message))
                            .as(story)
                            .isTrue();
                case "TOOL_CALL_START" ->
                    assertThat(callsEnded.put(call, false)).as(story).isNull();
                case "TOOL_CALL_ARGS" ->
                    assertThat(callsEnded.get(call)).as(story).isFalse();
                case "TOOL_CALL_END" ->
                    assertThat(callsEnded.put(call, true)).as(story).isFalse();
                case "REASONING_ENCRYPTED_VALUE" -> {
                    // Of a complete turn.
                    assertThat(messages).as(story).isEmpty();
                    assertThat(callsEnded.values()).as(story).doesNotContain(false);
                }
                case "TOOL_CALL_RESULT" -> {
                    assertThat(callsEnded.remove(call)).as(story).isTrue();
                    assertThat(messages).as(story).isEmpty();
                }
                case "STEP_FINISHED" -> {
                    assertThat(steps.remove(e.getString("stepName"))).as(story).isTrue();
                    assertThat(messages).as(story).isEmpty();
                    assertThat(callsEnded).as(story).isEmpty();
                }
                case "CUSTOM" -> {
                    assertThat(e.getString("name")).as(story).isEqualTo("run.stopping");
                    stopping = true;
                }
                default -> throw new AssertionError("unexpected in the middle: " + story);
            }
        }
        assertThat(messages).as(story).isEmpty();
        assertThat(callsEnded).as(story).isEmpty();
        assertThat(steps).as(story).isEmpty();
        assertThat(events.getLast().getString("type")).as(story).isIn("RUN_FINISHED", "RUN_ERROR");
        return events.getLast();
    }

    /** Fails unless these event frames are exactly (after, upTo]: nothing lost, doubled or changed. */
    public void assertIs(List<JsonObject> frames, long after, long upTo) {
        long cursor = after;
        for (JsonObject frame : frames) {
            long seq = frame.getLong("seq");
            long from = frame.getLong("from", seq);
            assertThat(from).as(frame.encode()).isEqualTo(cursor + 1).isLessThanOrEqualTo(seq);
            assertFrame(frame, from, seq);
            cursor = seq;
        }
        assertThat(cursor).as("the last event behind " + after).isEqualTo(upTo);
    }

    private void assertFrame(JsonObject frame, long from, long seq) {
        Row first = byFrom.floorEntry(from).getValue();
        assertThat(frame.getString("run")).as(frame.encode()).isEqualTo(first.run());
        JsonObject event = frame.getJsonObject("event");
        if (!first.isSegment()) {
            assertThat(from).as(frame.encode()).isEqualTo(seq);
            assertThat(event).isEqualTo(first.event());
            assertThat(frame.getLong("ts")).as(frame.encode()).isEqualTo(first.atMs());
            return;
        }
        StringBuilder text = new StringBuilder();
        for (Row row : byFrom.subMap(first.from(), true, seq, true).values()) {
            assertThat(row.kind()).as("one range, one message").isEqualTo(first.kind());
            text.append(row.text(from, seq));
        }
        assertThat(event).isEqualTo(first.kind().put("delta", text.toString()));
    }
}
