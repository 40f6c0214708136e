package io.reprise.agent.loop;

/** Port: resolves the plans of runs. Thread-safe; does not block. */
@FunctionalInterface
public interface RunPlans {
    /**
     * The current plan for a run of this agent. It is completed when the conversation is known.
     *
     * @param agent null for sessions that name none
     */
    RunPlan of(String agent);
}
