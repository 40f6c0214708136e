package io.reprise.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/** Builds the texts of a log line for both layouts: limited in length and without secrets. */
final class LineText {
    private static final int VALUE_CHARACTERS_MAX = 8_192;
    private static final int STACK_CHARACTERS_MAX = 65_536;

    private LineText() {}

    static String message(ILoggingEvent event) {
        return limited(String.valueOf(event.getFormattedMessage()), VALUE_CHARACTERS_MAX);
    }

    /** The key-values of the line, and then the fields of its thread that it does not name itself. */
    static List<KeyValuePair> pairs(ILoggingEvent event) {
        List<KeyValuePair> own = event.getKeyValuePairs() == null ? List.of() : event.getKeyValuePairs();
        Map<String, String> fields = event.getMDCPropertyMap();
        if (fields.isEmpty()) return own;
        List<KeyValuePair> all = new ArrayList<>(own);
        fields.forEach((name, value) -> {
            if (own.stream().noneMatch(pair -> pair.key.equals(name))) all.add(new KeyValuePair(name, value));
        });
        return all;
    }

    static String value(KeyValuePair pair) {
        return Redaction.isSecret(pair.key)
                ? Redaction.BLANK
                : limited(String.valueOf(pair.value), VALUE_CHARACTERS_MAX);
    }

    static String stack(IThrowableProxy error) {
        return limited(ThrowableProxyUtil.asString(error), STACK_CHARACTERS_MAX);
    }

    private static String limited(String text, int max) {
        return Redaction.of(text.length() <= max ? text : text.substring(0, max) + "...");
    }
}
