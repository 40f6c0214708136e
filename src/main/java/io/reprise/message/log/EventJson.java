package io.reprise.message.log;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.reprise.message.Json;
import io.reprise.message.log.LogEvent.Delta;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The JSON of log events. Deltas, which are the most frequent, are written by hand. */
public final class EventJson {
    private static final Map<Class<?>, String> NAMES = Stream.of(
                    LogEvent.class.getAnnotation(JsonSubTypes.class).value())
            .collect(Collectors.toUnmodifiableMap(JsonSubTypes.Type::value, JsonSubTypes.Type::name));

    private EventJson() {}

    /** The AG-UI name of the event. */
    public static String type(LogEvent event) {
        return NAMES.get(event.getClass());
    }

    public static String of(LogEvent event) {
        return event instanceof Delta delta ? ofDelta(delta) : Json.text(event);
    }

    public static LogEvent parse(String payload) {
        return Json.parse(payload, LogEvent.class);
    }

    /** Creates a row from its stored columns: a segment if {@code ends} is present, else a single event. */
    public static LogRow row(long from, long seq, String run, String type, String payload, int[] ends, long atMs) {
        if (ends == null) return new LogRow.Single(seq, run, type, payload, atMs);
        Delta whole = (Delta) parse(payload);
        return new LogRow.Segment(from, seq, run, type, whole.target(), whole.delta(), ends, atMs);
    }

    private static String ofDelta(Delta delta) {
        String key = delta instanceof LogEvent.ToolCallArgs ? "toolCallId" : "messageId";
        StringBuilder out = new StringBuilder(delta.delta().length() + 96);
        out.append("{\"type\":\"")
                .append(delta.type())
                .append("\",\"")
                .append(key)
                .append("\":\"");
        quote(delta.target(), out);
        out.append("\",\"delta\":\"");
        quote(delta.delta(), out);
        return out.append("\"}").toString();
    }

    static void quote(String text, StringBuilder out) {
        JsonStringEncoder.getInstance().quoteAsString(text, out);
    }
}
