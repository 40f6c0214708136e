package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.reprise.message.content.Content;
import io.reprise.message.feedback.Rating;
import io.reprise.message.opening.EarlierMessage;
import io.reprise.message.recall.RecallCall;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallTarget;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A command of a user to a session. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Command {
    /** The longest title of a session, in UTF-16 units. */
    int TITLE_CHARS_MAX = 200;

    /** Whether it creates the session to which it is sent. */
    default boolean makesSession() {
        return this instanceof Create || this instanceof Fork;
    }

    /**
     * Creates the session that the request names.
     *
     * @param beginning the conversation that it begins with; null: none
     */
    record Create(String agent, String title, Map<String, Object> metadata, List<EarlierMessage> beginning)
            implements Command {
        public Create(String agent, String title, Map<String, Object> metadata) {
            this(agent, title, metadata, null);
        }
    }

    /**
     * Creates the session that the request names from the beginning of another one.
     *
     * @param message the last message that it gets; or null
     * @param checkpoint instead: it gets the messages that began before this was saved; or null
     */
    record Fork(String source, String message, String checkpoint) implements Command {
        public Fork {
            if ((message == null) == (checkpoint == null)) throw new IllegalArgumentException("one of both");
        }
    }

    /**
     * A message for the agent.
     *
     * @param model name of the model's entry that answers it; null for that of the agent
     * @param tools that the client executes itself, for the run of this message; null for none
     */
    record Send(@JsonProperty("text") Content content, OnBusy onBusy, String model, List<ClientTool> tools)
            implements Command {
        public Send(Content content, OnBusy onBusy, String model) {
            this(content, onBusy, model, null);
        }

        public Send(Content content, OnBusy onBusy) {
            this(content, onBusy, null);
        }

        public Send(String text, OnBusy onBusy) {
            this(Content.of(text), onBusy);
        }
    }

    /**
     * Stops the current run, or {@code run} if given; or removes queued messages; or both.
     *
     * @param by the administrator who stops it; null: the session's user
     */
    record Stop(String run, Scope scope, String by) implements Command {
        public Stop(String run, Scope scope) {
            this(run, scope, null);
        }
    }

    record Unqueue(String message) implements Command {}

    /** @param text in place of the message's; its parts that are no text stay */
    record Requeue(String message, String text) implements Command {}

    /**
     * Change what the session is called, what it carries along, and where it stands in lists.
     *
     * @param retitled whether the title changes; then {@code title} null goes back to the one that was made
     * @param metadata the new whole, or null: unchanged
     * @param pinned null: unchanged
     * @param archived null: unchanged
     * @param muted null: unchanged
     * @param agent null: unchanged
     */
    record Update(
            boolean retitled,
            String title,
            Map<String, Object> metadata,
            Boolean pinned,
            Boolean archived,
            Boolean muted,
            String agent)
            implements Command {
        public Update(
                boolean retitled,
                String title,
                Map<String, Object> metadata,
                Boolean pinned,
                Boolean archived,
                Boolean muted) {
            this(retitled, title, metadata, pinned, archived, muted, null);
        }

        public Update(boolean retitled, String title, Map<String, Object> metadata) {
            this(retitled, title, metadata, null, null, null);
        }
    }

    /**
     * Decides about an interrupt.
     *
     * @param decision one of those that people can make
     * @param arguments JSON text of an object, only with {@code EDIT} and, for what was filled in, with {@code ACCEPT}
     * @param text with {@code RESPOND} the result; with {@code REJECT} the reason, or null
     */
    record Answer(String interrupt, Interrupt.Decision decision, String arguments, String text) implements Command {}

    /**
     * Brings results of calls that the client executes itself. All of them count, or none.
     *
     * @param results at least one; each call once
     */
    record Results(List<ClientResult> results) implements Command {
        public Results {
            results = List.copyOf(results);
        }
    }

    /**
     * Decides about all open interrupts at once, and brings the results of all pending calls. All of it counts, or nothing.
     *
     * @param decisions one for each open interrupt that a person decides about
     * @param results of calls that the client executes; those of calls that have one already are ignored
     */
    record AnswerAll(List<Either> decisions, List<ClientResult> results) implements Command {
        public AnswerAll {
            decisions = List.copyOf(decisions);
            results = List.copyOf(results);
        }
    }

    /**
     * What somebody says who does not tell what an interrupt asks for.
     *
     * @param approval what it means if a call needs an approval
     * @param inquiry what it means if a tool asks for a content
     */
    record Either(Answer approval, Answer inquiry) {
        public Either {
            if (!approval.interrupt().equals(inquiry.interrupt())) throw new IllegalArgumentException("two interrupts");
        }

        public String interrupt() {
            return approval.interrupt();
        }
    }

    /**
     * The result of a call that a client executed.
     *
     * @param text for the model; why the call failed, if it did
     */
    record ClientResult(String toolCall, String text, boolean failed) {}

    /**
     * Rewinds to before a user's message and runs again, or rewinds to a checkpoint and resumes from there.
     *
     * @param message null: the last one
     * @param text in place of the message's, whose parts that are no text stay; or null: as it was
     * @param checkpoint instead of the others; or null
     * @param model that answers this time; or null: the one that was chosen for the message, else that of the agent
     */
    record Regenerate(String message, String text, String checkpoint, String model) implements Command {
        public Regenerate(String message, String text) {
            this(message, text, null, null);
        }
    }

    /**
     * Schedules a recall.
     *
     * @param context what its run sees of the conversation; null for all
     * @param target where its run takes place; null for this session
     */
    record ScheduleRecall(String text, RecallSchedule schedule, RecallContext context, RecallTarget target)
            implements Command {
        public ScheduleRecall(String text, RecallSchedule schedule) {
            this(text, schedule, null, null);
        }

        public ScheduleRecall(String text, RecallSchedule schedule, RecallContext context) {
            this(text, schedule, context, null);
        }
    }

    /**
     * A call goes on in the background: its result becomes a recall.
     *
     * @param call whose owner is not known yet
     */
    record BeginCall(RecallCall call) implements Command {}

    /**
     * A call that goes on in the background has ended. No effect if its recall is over or has the result already.
     *
     * @param recall its recall
     * @param text the result, for the model
     */
    record EndCall(String recall, String text) implements Command {}

    /** A person wants a running call to go on in the background. */
    record PushCall(String call) implements Command {}

    /** Changes an open recall; null fields stay unchanged. */
    record EditRecall(String recall, String text, RecallSchedule schedule, RecallContext context, RecallTarget target)
            implements Command {
        public EditRecall(String recall, String text, RecallSchedule schedule) {
            this(recall, text, schedule, null, null);
        }

        public EditRecall(String recall, String text, RecallSchedule schedule, RecallContext context) {
            this(recall, text, schedule, context, null);
        }
    }

    /** Skips the next slot of a recall. */
    record SkipRecall(String recall) implements Command {}

    /** The recall is not due until it is resumed. */
    record PauseRecall(String recall) implements Command {}

    /**
     * Resumes a recall; what it missed while it was paused is not made up for.
     *
     * @param byPerson whether a person asked for it, which counts like a message of that person
     */
    record ResumeRecall(String recall, boolean byPerson) implements Command {}

    record CancelRecall(String recall) implements Command {}

    /** Lists the open recalls of the session; changes nothing. */
    record ListRecalls() implements Command {}

    /**
     * What the user thinks of an answer; replaces what the user has said of it before.
     *
     * @param comment or null
     */
    record Feedback(String message, Rating rating, String comment) implements Command {}

    /** The user has seen every event up to {@code seq}; an older mark changes nothing. */
    record Read(long seq) implements Command {}

    /** The session is still needed: it counts as used now. */
    record Keep() implements Command {}

    /** Summarises the conversation, so that later runs begin with the summary. */
    record Compact() implements Command {}

    /**
     * Lets the agent answer what the conversation ends with, without a new message.
     *
     * @param tools that the client executes itself, for this run; null for none
     */
    record Proceed(List<ClientTool> tools) implements Command {}

    /** Erases the content of the session; the session and its recalls remain. */
    record Clear() implements Command {}

    /** Erases the session and everything in it. */
    record Delete() implements Command {}

    /** How to handle a message that arrives while a run is active. */
    enum OnBusy {
        /** The message waits for the end of the run. */
        QUEUE,
        /** The message is refused. */
        REJECT,
        /** The agent receives the message before the run's next model call. */
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
