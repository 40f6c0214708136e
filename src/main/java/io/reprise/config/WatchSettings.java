package io.reprise.config;

import io.reprise.config.read.Section;

/**
 * What the server warns of in its log.
 *
 * @param slowStatementMs time from which on a statement is slow, with its wait for a connection; 0: none is
 * @param blockedLoopMs time from which on an event loop is blocked; 0: none is
 * @param warnEveryMs pause between two warnings of the same statement or loop
 */
public record WatchSettings(int slowStatementMs, int blockedLoopMs, int warnEveryMs) {
    static WatchSettings read(Section section) {
        Section live = section.live();
        return new WatchSettings(
                live.integer("slowStatementMs", 1_000, 0, 60_000),
                live.integer("blockedLoopMs", 2_000, 0, 60_000),
                live.integer("warnEveryMs", 60_000, 0, 3_600_000));
    }
}
