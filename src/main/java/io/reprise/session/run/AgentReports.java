package io.reprise.session.run;

import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.ShardMessage.AgentBatch;
import io.reprise.message.ShardMessage.RunBeatAnswer;
import io.reprise.message.ShardMessage.RunQuestion;
import io.reprise.session.log.SessionParts;
import java.util.Optional;

/**
 * What agents have to say. Only that of the current attempt is heard, once it was asked to begin; and a run of which a
 * part is missing, or whose agent is gone, ends.
 */
public final class AgentReports {
    private final SessionParts parts;
    private final Runs runs;

    public AgentReports(SessionParts parts, Runs runs) {
        this.parts = parts;
        this.runs = runs;
    }

    public void batch(AgentBatch batch) {
        Optional<AgentLink> link = linkOf(batch.run());
        if (link.isEmpty()) {
            parts.metrics().batchDropped();
            disown(batch.run(), batch.number(), batch.agent());
        } else if (isWhole(link.get(), batch.number() - 1)) {
            if (link.get().takes(batch)) runs.take(batch);
            link.get().acknowledge(batch);
        }
    }

    /** Whether the question of an agent is to be answered: not while its run is being stopped. */
    public boolean takes(RunQuestion question) {
        Optional<AgentLink> link = linkOf(question.run());
        if (link.isEmpty()) disown(question.run(), question.sent(), question.agent());
        return link.isPresent() && isWhole(link.get(), question.sent()) && runs.isRunning(question.run());
    }

    public void beatAnswer(RunBeatAnswer answer) {
        linkOf(answer.run()).ifPresent(link -> {
            if (answer.known()) isWhole(link, answer.sent());
            else runs.interrupt("The agent lost the run.");
        });
    }

    public void heartbeat() {
        runs.link().ifPresent(link -> {
            if (link.isSilent()) runs.interrupt("The agent was not heard of any more.");
            else link.beat();
        });
    }

    /** The store has taken something. */
    public void stored() {
        runs.link().ifPresent(AgentLink::release);
    }

    private Optional<AgentLink> linkOf(String run) {
        return runs.link().filter(link -> link.isOf(run));
    }

    /** The agent gives a sign of life; its run ends if the session has not got all that the agent has sent. */
    private boolean isWhole(AgentLink link, int sent) {
        link.heard();
        if (link.hasAll(sent)) return true;
        runs.interrupt("A part of the run was lost on its way.");
        return false;
    }

    /** The run is none that its agent should work on. */
    private void disown(String run, int number, String agent) {
        parts.effects().tell(agent, new BatchAck(run, number, false));
    }
}
