package io.reprise.config.model;

import io.reprise.config.read.Section;

/**
 * Limits of the connections to a provider.
 *
 * @param connectMs longest wait for a connection, also while all are in use
 * @param connectionsMax the number of simultaneous calls
 * @param responseBytesMax largest response, including all overhead
 */
public record Connection(int connectMs, int connectionsMax, int responseBytesMax) {
    /** The defaults. */
    public static final Connection STANDARD = new Connection(5_000, 1_000, 16_777_216);

    public static Connection read(Section section) {
        return new Connection(
                section.integer("connectMs", STANDARD.connectMs, 100, 60_000),
                section.integer("connectionsMax", STANDARD.connectionsMax, 1, 10_000),
                section.integer("responseBytesMax", STANDARD.responseBytesMax, 65_536, 268_435_456));
    }
}
