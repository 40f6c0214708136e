package io.reprise.agent;

import io.reprise.config.RunSettings;

/** Settings of runs that tests make small; the defaults are generous, so that only the limit under test is met. */
final class Limits {
    int timeMs = 600_000;
    int stepsMax = 25;
    int firstTokenMs = 120_000;
    int idleMs = 120_000;
    int toolMs = 120_000;
    int toolsParallelMax = 8;
    int toolResultBytesMax = 65_536;
    int stopGraceMs = 500;
    int mergeMs = 25;
    int mergeDeltasMax = 64;
    int mergeBytesMax = 131_072;
    int batchesMax = 4;
    int heartbeatMs = 3_000;
    int silenceMs = 120_000;
    int stateBytesMax = 262_144;
    int titleMs = 60_000;

    RunSettings settings() {
        return new RunSettings(
                timeMs,
                stepsMax,
                firstTokenMs,
                idleMs,
                toolMs,
                toolsParallelMax,
                toolResultBytesMax,
                stopGraceMs,
                mergeMs,
                mergeDeltasMax,
                mergeBytesMax,
                batchesMax,
                heartbeatMs,
                silenceMs,
                2,
                200,
                stateBytesMax,
                titleMs,
                1);
    }
}
