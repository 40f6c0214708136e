package io.reprise.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Configures logging before {@link Logging} has settings, and in tests: warnings as text. Logback finds it as a
 * service.
 */
public final class FirstLines extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Logging.configure(context, Level.WARN, new TextEncoder());
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
