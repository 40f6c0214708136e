package io.reprise.schedule;

/** A schedule that is none. The message is safe to show and says what to mend. */
public final class ScheduleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ScheduleException(String safeMessage) {
        super(safeMessage);
    }

    ScheduleException(String safeMessage, Throwable cause) {
        super(safeMessage, cause);
    }
}
