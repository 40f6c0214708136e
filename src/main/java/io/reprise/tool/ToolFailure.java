package io.reprise.tool;

/** The tool could not do what the call asked for. The message is safe to show to people and models. */
public final class ToolFailure extends RuntimeException {
    public ToolFailure(String safeMessage) {
        super(safeMessage);
    }

    public ToolFailure(String safeMessage, Throwable cause) {
        super(safeMessage, cause);
    }
}
