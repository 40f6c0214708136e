package io.reprise.tool;

import io.reprise.message.inquiry.Inquiry;

/**
 * A tool has to ask a person before its call can go on. The run ends and waits for the answer, and the run that resumes it
 * calls the tool again with what is in {@link ToolCall#continued}.
 */
public final class AskingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Inquiry inquiry;
    private final String state;
    private final transient Held held;

    /** A call that stays open elsewhere while a person is asked. */
    @FunctionalInterface
    public interface Held {
        /** Nobody will answer: ends the call. Does not block. */
        void drop();
    }

    private AskingException(Inquiry inquiry, String state, Held held) {
        super("The tool asks a person.", null, false, false);
        this.inquiry = inquiry;
        this.state = state;
        this.held = held;
    }

    /**
     * The state says all that is needed to go on, also after a restart of this server.
     *
     * @param state for the tool, kept in the checkpoint of the run
     */
    public static AskingException keeping(Inquiry inquiry, String state) {
        return new AskingException(inquiry, state, null);
    }

    /** The call is held open; when this server ends, it is lost. */
    public static AskingException holding(Inquiry inquiry, Held held) {
        return new AskingException(inquiry, "", held);
    }

    public Inquiry inquiry() {
        return inquiry;
    }

    public String state() {
        return state;
    }

    /** Null if nothing is held. */
    public Held held() {
        return held;
    }
}
