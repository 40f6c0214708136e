package io.reprise.agent.loop;

import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;

/** A run cannot continue. The message is safe to display; the cause is for the log. */
public final class RunFailure extends RuntimeException {
    private final transient Failure failure;

    public RunFailure(ErrorCode code, String safeMessage, Throwable cause) {
        super(safeMessage, cause);
        this.failure = Failure.of(code, safeMessage);
    }

    Failure failure() {
        return failure;
    }
}
