package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The stable error codes of the protocol, and whether a retry may succeed. */
public enum ErrorCode {
    BAD_REQUEST(400, false),
    UNAUTHORIZED(401, false),
    TOKEN_EXPIRED(401, false),
    FORBIDDEN(403, false),
    NOT_FOUND(404, false),
    BUSY(409, true),
    CONFLICT(409, false),
    STALE_RUN(409, false),
    QUEUE_FULL(429, true),
    TOO_LARGE(413, false),
    TOO_MANY_REQUESTS(429, true),
    UNAVAILABLE(503, true),
    TIMEOUT(504, true),
    STEP_LIMIT(500, false),
    MODEL_ERROR(502, true),
    TOOL_ERROR(502, false),
    BUDGET_EXCEEDED(429, false),
    INTERRUPTED(503, true),
    INTERNAL(500, false);

    private final int httpStatus;
    private final boolean retryable;

    ErrorCode(int httpStatus, boolean retryable) {
        this.httpStatus = httpStatus;
        this.retryable = retryable;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /** Whether the same command may succeed later. */
    public boolean retryable() {
        return retryable;
    }

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
