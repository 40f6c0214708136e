package io.reprise.config;

/** How sessions are spread over threads, and what one may hold. */
public record SessionSettings(
        int shards,
        int orchestrators,
        int bufferMs,
        int queueMax,
        int queueBytesMax,
        int textBytesMax,
        int snapshotMessages,
        int claimHours,
        int waitingMax,
        int loadsAtOnce,
        int loadsWaitingMax,
        int absentMax,
        TitleSource titles,
        int titleTriesMax,
        int exportBytesMax,
        int forkBytesMax) {

    static SessionSettings read(Section section) {
        SessionSettings sessions = new SessionSettings(
                section.integer("shards", 64, 1, 4_096),
                section.integer("orchestrators", 0, 0, 64),
                section.integer("bufferMs", 60_000, 0, 3_600_000),
                section.integer("queueMax", 10, 0, 100),
                section.integer("queueBytesMax", 262_144, 1, 8_388_608),
                section.integer("textBytesMax", 65_536, 1, 1_048_576),
                section.integer("snapshotMessages", 200, 1, 10_000),
                section.integer("claimHours", 24, 1, 720),
                section.integer("waitingMax", 1_000, 1, 100_000),
                section.integer("loadsAtOnce", 4, 1, 64),
                section.integer("loadsWaitingMax", 20_000, 1, 1_000_000),
                section.integer("absentMax", 1_000, 0, 100_000),
                section.choice("titles", TitleSource.MODEL, TitleSource.values()),
                section.integer("titleTriesMax", 3, 1, 10),
                section.integer("exportBytesMax", 33_554_432, 1_024, 268_435_456),
                section.integer("forkBytesMax", 8_388_608, 1_024, 67_108_864));
        // A message that is accepted when nothing runs can wait, too.
        section.atLeast("queueBytesMax", sessions.queueBytesMax, "sessions.textBytesMax", sessions.textBytesMax);
        return sessions;
    }
}
