package io.reprise.command;

/** A command cannot be carried out; the message is one line for the operator. */
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    CommandException(String message, Throwable cause) {
        super(message, cause);
    }

    CommandException(String message) {
        super(message);
    }
}
