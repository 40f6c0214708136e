package io.reprise.tool;

/** The tool could not do what the call asked for. The message is safe to show to people and models. */
public final class ToolFailure extends RuntimeException {
    private final boolean temporary;

    public ToolFailure(String safeMessage) {
        this(safeMessage, null);
    }

    public ToolFailure(String safeMessage, Throwable cause) {
        this(safeMessage, cause, false);
    }

    private ToolFailure(String safeMessage, Throwable cause, boolean temporary) {
        super(safeMessage, cause);
        this.temporary = temporary;
    }

    /** The call has done nothing and may succeed later. */
    public static ToolFailure temporary(String safeMessage, Throwable cause) {
        return new ToolFailure(safeMessage, cause, true);
    }

    /** Whether the same call may succeed later and can be repeated without harm. */
    public boolean isTemporary() {
        return temporary;
    }
}
