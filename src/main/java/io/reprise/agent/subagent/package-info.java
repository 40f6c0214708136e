/** Agents that work for other agents within the same run. */
package io.reprise.agent.subagent;
