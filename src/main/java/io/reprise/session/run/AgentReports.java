package io.reprise.session.run;

import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.ShardMessage.AgentBatch;
import io.reprise.message.ShardMessage.RunBeatAnswer;
import io.reprise.message.ShardMessage.RunQuestion;
import io.reprise.session.log.SessionParts;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Messages from agents. Only those of the current attempt count, once it was asked to begin; a run ends when a part of its
 * output is missing or contact with its agent is lost.
 */
public final class AgentReports {
    private final SessionParts parts;
    private final Runs runs;
    private final IntSupplier readers;

    /** @param readers how many subscriptions read the session */
    public AgentReports(SessionParts parts, Runs runs, IntSupplier readers) {
        this.parts = parts;
        this.runs = runs;
        this.readers = readers;
    }

    public void batch(AgentBatch batch) {
        Optional<AgentLink> link = linkOf(batch.run());
        if (link.isEmpty()) {
            parts.metrics().batchDropped();
            disown(batch.run(), batch.number(), batch.agent());
        } else if (isWhole(link.get(), batch.number() - 1)) {
            if (link.get().takes(batch)) runs.life().take(batch);
            link.get().acknowledge(batch, readers);
        }
    }

    /** Whether to answer an agent's question: not while its run is being stopped. */
    public boolean takes(RunQuestion question) {
        Optional<AgentLink> link = linkOf(question.run());
        if (link.isEmpty()) disown(question.run(), question.sent(), question.agent());
        return link.isPresent()
                && isWhole(link.get(), question.sent())
                && runs.slot().isRunning(question.run());
    }

    public void beatAnswer(RunBeatAnswer answer) {
        linkOf(answer.run()).ifPresent(link -> {
            if (answer.known()) isWhole(link, answer.sent());
            else runs.life().interrupt("The agent lost the run.");
        });
    }

    public void heartbeat() {
        runs.slot().link().ifPresent(link -> {
            if (link.isSilent()) runs.life().interrupt("Lost contact with the agent.");
            else link.beat();
        });
    }

    /** The store has accepted an append. */
    public void stored() {
        runs.slot().link().ifPresent(link -> link.release(readers));
    }

    private Optional<AgentLink> linkOf(String run) {
        return runs.slot().link().filter(link -> link.isOf(run));
    }

    /** The agent is alive. Its run ends if the session has not received all that the agent has sent. */
    private boolean isWhole(AgentLink link, int sent) {
        link.heard();
        if (link.hasAll(sent)) return true;
        runs.life().interrupt("Part of the run's output was lost.");
        return false;
    }

    /** Tells the agent to abandon this run. */
    private void disown(String run, int number, String agent) {
        parts.effects().tell(agent, BatchAck.unknown(run, number));
    }
}
