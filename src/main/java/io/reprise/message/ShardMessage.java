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

    /** Begin a subscription; answered by a {@link Delivery.Verdict}. {@code cursor} may be null. */
    record Attach(String session, String user, Reader reader, Cursor cursor) implements ToSession {}

    /** End a subscription. */
    record Detach(String session, Reader reader) implements ToSession {}

    /** Ask for the events behind {@code after}. {@code pull} numbers the pulls of a subscription: older answers are dropped. */
    record Pull(String session, Reader reader, long pull, long after) implements ToSession {}

    /** Ask for a page, from 1, of the snapshot at seq {@code at}, the head of a verdict. */
    record PullSnapshot(String session, Reader reader, long pull, int page, long at) implements ToSession {}

    /**
     * A command of a user.
     *
     * @param id the client's identifier, unique for (user, session); null claims nothing
     * @param hash of the parsed command: a repeat with another one is a conflict
     * @param zone IANA name of the time zone of the person who asks, or null
     */
    record Request(String session, String user, String id, String hash, Command command, ReplyTo replyTo, String zone)
            implements ToSession {
        public Request(String session, String user, String id, String hash, Command command, ReplyTo replyTo) {
            this(session, user, id, hash, command, replyTo, null);
        }
    }

    /**
     * The recall is due; sent again and again until its session has acted upon it.
     *
     * @param triggerAtMs what it was due by: the session drops what is not as it knows it
     */
    record Fire(String session, String recall, long triggerAtMs) implements ToSession {}

    /** A numbered piece of a run; {@code end} is set on the last one. */
    record AgentBatch(String session, String run, int number, List<LogEvent> events, RunEnd end, String agent)
            implements ToSession {}

    /** The answer to {@link AgentMessage.TitleRequest}. */
    record TitleProposed(String session, String run, String title) implements ToSession {}

    /**
     * What a run's agent asks or tells its session. Answered by {@link AgentMessage.RunAnswer}.
     *
     * @param number of the question within the run; it is asked again with the same one
     * @param sent the last batch that was sent before
     */
    record RunQuestion(String session, String run, int number, int sent, String agent, Question question)
            implements ToSession {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
    sealed interface Question {
        /** Does any message wait to steer the run, before its next model call? */
        record AskSteering() implements Question {}

        /** Asks up to which seq the log has the events that were sent. */
        record AskCovered() implements Question {}

        /**
         * From here on the run goes on from the checkpoint if its process dies. It may do what must not be done twice
         * only after the answer.
         *
         * @param checkpoint saved; or null: none could be, so that the run cannot go on at all
         * @param seq what it covers of the log, as {@link AgentMessage.Answer.Covered} said
         */
        record Keep(String checkpoint, long seq) implements Question {}
    }

    /** Open interrupts of the session have expired. */
    record ExpireInterrupts(String session) implements ToSession {}

    /** The answer to {@link AgentMessage.RunBeat}: whether the run lives there and the last batch it sent. */
    record RunBeatAnswer(String session, String run, boolean known, int sent) implements ToSession {}

    /** Every few seconds: the subscriptions of a gateway to sessions of this shard. */
    record GatewayBeat(int shard, String gateway, List<Subscribed> subscriptions) implements ShardMessage {}

    /** A subscription in a {@link GatewayBeat}. */
    record Subscribed(String session, long subscription) {}

    /** Where to send the {@link Delivery.Answer}: any address, and the sender's ticket for the command. */
    record ReplyTo(String address, long ticket) {}
}
