package io.reprise.reload;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HangupTest {
    /** Symptom: a reload by signal ended the server, and nothing had said that it would. Cause: that there is no access was told at debug only. */
    @Test
    void a_java_without_access_to_signals_is_told_at_the_start() {
        Logger logger = (Logger) LoggerFactory.getLogger(Hangup.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            Hangup.run(() -> {}, "sun.misc.NoSuchSignal");
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(lines.list).singleElement().asString().contains("WARN", "no reload on SIGHUP");
    }
}
