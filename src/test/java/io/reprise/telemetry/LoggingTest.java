package io.reprise.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.config.LoggingSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LoggingTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("io.reprise.session.log.SessionLog");
    private final List<ILoggingEvent> events = new ArrayList<>();

    @BeforeEach
    void collect() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        AppenderBase<ILoggingEvent> collector = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                events.add(event);
            }
        };
        collector.setContext(context);
        collector.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(collector);
    }

    @Test
    void a_text_line_ends_with_its_key_values() {
        log.atInfo()
                .addKeyValue("session", "s1")
                .addKeyValue("head", 42L)
                .addKeyValue("title", "two words")
                .log("session loaded");

        assertThat(text())
                .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d\\d\\d INFO  SessionLog: session loaded"
                        + " session=s1 head=42 title=\"two words\"\n");
    }

    @Test
    void a_value_cannot_begin_a_text_line_of_its_own() {
        log.atWarn().addKeyValue("user", "eve\n12:00:00.000 INFO  Forged: line").log("refused");

        assertThat(text().lines()).hasSize(1);
        assertThat(text()).contains("user=\"eve\\n12:00:00.000 INFO  Forged: line\"");
    }

    @Test
    void a_text_line_is_followed_by_the_stack_trace() {
        log.atError().setCause(new IllegalStateException("broken")).log("append failed");

        assertThat(text()).contains("append failed\n", "IllegalStateException: broken", "at io.reprise.telemetry");
    }

    @Test
    void a_json_line_has_its_key_values_as_fields() throws IOException {
        log.atInfo()
                .addKeyValue("session", "s1")
                .addKeyValue("head", 42L)
                .addKeyValue("live", true)
                .addKeyValue("run", (Object) null)
                .log("session {}", "loaded");

        JsonNode line = json();
        assertThat(line.propertyStream().map(Map.Entry::getKey))
                .containsExactly("ts", "level", "logger", "message", "thread", "session", "head", "live", "run");
        assertThat(Instant.parse(line.get("ts").asText()))
                .isEqualTo(events.getFirst().getInstant());
        assertThat(line.get("level").asText()).isEqualTo("INFO");
        assertThat(line.get("logger").asText()).isEqualTo("io.reprise.session.log.SessionLog");
        assertThat(line.get("message").asText()).isEqualTo("session loaded");
        assertThat(line.get("session").asText()).isEqualTo("s1");
        assertThat(line.get("head").isNumber()).isTrue();
        assertThat(line.get("live").isBoolean()).isTrue();
    }

    @Test
    void a_json_line_carries_the_error_and_stays_one_line() throws IOException {
        log.atError()
                .setCause(new IllegalStateException("broken\nhere"))
                .addKeyValue("level", "mine")
                .addKeyValue("half", "\ud800")
                .log("append failed");

        assertThat(line(new JsonLineEncoder()).lines()).hasSize(1);
        assertThat(json().get("level").asText()).isEqualTo("ERROR");
        assertThat(json().get("level_").asText()).isEqualTo("mine");
        assertThat(json().get("error").get("type").asText()).isEqualTo("java.lang.IllegalStateException");
        assertThat(json().get("error").get("stack").asText()).contains("at io.reprise.telemetry");
    }

    @Test
    void secrets_are_blanked_in_both_layouts() {
        log.atWarn()
                .setCause(new IllegalStateException("no route to postgresql://me:hunter2@db/reprise"))
                .addKeyValue("token", "hunter2")
                .addKeyValue("url", "postgresql://me:hunter2@db/reprise")
                .addKeyValue("header", "Bearer hunter2")
                .log("refused {}", "bearer hunter2");

        assertThat(text()).doesNotContain("hunter2").contains("token=***", "postgresql://me:***@db/reprise");
        assertThat(line(new JsonLineEncoder())).doesNotContain("hunter2");
    }

    @Test
    void libraries_log_from_warn_on() {
        Logging.configure(context, Level.DEBUG, new TextEncoder());

        assertThat(log.isDebugEnabled()).isTrue();
        assertThat(context.getLogger("io.netty.channel.nio").isInfoEnabled()).isFalse();
        assertThat(context.getLogger("org.flywaydb.core").isWarnEnabled()).isTrue();
    }

    @Test
    void a_level_above_warn_holds_for_libraries_too() {
        Logging.configure(context, Level.ERROR, new TextEncoder());

        assertThat(context.getLogger("io.vertx.core").isWarnEnabled()).isFalse();
    }

    @Test
    void the_format_decides_the_layout() {
        assertThat(Logging.encoder(LoggingSettings.Format.TEXT)).isInstanceOf(TextEncoder.class);
        assertThat(Logging.encoder(LoggingSettings.Format.JSON)).isInstanceOf(JsonLineEncoder.class);
    }

    private String text() {
        return line(new TextEncoder());
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(line(new JsonLineEncoder()));
    }

    private String line(EncoderBase<ILoggingEvent> encoder) {
        return new String(encoder.encode(events.getFirst()), StandardCharsets.UTF_8);
    }
}
