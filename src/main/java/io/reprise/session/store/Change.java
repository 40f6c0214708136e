package io.reprise.session.store;

import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.recall.Recall;
import java.util.List;
import java.util.Map;

/**
 * What commits together with rows of the log. An append has at most one change of each of the kinds {@link QueueChanged},
 * {@link EpochBegun}, {@link Previewed}, {@link TitlesChanged}, {@link ListingChanged}, {@link MetadataChanged},
 * {@link MessagesVoided} and {@link Cleared}, and at most one for each claim, run, recall and interrupt.
 */
public sealed interface Change {
    /** A command was decided. */
    record ClaimMade(Claim claim) implements Change {}

    /** A run as it is from now on. */
    record RunChanged(RunRow run) implements Change {}

    /** All messages that wait from now on, in their order. */
    record QueueChanged(List<QueuedMessage> queue) implements Change {}

    /** Cursors of earlier epochs are no longer valid. */
    record EpochBegun(String epoch) implements Change {}

    /**
     * A user's message was numbered, or the conversation begins again.
     *
     * @param text the beginning of the message, or null; kept if the session has no other one
     * @param anew the conversation begins again: the preview that the session had is dropped first
     */
    record Previewed(String text, boolean anew) implements Change {}

    /** A recall as it is from now on. */
    record RecallChanged(Recall recall) implements Change {}

    /** An interrupt as it is from now on. */
    record InterruptChanged(Interrupt interrupt) implements Change {}

    /** What the session is called from now on. */
    record TitlesChanged(Titles titles) implements Change {}

    /** Where the session stands in lists from now on. */
    record ListingChanged(Listing listing) implements Change {}

    /** What the session carries for its clients from now on. */
    record MetadataChanged(Map<String, Object> metadata) implements Change {}

    /**
     * A complete message, with its text as a search compares it.
     *
     * @param seq of its first event
     * @param endSeq of its last one
     * @param folded at most {@code search.textBytesMax}
     */
    record Said(long seq, long endSeq, String message, Role role, String folded) implements Change {}

    /** Messages that began behind {@code afterSeq} before this append are void: a search finds them no longer. */
    record MessagesVoided(long afterSeq) implements Change {}

    /**
     * A decision that operators can look up later.
     *
     * @param user who decided, or null when nobody did in time
     * @param action such as {@code interrupt.approve}
     * @param target what it was about
     * @param detail as JSON, without texts of messages
     */
    record Audited(String user, String action, String target, Map<String, Object> detail) implements Change {}

    /** Every row and run up to {@code toSeq} is erased, and the log goes on behind it. */
    record Cleared(long toSeq) implements Change {}
}
