package io.reprise.store.database;

/** A start failed because of the store. The message is one line that tells the operator what to do. */
public final class StoreStartException extends RuntimeException {
    public StoreStartException(String message) {
        super(oneLine(message));
    }

    public StoreStartException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
