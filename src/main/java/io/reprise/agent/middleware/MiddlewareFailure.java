package io.reprise.agent.middleware;

import io.reprise.message.ErrorCode;

/** A middleware ends the run. The message is safe to display. */
public final class MiddlewareFailure extends RuntimeException {
    private final ErrorCode code;

    public MiddlewareFailure(ErrorCode code, String safeMessage) {
        super(safeMessage);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
