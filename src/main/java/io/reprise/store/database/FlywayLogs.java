package io.reprise.store.database;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Suppresses log output of Flyway: it throws errors, and {@link Migrations} logs the result. */
public final class FlywayLogs implements LogCreator {
    @Override
    public Log createLogger(Class<?> type) {
        return new TraceLog(LoggerFactory.getLogger(type));
    }

    private record TraceLog(Logger log) implements Log {
        @Override
        public void debug(String message) {
            log.trace(message);
        }

        @Override
        public void info(String message) {
            log.trace(message);
        }

        @Override
        public void warn(String message) {
            log.trace(message);
        }

        @Override
        public void error(String message) {
            log.trace(message);
        }

        @Override
        public void error(String message, Exception failure) {
            log.trace(message, failure);
        }

        @Override
        public void notice(String message) {
            log.trace(message);
        }
    }
}
