/** What a run does: steps of model and tools, from {@link io.reprise.agent.loop.AgentLoop} on. */
package io.reprise.agent.loop;
