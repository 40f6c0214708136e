package io.reprise.message;

/**
 * An expected failure as a value: a stable code and a text that is safe to display.
 *
 * @param afterMs time after which a retry may succeed; 0 if unknown
 */
public record Failure(ErrorCode code, String message, long afterMs) {
    public Failure(ErrorCode code, String message) {
        this(code, message, 0);
    }

    public static Failure of(ErrorCode code, String message) {
        return new Failure(code, message);
    }

    public static Failure badRequest(String message) {
        return new Failure(ErrorCode.BAD_REQUEST, message);
    }

    public static Failure notFound() {
        return new Failure(ErrorCode.NOT_FOUND, "Session not found.");
    }

    public static Failure unavailable() {
        return new Failure(ErrorCode.UNAVAILABLE, "The server is temporarily unavailable; try again shortly.");
    }

    /** An internal error; retrying does not help. */
    public static Failure internal() {
        return new Failure(ErrorCode.INTERNAL, "Internal server error.");
    }

    /** This failure with the time after which a retry may succeed. */
    public Failure after(long ms) {
        return new Failure(code, message, ms);
    }
}
