package io.reprise.config;

import io.reprise.config.read.Section;

/**
 * Settings of the communication between gateways and sessions, and the time limit of commands.
 *
 * @param noticeMs over so long is gathered what all sockets of users are told
 * @param noticesMax so much of it is told at once
 * @param turnFrames of events that a gateway sends before it looks after something else; a session has a quarter
 * @param liveBytesMax of a session's events that wait in a gateway for their turn, in characters
 */
public record GatewaySettings(
        int beatMs,
        int forgetMs,
        int answerMs,
        int commandMs,
        int noticeMs,
        int noticesMax,
        int turnFrames,
        int liveBytesMax) {
    static GatewaySettings read(Section section) {
        GatewaySettings gateway = new GatewaySettings(
                section.integer("beatMs", 5_000, 100, 60_000),
                section.integer("forgetMs", 20_000, 300, 300_000),
                section.integer("answerMs", 5_000, 100, 60_000),
                section.integer("commandMs", 40_000, 1_000, 600_000),
                section.integer("noticeMs", 200, 1, 10_000),
                section.integer("noticesMax", 1_000, 1, 100_000),
                section.integer("turnFrames", 256, 4, 100_000),
                section.integer("liveBytesMax", 65_536, 1_024, 16_777_216));
        section.above("forgetMs", gateway.forgetMs, "gateway.beatMs", gateway.beatMs);
        return gateway;
    }
}
