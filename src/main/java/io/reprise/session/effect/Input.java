package io.reprise.session.effect;

import io.reprise.attachment.Attachment;
import io.reprise.history.LogReader.Answer;
import io.reprise.history.LogReader.UserMessage;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Claim;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An input of a session. */
public sealed interface Input {
    /** A message from the bus. */
    record Message(ShardMessage.ToSession message) implements Input {}

    record ClaimFound(Optional<Claim> claim) implements Input {}

    record ClaimUnknown() implements Input {}

    /** Empty if there is no such message, or if it is superseded. */
    record UserMessageFound(Optional<UserMessage> message) implements Input {}

    /** Empty if there is no such checkpoint, or if its events are superseded or erased. */
    record CheckpointFound(Optional<ResumePoint> point) implements Input {}

    /** The store is unavailable. */
    record LookUpFailed() implements Input {}

    /** @param found those of the session; null if the store is unavailable */
    record AttachmentsFound(List<Attachment> found) implements Input {}

    /** @param answer empty if there is no such answer, or if it is superseded; null if the store is unavailable */
    record AnswerFound(Optional<Answer> answer) implements Input {}

    /** @param elsewhere number of the user's recalls in other sessions; null if the store is unavailable */
    record RecallsCounted(Integer elsewhere) implements Input {}

    /** A session was to be made for a slot of a recall. */
    record SessionOpened(String recall, long slotMs, OpenedSession.Outcome outcome) implements Input {}

    record Appended(AppendOutcome outcome) implements Input {}

    /** The pending append failed and will be retried. */
    record AppendDelayed() implements Input {}

    record RowsRead(Reader reader, long pull, long after, List<LogRow> rows) implements Input {}

    /** @param erased null if the store is unavailable */
    record Erased(Boolean erased) implements Input {}

    /** @param number of the warning whose time is over */
    record ExpiryDue(long number) implements Input {}

    record FlushDue() implements Input {}

    record GraceOver(String run) implements Input {}

    record StoreWaitOver(long awaySinceMs) implements Input {}

    /** Periodic: checks the agent. */
    record Heartbeat() implements Input {}

    /** The gateway is alive and has exactly these subscriptions to this session; possibly none. */
    record GatewayHas(String gateway, Set<Long> subscriptions) implements Input {}

    /** Start no new work. */
    record Drain() implements Input {}

    /** The server stops now: suspend the active run for the next server, and store everything. */
    record EndRuns() implements Input {}
}
