package io.reprise.schedule;

/** An invalid schedule. The message is safe to display and says how to correct it. */
public final class ScheduleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ScheduleException(String safeMessage) {
        super(safeMessage);
    }

    ScheduleException(String safeMessage, Throwable cause) {
        super(safeMessage, cause);
    }
}
