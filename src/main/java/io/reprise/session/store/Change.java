package io.reprise.session.store;

import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.feedback.Opinion;
import io.reprise.message.recall.Recall;
import java.util.List;
import java.util.Map;

/**
 * What commits together with rows of the log. An append has at most one change of each of the kinds {@link QueueChanged},
 * {@link EpochBegun}, {@link Previewed}, {@link TitlesChanged}, {@link ListingChanged}, {@link ReadChanged}, {@link MetadataChanged}, {@link AgentChanged},
 * {@link RecallsChained},
 * {@link Used}, {@link MessagesVoided}, {@link FeedbackVoided} and {@link Cleared}, and at most one for each claim, run, recall, interrupt, attachment and answer.
 */
public sealed interface Change {
    /** A command was decided. */
    record ClaimMade(Claim claim) implements Change {}

    /** The new state of a run. */
    record RunChanged(RunRow run) implements Change {}

    /** The new queue of messages, in order. */
    record QueueChanged(List<QueuedMessage> queue) implements Change {}

    /** A new epoch: cursors of earlier epochs are invalid. */
    record EpochBegun(String epoch) implements Change {}

    /**
     * A user's message was numbered, or the conversation starts again.
     *
     * @param text beginning of the message, or null; stored if the session has no preview
     * @param anew whether the conversation starts again, so that the existing preview is removed first
     */
    record Previewed(String text, boolean anew) implements Change {}

    /** The new state of a recall. */
    record RecallChanged(Recall recall) implements Change {}

    /** How many runs in a row recalls have started, without a message of a person. */
    record RecallsChained(int runs) implements Change {}

    /** The new state of an interrupt. */
    record InterruptChanged(Interrupt interrupt) implements Change {}

    /** The new titles of the session. */
    record TitlesChanged(Titles titles) implements Change {}

    /** Where the session stands in lists from now on. */
    record ListingChanged(Listing listing) implements Change {}

    /**
     * What its user has seen of the session, and what not.
     *
     * @param isRead whether the user has read something; otherwise messages came or were superseded
     */
    record ReadChanged(ReadState state, boolean isRead) implements Change {}

    /** What the session carries for its clients from now on. */
    record MetadataChanged(Map<String, Object> metadata) implements Change {}

    /** The agent of the session from its next run on. */
    record AgentChanged(String agent) implements Change {}

    /** Somebody used the session until now, whatever else this append contains. */
    record Used() implements Change {}

    /**
     * A complete message, with its text in the form that the search compares.
     *
     * @param seq its first event
     * @param endSeq its last event
     * @param folded at most {@code search.textBytesMax} bytes
     */
    record Said(long seq, long endSeq, String message, Role role, String folded) implements Change {}

    /**
     * Messages that began after {@code afterSeq} and before this append are superseded; the search no longer finds
     * them.
     */
    record MessagesVoided(long afterSeq) implements Change {}

    /**
     * An entry of the audit log.
     *
     * @param user the user who decided, or null if an interrupt expired
     * @param action such as {@code interrupt.approve}
     * @param target the object of the action
     * @param detail as JSON, without texts of messages
     */
    record Audited(String user, String action, String target, Map<String, Object> detail) implements Change {}

    /**
     * The user has said what they think of an answer.
     *
     * @param seq first event of the answer
     * @param model the provider's name for the model that wrote it, or null
     * @param eventSeq the event that says so
     * @param superseded whether the answer has been superseded since
     */
    record FeedbackGiven(
            String message,
            long seq,
            String run,
            String user,
            Opinion opinion,
            String agent,
            String model,
            long eventSeq,
            long atMs,
            boolean superseded)
            implements Change {
        /** The same, after the answer was superseded. */
        public FeedbackGiven ofSuperseded() {
            return new FeedbackGiven(message, seq, run, user, opinion, agent, model, eventSeq, atMs, true);
        }
    }

    /** Answers that began after {@code afterSeq} and before this append are superseded. */
    record FeedbackVoided(long afterSeq) implements Change {}

    /** The user has taken back what they have said of an answer. */
    record FeedbackRemoved(String message) implements Change {}

    /** A message was accepted that has this attachment. */
    record AttachmentSent(String attachment) implements Change {}

    /** A session that is being made as a copy of another one shares an attachment with it. */
    record AttachmentShared(String source, String attachment) implements Change {}

    /** Every row and run up to {@code toSeq} is erased; numbering continues after it. */
    record Cleared(long toSeq) implements Change {}
}
