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
        LogSettings log = new LogSettings(
                section.integer("flushMs", 500, 0, 60_000),
                section.integer("segmentBytesMax", 65_536, 1_024, 1_048_576),
                section.integer("bufferBytesMax", 1_048_576, 65_536, 268_435_456),
                section.integer("memoryBytesMax", 1_048_576, 0, 268_435_456),
                section.integer("replayEvents", 10_000, 100, 1_000_000),
                section.integer("pageEvents", 256, 1, 10_000),
                section.integer("pageBytesMax", 262_144, 4_096, 16_777_216));
        section.atLeast("bufferBytesMax", log.bufferBytesMax, "log.segmentBytesMax", log.segmentBytesMax);
        return log;
    }
}
