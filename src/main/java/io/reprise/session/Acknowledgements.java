package io.reprise.session;

import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.ShardMessage.AgentBatch;
import io.reprise.session.RunState.Link;

/** What an agent is told of its batches. While too much text waits for the store it is told nothing, and so it waits too. */
final class Acknowledgements {
    private final SessionParts parts;
    private int given;
    private AgentBatch withheld;

    Acknowledgements(SessionParts parts) {
        this.parts = parts;
    }

    /** The run is over. */
    void reset() {
        given = 0;
        withheld = null;
    }

    /** The batch is numbered. */
    void give(AgentBatch batch) {
        if (isTooMuchUnstored() && batch.end() == null) {
            if (withheld == null) parts.metrics().runHeldBack();
            withheld = batch;
            return;
        }
        given = Math.max(given, batch.number());
        tell(batch);
    }

    /** The store has taken something: perhaps the agent may go on. */
    void release() {
        if (withheld == null || isTooMuchUnstored()) return;
        given = withheld.number();
        tell(withheld);
        withheld = null;
    }

    /** The run is none that its agent should work on. */
    void disown(String run, int number, String agent) {
        parts.effects().tell(agent, new BatchAck(run, number, false));
    }

    /** What a heartbeat may acknowledge: nothing that is withheld, nor what was withheld before it. */
    int given(Link link) {
        return withheld == null ? link.received() : given;
    }

    private boolean isTooMuchUnstored() {
        return parts.log().unstoredSize() > parts.settings().log().bufferBytesMax();
    }

    private void tell(AgentBatch batch) {
        parts.effects().tell(batch.agent(), new BatchAck(batch.run(), batch.number(), true));
    }
}
