package io.reprise.session;

import io.reprise.message.log.EventFrame;
import io.reprise.message.log.LogRow;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The state of a reader after some events, as one text: each event's JSON, but only the text of a delta, so that
 * merging makes no difference.
 */
public final class LogText {
    private static final Pattern EVENT = Pattern.compile("\"event\":(.*)}$");
    private static final Pattern DELTA = Pattern.compile("\"delta\":\"(.*)\"}$");

    private LogText() {}

    public static String of(EventFrame frame) {
        return ofFrame(frame.text());
    }

    static String ofFrame(String frame) {
        Matcher event = EVENT.matcher(frame);
        if (!event.find()) throw new AssertionError("not an event: " + frame);
        return ofJson(event.group(1));
    }

    static String of(LogRow row, long after, long upTo) {
        return ofJson(row.json(after, upTo));
    }

    private static String ofJson(String json) {
        Matcher delta = DELTA.matcher(json);
        return delta.find() ? delta.group(1) : "\n" + json + "\n";
    }
}
