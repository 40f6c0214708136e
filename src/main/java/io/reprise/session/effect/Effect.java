package io.reprise.session.effect;

import io.reprise.message.BusMessage;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.UserNotices;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.Append;
import java.util.List;

/** What a session wants to be done. Effects are carried out in order; the session receives no input meanwhile. */
public sealed interface Effect {
    /** Sends a message to an address on the bus. */
    record Tell(String address, BusMessage message) implements Effect {}

    /** Answered by {@link Input.ClaimFound} or {@link Input.ClaimUnknown}. */
    record LookUpClaim(String user, String id) implements Effect {}

    /**
     * Answered by {@link Input.UserMessageFound} or {@link Input.LookUpFailed}.
     *
     * @param message id; null for the last message
     */
    record FindUserMessage(String message) implements Effect {}

    /** Answered by {@link Input.CheckpointFound} or {@link Input.LookUpFailed}. */
    record FindCheckpoint(String checkpoint) implements Effect {}

    /** Answered by {@link Input.AnswerFound}. */
    record FindAnswer(String message) implements Effect {}

    /** Answered by {@link Input.AttachmentsFound}. */
    record FindAttachments(List<String> attachments) implements Effect {}

    /** Answered by {@link Input.RecallsCounted}. */
    record CountRecalls(String user) implements Effect {}

    /** Answered by {@link Input.SessionOpened}. */
    record OpenSession(OpenedSession session) implements Effect {}

    /** Retried until there is an outcome: {@link Input.Appended}. */
    record Store(Append append) implements Effect {}

    /** Answered by {@link Input.RowsRead}, or not at all if the store is unavailable; the reader then asks again. */
    record ReadRows(Reader reader, long pull, long after, long upTo) implements Effect {}

    /** Sends the reader a page of the snapshot at seq {@code at}. */
    record SendSnapshot(Reader reader, long pull, int page, long at, String epoch, List<LogRow> unstored)
            implements Effect {}

    /**
     * Answered by {@link Input.Erased}.
     *
     * @param version only if nothing was stored since; null: in any case
     */
    record Erase(Long version) implements Effect {}

    /**
     * Tells all sockets of the user.
     *
     * @param expiresAtMs null unless the session is expiring
     */
    record Announce(UserNotices.Kind kind, Long expiresAtMs) implements Effect {}

    /** Returns the input to the session after a delay. */
    record Later(long delayMs, Input input) implements Effect {}

    /**
     * Removes the session's object from memory.
     *
     * @param reload whether to load the session again immediately
     * @param contentRefused whether the run that it had ends with {@code internal}
     * @param unanswered commands without an outcome, for the next object
     */
    record Drop(boolean reload, boolean contentRefused, List<ShardMessage.Request> unanswered) implements Effect {}
}
