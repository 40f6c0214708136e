package io.reprise.config;

import io.reprise.config.read.Section;

/** Settings of sessions: distribution over threads, limits, titles, export. */
public record SessionSettings(
        int shards,
        int orchestrators,
        int bufferMs,
        int queueMax,
        int queueBytesMax,
        int textBytesMax,
        int snapshotMessages,
        int unreadMax,
        int claimHours,
        int waitingMax,
        int loadsAtOnce,
        int loadsWaitingMax,
        int absentMax,
        TitleSource titles,
        int titleTriesMax,
        int exportBytesMax,
        int forkBytesMax,
        int wholeReadsMax,
        int wholeReadsPerUserMax,
        int readThreads,
        int snapshotKeepMs,
        int snapshotBytesMax,
        ExpirySettings expiry) {

    /**
     * Number of threads that sessions are distributed over: one per processor unless a number is configured. There are
     * at most as many as shards, because a thread without a shard has nothing to do.
     */
    public int instances() {
        return Math.min(orchestrators > 0 ? orchestrators : Runtime.getRuntime().availableProcessors(), shards);
    }

    static SessionSettings read(Section section) {
        Section live = section.live();
        SessionSettings sessions = new SessionSettings(
                section.integer("shards", 64, 1, 4_096),
                section.integer("orchestrators", 0, 0, 64),
                live.integer("bufferMs", 60_000, 0, 3_600_000),
                live.integer("queueMax", 10, 0, 100),
                live.integer("queueBytesMax", 262_144, 1, 8_388_608),
                live.integer("textBytesMax", 65_536, 1, 1_048_576),
                live.integer("snapshotMessages", 200, 1, 10_000),
                live.integer("unreadMax", 99, 1, 999),
                live.integer("claimHours", 24, 1, 720),
                live.integer("waitingMax", 1_000, 1, 100_000),
                section.integer("loadsAtOnce", 4, 1, 64),
                section.integer("loadsWaitingMax", 20_000, 1, 1_000_000),
                section.integer("absentMax", 1_000, 0, 100_000),
                live.choice("titles", TitleSource.MODEL, TitleSource.values()),
                live.integer("titleTriesMax", 3, 1, 10),
                live.integer("exportBytesMax", 33_554_432, 1_024, 268_435_456),
                live.integer("forkBytesMax", 33_554_432, 1_024, 67_108_864),
                live.integer("wholeReadsMax", 3, 1, 64),
                live.integer("wholeReadsPerUserMax", 2, 1, 64),
                section.integer("readThreads", 2, 1, 64),
                live.integer("snapshotKeepMs", 10_000, 1_000, 600_000),
                live.integer("snapshotBytesMax", 67_108_864, 0, 1_073_741_824),
                ExpirySettings.read(live));
        // A message that is accepted by an idle session must also fit into the queue.
        section.atLeast("queueBytesMax", sessions.queueBytesMax, "sessions.textBytesMax", sessions.textBytesMax);
        return sessions;
    }
}
