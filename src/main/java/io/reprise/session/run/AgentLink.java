package io.reprise.session.run;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.AgentMessage.PushCall;
import io.reprise.message.AgentMessage.RunBeat;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.StopRun;
import io.reprise.message.AgentMessage.SuspendRun;
import io.reprise.message.ShardMessage.AgentBatch;
import io.reprise.session.log.SessionParts;
import java.util.function.IntSupplier;

/**
 * The communication between the session and the agent of a run's attempt: batches in order, what the agent is told
 * about them, and heartbeats. While too much text is unstored, batches are not acknowledged, so the agent waits.
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

    /** A call of the run goes on in the background. */
    void push(String call) {
        tell(new PushCall(run.key(), call));
    }

    /** The next server resumes the run. */
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

    /** Returns whether the batch is new. Call it only if all earlier batches have arrived. */
    boolean takes(AgentBatch batch) {
        if (batch.number() <= received) return false;
        received = batch.number();
        return true;
    }

    /**
     * The events of the batch are numbered.
     *
     * @param readers as in {@link BatchAck}
     */
    void acknowledge(AgentBatch batch, IntSupplier readers) {
        if (isTooMuchUnstored() && batch.end() == null) {
            if (withheld == null) parts.metrics().runHeldBack();
            withheld = batch;
            return;
        }
        acknowledged = Math.max(acknowledged, batch.number());
        tell(new BatchAck(run.key(), batch.number(), true, readers.getAsInt()));
    }

    /** The store has accepted an append, so a withheld acknowledgement may be sent. */
    void release(IntSupplier readers) {
        if (withheld == null || isTooMuchUnstored()) return;
        acknowledged = withheld.number();
        tell(new BatchAck(run.key(), acknowledged, true, readers.getAsInt()));
        withheld = null;
    }

    /** Whether the agent has not responded for longer than {@code run.silenceMs}. */
    boolean isSilent() {
        return parts.clock().elapsedMs() - heardMs > parts.settings().run().silenceMs();
    }

    /** Sends a heartbeat. It acknowledges no withheld batch and no later one. */
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
