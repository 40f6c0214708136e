package io.reprise.config;

/** How gateways and sessions keep in touch, and how long a command may take. */
public record GatewaySettings(int beatMs, int forgetMs, int answerMs, int commandMs) {
    static GatewaySettings read(Section section) {
        GatewaySettings gateway = new GatewaySettings(
                section.integer("beatMs", 5_000, 100, 60_000),
                section.integer("forgetMs", 20_000, 300, 300_000),
                section.integer("answerMs", 5_000, 100, 60_000),
                section.integer("commandMs", 40_000, 1_000, 600_000));
        section.above("forgetMs", gateway.forgetMs, "gateway.beatMs", gateway.beatMs);
        return gateway;
    }
}
