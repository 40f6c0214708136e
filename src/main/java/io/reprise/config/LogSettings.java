package io.reprise.config;

import io.reprise.config.read.Section;

/** Settings of a session's log: storing text, caching events in memory, and how readers catch up. */
public record LogSettings(
        int flushMs,
        int segmentBytesMax,
        int bufferBytesMax,
        int memoryBytesMax,
        int replayEvents,
        int pageEvents,
        int pageBytesMax) {

    static LogSettings read(Section section) {
        Section live = section.live();
        LogSettings log = new LogSettings(
                live.integer("flushMs", 500, 0, 60_000),
                live.integer("segmentBytesMax", 65_536, 1_024, 1_048_576),
                live.integer("bufferBytesMax", 1_048_576, 65_536, 268_435_456),
                live.integer("memoryBytesMax", 1_048_576, 0, 268_435_456),
                live.integer("replayEvents", 10_000, 100, 1_000_000),
                live.integer("pageEvents", 256, 1, 10_000),
                live.integer("pageBytesMax", 262_144, 4_096, 16_777_216));
        section.atLeast("bufferBytesMax", log.bufferBytesMax, "log.segmentBytesMax", log.segmentBytesMax);
        return log;
    }
}
