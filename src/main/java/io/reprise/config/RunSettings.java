package io.reprise.config;

import io.reprise.config.read.Section;
import io.reprise.config.tool.SubagentSettings;

/** Limits of a run, and settings of the communication between an agent and its session. */
public record RunSettings(
        int timeMs,
        int stepsMax,
        int firstTokenMs,
        int idleMs,
        int toolMs,
        int toolsParallelMax,
        int toolResultBytesMax,
        int toolProgressMs,
        int toolProgressMax,
        int abandonedCallsMax,
        int stopGraceMs,
        int mergeMs,
        int mergeMaxMs,
        int mergeDeltasMax,
        int mergeBytesMax,
        int batchesMax,
        int heartbeatMs,
        int silenceMs,
        int restartsMax,
        int contextMessages,
        int stateBytesMax,
        int titleMs,
        int summaryMs,
        int summaryInputBytesMax,
        int summaryBytesMax,
        int memoryBytesMax,
        int skillBytesMax,
        int skillsMax,
        SubagentSettings subagents,
        int agents) {

    static RunSettings read(Section section) {
        Section live = section.live();
        RunSettings run = new RunSettings(
                live.integer("timeMs", 120_000, 10_000, 600_000),
                live.integer("stepsMax", 25, 5, 100),
                live.integer("firstTokenMs", 60_000, 1_000, 600_000),
                live.integer("idleMs", 60_000, 1_000, 600_000),
                live.integer("toolMs", 60_000, 100, 600_000),
                live.integer("toolsParallelMax", 8, 1, 64),
                live.integer("toolResultBytesMax", 65_536, 1_024, 1_048_576),
                live.integer("toolProgressMs", 1_000, 10, 60_000),
                live.integer("toolProgressMax", 100, 0, 1_000),
                live.integer("abandonedCallsMax", 16, 1, 1_000),
                live.integer("stopGraceMs", 500, 50, 10_000),
                live.integer("mergeMs", 25, 0, 1_000),
                live.integer("mergeMaxMs", 45, 0, 1_000),
                live.integer("mergeDeltasMax", 64, 1, 4_096),
                live.integer("mergeBytesMax", 131_072, 1_024, 1_048_576),
                live.integer("batchesMax", 4, 1, 64),
                section.integer("heartbeatMs", 3_000, 100, 60_000),
                section.integer("silenceMs", 10_000, 300, 120_000),
                live.integer("restartsMax", 2, 0, 10),
                live.integer("contextMessages", 200, 1, 10_000),
                live.integer("stateBytesMax", 262_144, 0, 16_777_216),
                live.integer("titleMs", 20_000, 100, 120_000),
                live.integer("summaryMs", 30_000, 100, 120_000),
                live.integer("summaryInputBytesMax", 65_536, 1_024, 1_048_576),
                live.integer("summaryBytesMax", 8_192, 256, 65_536),
                live.integer("memoryBytesMax", 65_536, 1_024, 1_048_576),
                live.integer("skillBytesMax", 65_536, 1_024, 1_048_576),
                live.integer("skillsMax", 100, 1, 1_000),
                SubagentSettings.read(section.section(SubagentSettings.NAME)),
                section.integer("agents", 1, 1, 16));
        section.above("silenceMs", run.silenceMs, "run.heartbeatMs", run.heartbeatMs);
        return run;
    }

    /** The same with other limits of a whole run. */
    public RunSettings within(int itsTimeMs, int itsStepsMax) {
        return new RunSettings(
                itsTimeMs,
                itsStepsMax,
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
                restartsMax,
                contextMessages,
                stateBytesMax,
                titleMs,
                summaryMs,
                summaryInputBytesMax,
                summaryBytesMax,
                memoryBytesMax,
                skillBytesMax,
                skillsMax,
                subagents,
                agents);
    }
}
