package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.reprise.message.feedback.Rating;
import io.reprise.message.recall.Recall;
import java.util.List;
import java.util.Locale;

/** The result of an accepted command. It is stored with the claim, so that a repeat gets the same result. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface CommandResult {
    record Created(String session, String epoch) implements CommandResult {}

    /** @param run null while the message waits */
    record Sent(String message, Status status, String run) implements CommandResult {
        public static Sent started(String message, String run) {
            return new Sent(message, Status.STARTED, run);
        }

        public static Sent steered(String message) {
            return new Sent(message, Status.STEERED, null);
        }

        public static Sent queued(String message) {
            return new Sent(message, Status.QUEUED, null);
        }
    }

    record Stopped(List<String> stopped, List<String> unqueued) implements CommandResult {}

    /**
     * An interrupt was answered.
     *
     * @param run the run that resumes now, or null if other interrupts are open
     * @param open the interrupts that are still open
     */
    record Answered(String run, List<String> open) implements CommandResult {}

    /** A run that resumes from a checkpoint. */
    record Resumed(String run) implements CommandResult {}

    /** The recall as it is after the command. */
    record Recalled(Recall recall) implements CommandResult {}

    record Recalls(List<Recall> recalls) implements CommandResult {}

    record Done() implements CommandResult {}

    /**
     * The session as lists show it after the command.
     *
     * @param title as it is shown now, or null
     * @param pinned null in results that were stored before there were pinned sessions; {@code archived} and
     *     {@code muted} likewise
     */
    record Updated(String title, Boolean pinned, Boolean archived, Boolean muted) implements CommandResult {
        public Updated(String title) {
            this(title, null, null, null);
        }
    }

    /**
     * How far the session was read.
     *
     * @param seq every event up to this one counts as seen
     * @param unread messages after it
     */
    record Read(long seq, int unread) implements CommandResult {}

    /**
     * What the user thinks of an answer now.
     *
     * @param comment or null
     */
    record Rated(Rating rating, String comment) implements CommandResult {}

    enum Status {
        STARTED,
        QUEUED,
        STEERED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
