/**
 * Runs of agents. Read {@link io.reprise.agent.loop.AgentLoop} for what a run does, {@link
 * io.reprise.agent.run.AgentRun} for how it ends, and {@link io.reprise.agent.run.RunOutbox} for how its events
 * travel.
 */
package io.reprise.agent;
