package io.reprise.session.effect;

import io.reprise.history.LogReader.UserMessage;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Claim;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What can happen to a session. */
public sealed interface Input {
    /** From the bus. */
    record Message(ShardMessage.ToSession message) implements Input {}

    record ClaimFound(Optional<Claim> claim) implements Input {}

    record ClaimUnknown() implements Input {}

    /** Nothing if there is no such message, or if it is void. */
    record UserMessageFound(Optional<UserMessage> message) implements Input {}

    /** Nothing if there is no such checkpoint, or if what it covers is void or gone. */
    record CheckpointFound(Optional<ResumePoint> point) implements Input {}

    /** The store is away. */
    record LookUpFailed() implements Input {}

    /** {@code elsewhere}: what the user has in other sessions; null when the store is away. */
    record RecallsCounted(Integer elsewhere) implements Input {}

    record Appended(AppendOutcome outcome) implements Input {}

    /** The pending append failed and will be tried again. */
    record AppendDelayed() implements Input {}

    record RowsRead(Reader reader, long pull, long after, List<LogRow> rows) implements Input {}

    /** {@code erased}: null when the store is away. */
    record Erased(Boolean erased) implements Input {}

    record FlushDue() implements Input {}

    record GraceOver(String run) implements Input {}

    record StoreWaitOver(long awaySinceMs) implements Input {}

    /** Time to look after the agent. */
    record Heartbeat() implements Input {}

    /** The gateway lives and has these subscriptions to this session, or none. */
    record GatewayHas(String gateway, Set<Long> subscriptions) implements Input {}

    /** Start no more work. */
    record Drain() implements Input {}

    /** The server stops now: leave what still runs to the next one, and store everything. */
    record EndRuns() implements Input {}
}
