package io.reprise.session.effect;

import io.reprise.message.BusMessage;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.Append;
import java.util.List;

/** What a session wants done; carried out in order, without touching the session meanwhile. */
public sealed interface Effect {
    /** Send to an address on the bus. */
    record Tell(String address, BusMessage message) implements Effect {}

    /** Answered by {@link Input.ClaimFound} or {@link Input.ClaimUnknown}. */
    record LookUpClaim(String user, String id) implements Effect {}

    /**
     * Answered by {@link Input.UserMessageFound} or {@link Input.LookUpFailed}.
     *
     * @param message null: the last one
     */
    record FindUserMessage(String message) implements Effect {}

    /** Answered by {@link Input.CheckpointFound} or {@link Input.LookUpFailed}. */
    record FindCheckpoint(String checkpoint) implements Effect {}

    /** Answered by {@link Input.RecallsCounted}. */
    record CountRecalls(String user) implements Effect {}

    /** Tried until it has an outcome: {@link Input.Appended}. */
    record Store(Append append) implements Effect {}

    /** Answered by {@link Input.RowsRead}, or not at all when the store is away: the reader asks again. */
    record ReadRows(Reader reader, long pull, long after, long upTo) implements Effect {}

    /** A page of the snapshot at {@code at}, sent to the reader. */
    record SendSnapshot(Reader reader, long pull, int page, long at, String epoch, List<LogRow> unstored)
            implements Effect {}

    /** Answered by {@link Input.Erased}. */
    record Erase() implements Effect {}

    /** Give the input back after so long. */
    record Later(long delayMs, Input input) implements Effect {}

    /**
     * Forget this object.
     *
     * @param reload load the session again at once
     * @param contentRefused the run that it had ends {@code internal}
     * @param unanswered commands without an outcome, for the next object
     */
    record Drop(boolean reload, boolean contentRefused, List<ShardMessage.Request> unanswered) implements Effect {}
}
