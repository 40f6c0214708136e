/**
 * Runs of agents. Read {@link io.reprise.agent.AgentLoop} for what a run does, {@link io.reprise.agent.AgentRun} for how
 * it ends, and {@link io.reprise.agent.RunOutbox} for how its events travel.
 */
package io.reprise.agent;
