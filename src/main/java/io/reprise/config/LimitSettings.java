package io.reprise.config;

import io.reprise.support.AddressRanges;
import java.util.List;

/**
 * How much one user and one address may ask for; 0 is no limit. A minute's worth may come at once.
 *
 * @param exempt addresses that only the limits of users hold for
 * @param tracked users and addresses that are remembered at the same time
 */
public record LimitSettings(
        int userCommandsPerMinute,
        int userCreatesPerMinute,
        int userConnectionsMax,
        int addressRequestsPerMinute,
        int addressFailuresPerMinute,
        int addressConnectionsMax,
        int socketFramesPerMinute,
        int tracked,
        List<String> exempt) {

    private static final int MOST = 10_000_000;

    public LimitSettings {
        exempt = List.copyOf(exempt);
    }

    static LimitSettings read(Section section) {
        return new LimitSettings(
                section.integer("userCommandsPerMinute", 30_000, 0, MOST),
                section.integer("userCreatesPerMinute", 15_000, 0, MOST),
                section.integer("userConnectionsMax", 5_000, 0, MOST),
                section.integer("addressRequestsPerMinute", 6_000, 0, MOST),
                section.integer("addressFailuresPerMinute", 60, 0, MOST),
                section.integer("addressConnectionsMax", 1_000, 0, MOST),
                section.integer("socketFramesPerMinute", 30_000, 0, MOST),
                section.integer("tracked", 100_000, 1_000, MOST),
                section.list(
                        "exempt",
                        List.of("127.0.0.0/8", "::1"),
                        "an address or a range such as 10.0.0.0/8",
                        AddressRanges::isRange));
    }
}
