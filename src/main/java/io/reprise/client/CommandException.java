package io.reprise.client;

import io.vertx.core.json.JsonObject;

/** Why a command or a session failed: an error of the server (PROTOCOL section 6), or one of the client in the same form. */
public final class CommandException extends RuntimeException {
    private final String code;
    private final boolean retryable;
    private final String id;

    public CommandException(String code, String message, boolean retryable, String id) {
        super(message, null, false, false);
        this.code = code;
        this.retryable = retryable;
        this.id = id;
    }

    static CommandException of(JsonObject error) {
        return new CommandException(
                error.getString("code", "internal"),
                error.getString("message", ""),
                error.getBoolean("retryable", false),
                error.getString("id"));
    }

    /** A stable code, such as {@code not_found}. */
    public String code() {
        return code;
    }

    /** Whether the same may succeed later. */
    public boolean retryable() {
        return retryable;
    }

    /** The id of the command, with which it can be repeated if its outcome is unknown; or null. */
    public String id() {
        return id;
    }
}
