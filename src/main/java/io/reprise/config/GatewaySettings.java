package io.reprise.config;

import io.reprise.config.read.Section;

/**
 * Settings of the communication between gateways and sessions, and the time limit of commands.
 *
 * @param noticeMs time over which notices to all sockets of a user are collected
 * @param noticesMax most notices that are sent at a time
 * @param changesPerUserMax most {@code session.changed} that a socket gets at a time; it gets a single one without a
 *     session instead of more
 * @param turnFrames frames of events that a gateway sends before it handles other work; one session may send a quarter
 *     of them
 * @param liveBytesMax events of one session that may wait in a gateway, in characters
 */
public record GatewaySettings(
        int beatMs,
        int forgetMs,
        int answerMs,
        int commandMs,
        int noticeMs,
        int noticesMax,
        int changesPerUserMax,
        int turnFrames,
        int liveBytesMax) {
    static GatewaySettings read(Section section) {
        Section live = section.live();
        GatewaySettings gateway = new GatewaySettings(
                section.integer("beatMs", 5_000, 100, 60_000),
                live.integer("forgetMs", 20_000, 300, 300_000),
                section.integer("answerMs", 5_000, 100, 60_000),
                section.integer("commandMs", 40_000, 1_000, 600_000),
                live.integer("noticeMs", 200, 1, 10_000),
                live.integer("noticesMax", 1_000, 1, 100_000),
                live.integer("changesPerUserMax", 16, 1, 1_000),
                live.integer("turnFrames", 256, 4, 100_000),
                live.integer("liveBytesMax", 65_536, 1_024, 16_777_216));
        section.above("forgetMs", gateway.forgetMs, "gateway.beatMs", gateway.beatMs);
        return gateway;
    }
}
