package io.reprise.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import io.reprise.config.LoggingSettings;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Configures logging: standard output, text on a terminal and JSON lines otherwise. */
public final class Logging {
    /** Verbose libraries. They log only warnings and errors, whatever the configured level. */
    private static final List<String> QUIET =
            List.of("io.netty", "io.vertx", "org.flywaydb", "org.postgresql", "dev.langchain4j", "com.hazelcast");

    private Logging() {}

    /** Takes effect immediately and for all threads. May be called again with other settings. */
    public static void configure(LoggingSettings settings) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.reset();
            configure(context, Level.valueOf(settings.level().name()), encoder(settings.format()));
        }
    }

    /** As {@link #configure}, while lines are written: with the same format, none is lost. */
    public static void change(LoggingSettings before, LoggingSettings next) {
        if (before.format() != next.format()) configure(next);
        else if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            level(context, Level.valueOf(next.level().name()));
        }
    }

    static void configure(LoggerContext context, Level level, EncoderBase<ILoggingEvent> encoder) {
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console(context, encoder));
        level(context, level);
    }

    private static void level(LoggerContext context, Level level) {
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level);
        QUIET.forEach(
                name -> context.getLogger(name).setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN));
    }

    static EncoderBase<ILoggingEvent> encoder(LoggingSettings.Format format) {
        return switch (format) {
            case TEXT -> new TextEncoder();
            case JSON -> new JsonLineEncoder();
            // Without a console, standard input or output is not a terminal (scripts/run sets jdk.console so on every
            // JDK).
            case AUTO -> System.console() == null ? new JsonLineEncoder() : new TextEncoder();
        };
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder);
        console.start();
        return console;
    }
}
