package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.reprise.message.log.EventFrame;
import io.reprise.message.recall.RecallInfo;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Messages to a gateway's address, in order. Every delivery contains the owner number of its sender: a gateway drops
 * deliveries that are not from the newest owner it knows.
 */
public sealed interface Delivery extends BusMessage {
    long owner();

    /** A delivery about a session's log in one epoch. */
    sealed interface OfEpoch extends Delivery {
        String session();

        String epoch();
    }

    /** A shard has a (new) owner. */
    record ShardOwned(int shard, long owner, String node) implements Delivery {}

    /** The answer to an attach, see section 3 of the protocol. */
    record Verdict(String session, long owner, String epoch, long subscription, Mode mode, Attached attached)
            implements OfEpoch {}

    /** The fields of the {@code attached} frame that the session knows. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Attached(
            long head,
            long floor,
            boolean recovered,
            Reason reason,
            List<Long> missing,
            String run,
            LastRun lastRun,
            List<QueuedMessage> queue,
            List<Interrupt.Info> interrupts,
            List<RecallInfo> recalls,
            String title,
            String agent,
            List<Interrupt.PendingCall> pendingToolCalls) {
        /** Of a session without title and agent. */
        public Attached(
                long head,
                long floor,
                boolean recovered,
                Reason reason,
                List<Long> missing,
                String run,
                LastRun lastRun,
                List<QueuedMessage> queue,
                List<Interrupt.Info> interrupts,
                List<RecallInfo> recalls) {
            this(head, floor, recovered, reason, missing, run, lastRun, queue, interrupts, recalls, null, null, null);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LastRun(String id, String outcome, ErrorCode code) {}

    record AttachRefused(String session, long owner, long subscription, Failure failure) implements Delivery {}

    /**
     * Events after the cursor of a pull.
     *
     * @param live whether the page reaches the head, so that live events follow
     */
    record EventPage(
            String session,
            long owner,
            String epoch,
            long subscription,
            long pull,
            List<EventFrame> frames,
            boolean live)
            implements OfEpoch {}

    /** A page of the snapshot at seq {@code at}, as the text of its frame. */
    record SnapshotPage(
            String session,
            long owner,
            String epoch,
            long subscription,
            long pull,
            int page,
            long at,
            boolean last,
            String frame)
            implements OfEpoch {}

    /** New events for all live subscriptions of this gateway to the session. */
    record LiveEvents(String session, long owner, String epoch, List<EventFrame> frames) implements OfEpoch {}

    /** The answer to a gateway's beat: the announced heads, and the subscriptions that the owner does not know. */
    record Heads(int shard, long owner, List<Head> heads, List<Long> unknown) implements Delivery {}

    record Head(String session, String epoch, long head) {}

    /** The answer to a pull of a subscription that the owner does not know. */
    record UnknownSubscription(String session, long owner, long subscription) implements Delivery {}

    /** The owner dropped the session from memory; its readers attach again. */
    record SessionDropped(String session, long owner) implements Delivery {}

    /**
     * A notice for every reader of the session; not numbered. After {@code session.deleted} the session has no readers.
     */
    record Notice(String session, long owner, String kind, Map<String, Object> data) implements Delivery {
        public static final String SESSION_DELETED = "session.deleted";
        public static final String RECALL_CANCELLED = "recall.cancelled";
    }

    /** The answer to a {@link ShardMessage.Request}. */
    record Answer(long owner, long ticket, CommandOutcome outcome) implements Delivery {}

    enum Mode {
        REPLAY,
        SNAPSHOT,
        RESET;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Reason {
        TRIMMED,
        AHEAD,
        EPOCH;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
