package io.reprise.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.slf4j.event.KeyValuePair;

/** Formats a log line for people: local time, level, class, message, then the key-values. */
final class TextEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    private static final Pattern PLAIN = Pattern.compile("[^\\s\"=\\p{Cntrl}]+");

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(event.getInstant(), line);
        line.append(' ').append(padded(event.getLevel().toString()));
        line.append(' ').append(simpleName(event.getLoggerName()));
        line.append(": ").append(LineText.message(event));
        LineText.pairs(event).forEach(pair -> append(line, pair));
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(LineText.stack(event.getThrowableProxy()));
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    private static void append(StringBuilder line, KeyValuePair pair) {
        line.append(' ').append(pair.key).append('=').append(quoted(LineText.value(pair)));
    }

    /** Quotes a value, so that a value from outside cannot start a new log line. */
    private static String quoted(String value) {
        if (PLAIN.matcher(value).matches()) {
            return value;
        }
        String escaped = value.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replaceAll("\\p{Cntrl}", "?");
        return '"' + escaped + '"';
    }

    private static String padded(String level) {
        return level.length() < 5 ? level + " " : level;
    }

    private static String simpleName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
