package io.reprise.session.run;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.AgentMessage.RunBeat;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.StopRun;
import io.reprise.message.AgentMessage.SuspendRun;
import io.reprise.message.ShardMessage.AgentBatch;
import io.reprise.session.log.SessionParts;

/**
 * What passes between the session and the agent that works on an attempt of its run: batches one after the other, what the
 * agent is told of them, and heartbeats. While too much text waits for the store the agent is told nothing, and so it
 * waits too.
 */
final class AgentLink {
    private final SessionParts parts;
    private final RunState.Run run;
    private int received;
    private int acknowledged;
    private long heardMs;
    private AgentBatch withheld;

    AgentLink(SessionParts parts, RunState.Run run) {
        this.parts = parts;
        this.run = run;
        heard();
    }

    void begin(RunRequest request) {
        tell(request);
    }

    void stop() {
        tell(new StopRun(run.key()));
    }

    /** The next server goes on with the run. */
    void suspend() {
        tell(new SuspendRun(run.key()));
    }

    boolean isOf(String key) {
        return run.key().equals(key);
    }

    /** Whether every batch up to {@code sent} has arrived. */
    boolean hasAll(int sent) {
        return sent <= received;
    }

    void heard() {
        heardMs = parts.clock().elapsedMs();
    }

    /** Returns whether the batch is new. Only if all before it are here. */
    boolean takes(AgentBatch batch) {
        if (batch.number() <= received) return false;
        received = batch.number();
        return true;
    }

    /** The batch is numbered. */
    void acknowledge(AgentBatch batch) {
        if (isTooMuchUnstored() && batch.end() == null) {
            if (withheld == null) parts.metrics().runHeldBack();
            withheld = batch;
            return;
        }
        acknowledged = Math.max(acknowledged, batch.number());
        tell(new BatchAck(run.key(), batch.number(), true));
    }

    /** The store has taken something: perhaps the agent may go on. */
    void release() {
        if (withheld == null || isTooMuchUnstored()) return;
        acknowledged = withheld.number();
        tell(new BatchAck(run.key(), acknowledged, true));
        withheld = null;
    }

    /** The agent has not been heard of for longer than {@code run.silenceMs}. */
    boolean isSilent() {
        return parts.clock().elapsedMs() - heardMs > parts.settings().run().silenceMs();
    }

    /** Sends a heartbeat. Acknowledges nothing that is withheld, nor what was withheld before it. */
    void beat() {
        int told = withheld == null ? received : acknowledged;
        tell(new RunBeat(run.key(), parts.self().session(), parts.self().address(), told));
    }

    private boolean isTooMuchUnstored() {
        return parts.log().unstoredSize() > parts.settings().log().bufferBytesMax();
    }

    private void tell(AgentMessage message) {
        parts.effects().tell(run.agent(), message);
    }
}
