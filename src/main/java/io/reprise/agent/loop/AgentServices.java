package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.history.Histories;
import io.reprise.support.IdSource;
import io.reprise.telemetry.Metrics;

/**
 * What agents work with, whatever the run.
 *
 * @param plans asked once at the beginning of each run, which keeps to what it got
 * @param commands the way from tools to sessions; an agent's verticle brings its own
 * @param abandoned shared by all agents of a node
 */
public record AgentServices(
        RunPlans plans,
        Histories histories,
        IdSource ids,
        Metrics metrics,
        Checkpointer checkpoints,
        RunCommands commands,
        AbandonedTools abandoned) {
    /** Where no run can go on. */
    public AgentServices(RunPlans plans, Histories histories, IdSource ids, Metrics metrics) {
        this(plans, histories, ids, metrics, Checkpointer.NONE, RunCommands.NONE, new AbandonedTools());
    }

    /** Where runs can go on. */
    public AgentServices keeping(Checkpointer its) {
        return new AgentServices(plans, histories, ids, metrics, its, commands, abandoned);
    }

    public AgentServices with(RunCommands own) {
        return new AgentServices(plans, histories, ids, metrics, checkpoints, own, abandoned);
    }
}
