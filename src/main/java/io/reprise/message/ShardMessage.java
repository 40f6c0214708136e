package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.log.LogEvent;
import java.util.List;

/** Messages to the owner of a shard. */
public sealed interface ShardMessage extends BusMessage {

    /** A message to one session. */
    sealed interface ToSession extends ShardMessage {
        String session();
    }

    /** Begins a subscription. Answered by a {@link Delivery.Verdict}. {@code cursor} may be null. */
    record Attach(String session, String user, Reader reader, Cursor cursor) implements ToSession {}

    /** Ends a subscription. */
    record Detach(String session, Reader reader) implements ToSession {}

    /**
     * Requests the events after {@code after}. {@code pull} is the number of the request within its subscription:
     * answers to earlier requests are dropped.
     */
    record Pull(String session, Reader reader, long pull, long after) implements ToSession {}

    /** Requests a page, from 1, of the snapshot at seq {@code at}, which is the head of a verdict. */
    record PullSnapshot(String session, Reader reader, long pull, int page, long at) implements ToSession {}

    /**
     * A command of a user.
     *
     * @param id the client's id, unique per user and session; null makes no claim
     * @param hash hash of the parsed command: a repeat with another hash is a conflict
     * @param zone IANA name of the user's time zone, or null
     * @param sender what the user may do
     * @param cause the request that contained it, or the run whose tool asked for it
     */
    record Request(
            String session,
            String user,
            String id,
            String hash,
            Command command,
            ReplyTo replyTo,
            String zone,
            Sender sender,
            Cause cause)
            implements ToSession {
        public Request {
            if (sender == null) sender = Sender.USUAL;
            cause = Cause.orUnknown(cause).with(sender.token());
        }

        public Request(String session, String user, String id, String hash, Command command, ReplyTo replyTo) {
            this(session, user, id, hash, command, replyTo, null, null, null);
        }

        /** Whether the user is staff. */
        public boolean staff() {
            return sender.staff();
        }
    }

    /**
     * The recall is due. Repeated until its session has handled it.
     *
     * @param triggerAtMs time at which it was due; the session ignores the message if it differs from the recall's
     *     current time
     */
    record Fire(String session, String recall, long triggerAtMs) implements ToSession {}

    /** A numbered batch of a run's events; {@code end} is set in the last one. */
    record AgentBatch(String session, String run, int number, List<LogEvent> events, RunEnd end, String agent)
            implements ToSession {}

    /** The answer to {@link AgentMessage.TitleRequest}. */
    record TitleProposed(String session, String run, String title) implements ToSession {}

    /**
     * A question or notification of a run's agent to its session. Answered by {@link AgentMessage.RunAnswer}.
     *
     * @param number of the question within the run; a repeat has the same number
     * @param sent number of the last batch that was sent before
     */
    record RunQuestion(String session, String run, int number, int sent, String agent, Question question)
            implements ToSession {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
    sealed interface Question {
        /** Asks for messages that are to steer the run, before its next model call. */
        record AskSteering() implements Question {}

        /** Asks up to which seq the log contains the events that were sent. */
        record AskCovered() implements Question {}

        /**
         * Records the checkpoint from which the run resumes if its process is killed. Only after the answer may the run
         * do what must not be done twice.
         *
         * @param checkpoint saved checkpoint; null if it could not be saved, so that the run cannot resume
         * @param seq last event that it covers, from {@link AgentMessage.Answer.Covered}
         */
        record Keep(String checkpoint, long seq) implements Question {}
    }

    /** Open interrupts of the session have expired. */
    record ExpireInterrupts(String session) implements ToSession {}

    /** The data of the session's user is erased: the session erases itself. Repeated until it is gone. */
    record EraseSession(String session) implements ToSession {}

    /** The session has been idle for longer than it may be. Repeated while it is. */
    record ExpireSession(String session) implements ToSession {}

    /** The answer to {@link AgentMessage.RunBeat}: whether the agent knows the run, and the last batch that it sent. */
    record RunBeatAnswer(String session, String run, boolean known, int sent) implements ToSession {}

    /** Sent every few seconds: the subscriptions of a gateway to sessions of this shard. */
    record GatewayBeat(int shard, String gateway, List<Subscribed> subscriptions) implements ShardMessage {}

    /** A subscription in a {@link GatewayBeat}. */
    record Subscribed(String session, long subscription) {}

    /** Where to send the {@link Delivery.Answer}: any address, and the sender's ticket for the command. */
    record ReplyTo(String address, long ticket) {}
}
