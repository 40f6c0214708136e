package io.reprise.agent;

import io.reprise.config.RunSettings;
import io.reprise.config.tool.SubagentSettings;

/** Settings of runs that tests make small; the defaults are generous, so that only the limit under test is reached. */
public final class Limits {
    int timeMs = 600_000;
    public int stepsMax = 25;
    public int firstTokenMs = 120_000;
    public int idleMs = 120_000;
    public int toolMs = 120_000;
    public int toolsParallelMax = 8;
    public int toolResultBytesMax = 65_536;
    public int toolProgressMs = 1_000;
    public int toolProgressMax = 100;
    public int abandonedCallsMax = 16;
    public int stopGraceMs = 500;
    public int mergeMs = 25;
    public int mergeMaxMs = 25;
    public int mergeDeltasMax = 64;
    public int mergeBytesMax = 131_072;
    public int batchesMax = 4;
    int heartbeatMs = 3_000;
    int silenceMs = 120_000;
    public int stateBytesMax = 262_144;
    public int titleMs = 60_000;
    public int summaryMs = 60_000;
    public int contextMessages = 200;
    public SubagentSettings subagents = new SubagentSettings(3, 30, 4);

    public RunSettings settings() {
        return new RunSettings(
                timeMs,
                stepsMax,
                firstTokenMs,
                idleMs,
                toolMs,
                toolsParallelMax,
                toolResultBytesMax,
                toolProgressMs,
                toolProgressMax,
                abandonedCallsMax,
                stopGraceMs,
                mergeMs,
                mergeMaxMs,
                mergeDeltasMax,
                mergeBytesMax,
                batchesMax,
                heartbeatMs,
                silenceMs,
                2,
                contextMessages,
                stateBytesMax,
                titleMs,
                summaryMs,
                65_536,
                8_192,
                65_536,
                65_536,
                100,
                subagents,
                1);
    }
}
