package io.reprise.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/** Formats a log line as one JSON object, with the key-values as fields. */
final class JsonLineEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};
    private static final Set<String> OWN_FIELDS = Set.of("ts", "level", "logger", "message", "thread", "error");

    private final JsonFactory json = new JsonFactory();

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    /** Encodes by way of a string: an unpaired surrogate in a value would otherwise make the whole line fail. */
    @Override
    public byte[] encode(ILoggingEvent event) {
        StringWriter line = new StringWriter(256);
        try (JsonGenerator generator = json.createGenerator(line)) {
            write(event, generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    private static void write(ILoggingEvent event, JsonGenerator generator) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("ts", event.getInstant().toString());
        generator.writeStringField("level", event.getLevel().toString());
        generator.writeStringField("logger", event.getLoggerName());
        generator.writeStringField("message", LineText.message(event));
        generator.writeStringField("thread", event.getThreadName());
        for (KeyValuePair pair : LineText.pairs(event)) {
            write(pair, generator);
        }
        if (event.getThrowableProxy() != null) {
            write(event.getThrowableProxy(), generator);
        }
        generator.writeEndObject();
    }

    private static void write(KeyValuePair pair, JsonGenerator generator) throws IOException {
        generator.writeFieldName(OWN_FIELDS.contains(pair.key) ? pair.key + "_" : pair.key);
        if (pair.value instanceof Integer || pair.value instanceof Long) {
            generator.writeNumber(((Number) pair.value).longValue());
        } else if (pair.value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else {
            generator.writeString(LineText.value(pair));
        }
    }

    private static void write(IThrowableProxy error, JsonGenerator generator) throws IOException {
        generator.writeObjectFieldStart("error");
        generator.writeStringField("type", error.getClassName());
        generator.writeStringField("message", Redaction.of(String.valueOf(error.getMessage())));
        generator.writeStringField("stack", LineText.stack(error));
        generator.writeEndObject();
    }
}
