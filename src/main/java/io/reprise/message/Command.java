package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.reprise.message.recall.RecallSchedule;
import java.util.Locale;
import java.util.Map;

/** A command of a user to a session. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Command {
    /** The longest title of a session, in UTF-16 units. */
    int TITLE_CHARS_MAX = 200;

    /** Whether it makes the session that it is sent to. */
    default boolean makesSession() {
        return this instanceof Create || this instanceof Fork;
    }

    /** Make the session that the request names. */
    record Create(String agent, String title, Map<String, Object> metadata) implements Command {}

    /**
     * Make the session that the request names out of the beginning of another one.
     *
     * @param message the last one that it has; or null
     * @param checkpoint instead: it has what began before that was taken; or null
     */
    record Fork(String source, String message, String checkpoint) implements Command {
        public Fork {
            if ((message == null) == (checkpoint == null)) throw new IllegalArgumentException("one of both");
        }
    }

    /** A message for the agent. */
    record Send(String text, OnBusy onBusy) implements Command {}

    /** Stop the current run, or {@code run} if given; or remove queued messages; or both. */
    record Stop(String run, Scope scope) implements Command {}

    record Unqueue(String message) implements Command {}

    record Requeue(String message, String text) implements Command {}

    /**
     * Change what the session is called and what it carries along.
     *
     * @param retitled whether the title changes; then {@code title} null goes back to the one that was made
     * @param metadata the new whole, or null: unchanged
     */
    record Update(boolean retitled, String title, Map<String, Object> metadata) implements Command {}

    /**
     * Decide about an interrupt.
     *
     * @param decision one that people can take
     * @param arguments JSON text of an object, with {@code EDIT} only
     * @param text with {@code RESPOND} the result; with {@code REJECT} why, or null
     */
    record Answer(String interrupt, Interrupt.Decision decision, String arguments, String text) implements Command {}

    /**
     * Rewind and run again: to before a user's message, or to a checkpoint and on from there.
     *
     * @param message null: the last one
     * @param text the new text, or null: as it was
     * @param checkpoint instead of the two others; or null
     */
    record Regenerate(String message, String text, String checkpoint) implements Command {
        public Regenerate(String message, String text) {
            this(message, text, null);
        }
    }

    /** Schedule a recall. */
    record ScheduleRecall(String text, RecallSchedule schedule) implements Command {}

    /** Changes an open recall; null fields stay unchanged. */
    record EditRecall(String recall, String text, RecallSchedule schedule) implements Command {}

    /** Pass over the next slot of a recall. */
    record SkipRecall(String recall) implements Command {}

    record CancelRecall(String recall) implements Command {}

    /** The open recalls of the session; changes nothing. */
    record ListRecalls() implements Command {}

    /** Erase the content of the session; the session and its recalls remain. */
    record Clear() implements Command {}

    /** Erase the session and everything in it. */
    record Delete() implements Command {}

    /** How to handle a message that arrives while a run is active. */
    enum OnBusy {
        /** It waits for the run's end. */
        QUEUE,
        /** It is refused. */
        REJECT,
        /** It is given to the agent before the run's next model call. */
        STEER,
        /** Stops the run, keeps its partial answer, and starts a run with this message. */
        INTERRUPT,
        /** Stops the run, rewinds to before its message, and starts a run with this message. */
        ROLLBACK;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Scope {
        RUN,
        QUEUED,
        ALL;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
