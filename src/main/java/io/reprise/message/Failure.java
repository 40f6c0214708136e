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

    /** The session is not there, or is somebody else's: nobody is told which. */
    public static Failure notFound() {
        return notFound("Session");
    }

    /** @param what is not there, such as {@code Recall} */
    public static Failure notFound(String what) {
        return new Failure(ErrorCode.NOT_FOUND, what + " not found.");
    }

    /** To change a recall; one that is over can only be read. */
    public static Failure recallNotOpen() {
        return new Failure(ErrorCode.NOT_FOUND, "Recall not found, or it is already over.");
    }

    /** The id of a command names another one already. */
    public static Failure idUsed() {
        return new Failure(ErrorCode.CONFLICT, "This id was used for another command.");
    }

    /** @param field of a command, of which so many bytes are allowed */
    public static Failure tooLong(String field, int bytesMax) {
        return new Failure(ErrorCode.TOO_LARGE, "`" + field + "` must not exceed " + bytesMax + " bytes.");
    }

    public static Failure requestTooLarge() {
        return new Failure(ErrorCode.TOO_LARGE, "The request is too large.");
    }

    /** An export or fork of a conversation that has more bytes than that. */
    public static Failure conversationTooLong(int bytesMax) {
        return new Failure(
                ErrorCode.TOO_LARGE, "The conversation is too long for this: it may have " + bytesMax + " bytes.");
    }

    /** Whole conversations are being read by others, or by the same user. */
    public static Failure tooManyReads() {
        return new Failure(
                ErrorCode.TOO_MANY_REQUESTS, "Too many exports or forks are running; try again shortly.", 1_000);
    }

    public static Failure unavailable() {
        return new Failure(ErrorCode.UNAVAILABLE, "The server is temporarily unavailable; try again shortly.");
    }

    /** An internal error; retrying does not help. */
    public static Failure internal() {
        return new Failure(ErrorCode.INTERNAL, "Internal server error.");
    }

    /** The user has spent the budget of this day. */
    public static Failure budgetOfDay() {
        return new Failure(ErrorCode.BUDGET_EXCEEDED, "Today's budget is used up. It begins again at 00:00 UTC.");
    }

    /** This failure with the time after which a retry may succeed. */
    public Failure after(long ms) {
        return new Failure(code, message, ms);
    }
}
