package io.reprise.message.log;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.reprise.message.Json;
import io.reprise.message.log.LogEvent.Delta;
import io.reprise.message.log.LogEvent.DeltaOfSubagent;
import io.reprise.message.log.LogEvent.OfSubagent;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The JSON of log events. Deltas, which are the most frequent, are written by hand. */
public final class EventJson {
    private static final Map<Class<?>, String> NAMES = Stream.of(
                    LogEvent.class.getAnnotation(JsonSubTypes.class).value())
            .collect(Collectors.toUnmodifiableMap(JsonSubTypes.Type::value, JsonSubTypes.Type::name));

    private static final String HEAD = "{\"type\":\"";
    private static final String SUBAGENT = "\"subagentRunId\":\"";

    private EventJson() {}

    /**
     * The type of a row with the event: its AG-UI name, followed by {@code @} and the sub-agent that it belongs to, if
     * there is one. So whoever looks for events by their names finds none of sub-agents.
     */
    public static String type(LogEvent event) {
        return event instanceof OfSubagent its
                ? type(its.event()) + OfSubagent.AT + its.subagentRunId()
                : event instanceof Delta delta ? delta.type() : NAMES.get(event.getClass());
    }

    /** The AG-UI name in the type of a row, whoever the event belongs to. */
    public static String name(String type) {
        int at = type.indexOf(OfSubagent.AT);
        return at < 0 ? type : type.substring(0, at);
    }

    public static String of(LogEvent event) {
        return switch (event) {
            case DeltaOfSubagent its -> ofDelta(its.piece(), its.subagentRunId());
            case Delta delta -> ofDelta(delta, null);
            case OfSubagent its -> ofSubagent(its);
            default -> Json.text(event);
        };
    }

    public static LogEvent parse(String payload) {
        return payload.contains(SUBAGENT) ? parseOfSubagent(payload) : Json.parse(payload, LogEvent.class);
    }

    /** The key is in texts only with a backslash before its quote, and deeper in the interrupts of a run. */
    private static LogEvent parseOfSubagent(String payload) {
        int end = payload.indexOf("\",", HEAD.length());
        boolean follows = payload.startsWith(HEAD) && end > 0 && payload.startsWith(SUBAGENT, end + 2);
        if (!follows || payload.startsWith("SUBAGENT_", HEAD.length())) return Json.parse(payload, LogEvent.class);
        int begin = end + 2 + SUBAGENT.length();
        int quote = payload.indexOf('"', begin);
        String rest = payload.substring(0, end + 1) + payload.substring(quote + 1);
        return Json.parse(rest, LogEvent.class).of(payload.substring(begin, quote));
    }

    /** The sub-agent directly follows the type. Ids of sub-agents need no quoting. */
    private static String ofSubagent(OfSubagent its) {
        String event = Json.text(its.event());
        int end = event.indexOf('"', HEAD.length()) + 1;
        return event.substring(0, end) + "," + SUBAGENT + its.subagentRunId() + '"' + event.substring(end);
    }

    /** Creates a row from its stored columns: a segment if {@code ends} is present, else a single event. */
    public static LogRow row(long from, long seq, String run, String type, String payload, int[] ends, long atMs) {
        if (ends == null) return new LogRow.Single(seq, run, type, payload, atMs);
        Delta whole = (Delta) parse(payload);
        return new LogRow.Segment(from, seq, run, type, whole.target(), whole.delta(), ends, atMs);
    }

    private static String ofDelta(Delta delta, String subagent) {
        String key = delta instanceof LogEvent.ToolCallArgs ? "toolCallId" : "messageId";
        StringBuilder out = new StringBuilder(delta.delta().length() + 96);
        out.append("{\"type\":\"").append(delta.type()).append("\",");
        if (subagent != null) out.append(SUBAGENT).append(subagent).append("\",");
        out.append('"').append(key).append("\":\"");
        quote(delta.target(), out);
        out.append("\",\"delta\":\"");
        quote(delta.delta(), out);
        return out.append("\"}").toString();
    }

    static void quote(String text, StringBuilder out) {
        JsonStringEncoder.getInstance().quoteAsString(text, out);
    }
}
