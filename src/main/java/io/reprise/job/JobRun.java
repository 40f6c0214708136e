package io.reprise.job;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * A run of a job.
 *
 * @param cause {@code schedule} or {@code request}
 * @param by who asked for it, or null
 * @param part {@code all}, {@code session} or {@code user}
 * @param endedMs null while it runs
 * @param outcome null while it runs
 * @param processed items it looked at so far
 * @param deleted items it deleted so far
 * @param retentionDays after how many days it deleted; null if age did not matter
 * @param error why it failed, safe to display; or null
 * @param stopBy who asked it to stop, or null
 */
public record JobRun(
        long id,
        String job,
        String node,
        String cause,
        String by,
        String part,
        long startedMs,
        Long endedMs,
        Outcome outcome,
        long processed,
        long deleted,
        Integer retentionDays,
        String error,
        String stopBy) {
    /** How a run ended. */
    public enum Outcome {
        SUCCESS,
        FAILED,
        /** Somebody asked it to stop. */
        STOPPED,
        /** Its server stopped or died; the job is run again. */
        INTERRUPTED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Outcome of(String wire) {
            return wire == null ? null : valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }

    public boolean isActive() {
        return endedMs == null;
    }
}
