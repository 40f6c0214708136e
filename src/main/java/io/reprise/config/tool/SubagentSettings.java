package io.reprise.config.tool;

import io.reprise.config.read.Section;

/**
 * Limits of sub-agents.
 *
 * @param depthMax how deep sub-agents may call others; 1: only the agent of a run calls any
 * @param perRunMax how many a run calls at most, whoever calls them
 * @param parallelMax how many of its sub-agents an agent has at work at once; further calls wait
 */
public record SubagentSettings(int depthMax, int perRunMax, int parallelMax) {
    public static final String NAME = "subagents";

    public static SubagentSettings read(Section section) {
        Section live = section.live();
        return new SubagentSettings(
                live.integer("depthMax", 3, 1, 8),
                live.integer("perRunMax", 30, 1, 500),
                live.integer("parallelMax", 4, 1, 32));
    }
}
