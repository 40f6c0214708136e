package io.reprise.agent.loop;

/** Port: out of what a run's plan is resolved. From any thread; does not block. */
@FunctionalInterface
public interface RunPlans {
    /**
     * The plan that a run of the agent begins with now.
     *
     * @param agent null for sessions that name none
     */
    RunPlan of(String agent);
}
