package io.reprise.message.recall;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the run that a recall starts sees of the conversation before it. */
public enum RecallContext {
    /** The same as a run that a message of a person starts: the newest messages, up to the limit of a run. */
    ALL,
    /** A summary of what was said, and the messages after the part that it summarises. */
    SUMMARY,
    /** The last exchange: the last message of a person or of a recall, and what the agent answered. */
    LAST,
    /** Nothing but the text of the recall. */
    NONE;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<RecallContext> of(String wire) {
        return Arrays.stream(values()).filter(one -> one.wire().equals(wire)).findFirst();
    }
}
