package io.reprise.config;

import io.reprise.config.read.Section;
import io.reprise.support.AddressRanges;
import java.util.List;

/**
 * Limits per user and address; 0 means no limit. Limits per minute allow a burst of one minute's amount.
 *
 * @param httpConnectionsMax most open HTTP connections; 0: derived from the heap size, also for the next three
 * @param refusedConnectionsMax most connections above those limits that are answered before they end
 * @param unreadBytesMax size of all messages and bodies that are partly received
 * @param receiveMs longest time from the first to the last byte of a request or message
 * @param exempt addresses that are only subject to the limits of users
 * @param tracked most users and addresses that are remembered at the same time
 */
public record LimitSettings(
        int userCommandsPerMinute,
        int userCreatesPerMinute,
        int userConnectionsMax,
        int addressRequestsPerMinute,
        int addressFailuresPerMinute,
        int addressVisitorsPerMinute,
        int addressConnectionsMax,
        int socketFramesPerMinute,
        int httpConnectionsMax,
        int addressHttpConnectionsMax,
        int refusedConnectionsMax,
        int unreadBytesMax,
        int addressUnreadBytesMax,
        int receiveMs,
        int tracked,
        List<String> exempt) {

    private static final int MOST = 10_000_000;

    public LimitSettings {
        exempt = List.copyOf(exempt);
    }

    static LimitSettings read(Section section) {
        Section live = section.live();
        return new LimitSettings(
                live.integer("userCommandsPerMinute", 30_000, 0, MOST),
                live.integer("userCreatesPerMinute", 15_000, 0, MOST),
                live.integer("userConnectionsMax", 5_000, 0, MOST),
                live.integer("addressRequestsPerMinute", 6_000, 0, MOST),
                live.integer("addressFailuresPerMinute", 60, 0, MOST),
                live.integer("addressVisitorsPerMinute", 60, 0, MOST),
                live.integer("addressConnectionsMax", 1_000, 0, MOST),
                live.integer("socketFramesPerMinute", 30_000, 0, MOST),
                live.integer("httpConnectionsMax", 0, 0, 1_000_000),
                live.integer("addressHttpConnectionsMax", 0, 0, 1_000_000),
                live.integer("refusedConnectionsMax", 256, 0, 100_000),
                live.integer("unreadBytesMax", 0, 0, Integer.MAX_VALUE),
                live.integer("addressUnreadBytesMax", 0, 0, Integer.MAX_VALUE),
                live.integer("receiveMs", 60_000, 100, 600_000),
                section.integer("tracked", 100_000, 1_000, MOST),
                live.list(
                        "exempt",
                        List.of("127.0.0.0/8", "::1"),
                        "an address or a range such as 10.0.0.0/8",
                        AddressRanges::isRange));
    }

    /** Reports a limit below the size of the longest message, which could then never be received. */
    void checkUnread(Section section, int frameBytesMax) {
        if (unreadBytesMax > 0)
            section.atLeast("unreadBytesMax", unreadBytesMax, "server.frameBytesMax", frameBytesMax);
        if (addressUnreadBytesMax > 0)
            section.atLeast("addressUnreadBytesMax", addressUnreadBytesMax, "server.frameBytesMax", frameBytesMax);
    }
}
