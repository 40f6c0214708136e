package io.reprise.mcp.channel;

/**
 * A version of the protocol.
 *
 * @param version as it is written in messages
 * @param modern whether each request says everything about itself; otherwise a handshake begins a session
 */
public record Dialect(String version, boolean modern) {
    public static final Dialect MODERN = new Dialect("2026-07-28", true);
    public static final Dialect LEGACY = new Dialect("2025-11-25", false);
}
