package io.reprise.config;

import io.reprise.config.read.Section;

/** Limits of a run, and settings of the communication between an agent and its session. */
public record RunSettings(
        int timeMs,
        int stepsMax,
        int firstTokenMs,
        int idleMs,
        int toolMs,
        int toolsParallelMax,
        int toolResultBytesMax,
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
        int agents) {

    static RunSettings read(Section section) {
        RunSettings run = new RunSettings(
                section.integer("timeMs", 120_000, 10_000, 600_000),
                section.integer("stepsMax", 25, 5, 100),
                section.integer("firstTokenMs", 60_000, 1_000, 600_000),
                section.integer("idleMs", 60_000, 1_000, 600_000),
                section.integer("toolMs", 60_000, 100, 600_000),
                section.integer("toolsParallelMax", 8, 1, 64),
                section.integer("toolResultBytesMax", 65_536, 1_024, 1_048_576),
                section.integer("abandonedCallsMax", 16, 1, 1_000),
                section.integer("stopGraceMs", 500, 50, 10_000),
                section.integer("mergeMs", 25, 0, 1_000),
                section.integer("mergeMaxMs", 45, 0, 1_000),
                section.integer("mergeDeltasMax", 64, 1, 4_096),
                section.integer("mergeBytesMax", 131_072, 1_024, 1_048_576),
                section.integer("batchesMax", 4, 1, 64),
                section.integer("heartbeatMs", 3_000, 100, 60_000),
                section.integer("silenceMs", 10_000, 300, 120_000),
                section.integer("restartsMax", 2, 0, 10),
                section.integer("contextMessages", 200, 1, 10_000),
                section.integer("stateBytesMax", 262_144, 0, 16_777_216),
                section.integer("titleMs", 20_000, 100, 120_000),
                section.integer("agents", 1, 1, 16));
        section.above("silenceMs", run.silenceMs, "run.heartbeatMs", run.heartbeatMs);
        return run;
    }
}
