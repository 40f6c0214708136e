package io.reprise.config.hook;

import io.reprise.config.read.Section;
import io.reprise.support.AddressRanges;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Settings of calls to addresses that people typed.
 *
 * @param allow hosts, addresses and ranges that may be called although they are private
 * @param connectMs longest wait for a connection, also while TLS is agreed on
 * @param timeMs longest time of a call with all its redirects
 * @param responseBytesMax longest body of an answer
 * @param redirectsMax redirects that one call follows
 * @param atOnceMax calls under way on this node
 */
public record OutgoingSettings(
        List<String> allow, int connectMs, int timeMs, int responseBytesMax, int redirectsMax, int atOnceMax) {
    public static final String NAME = "outgoing";

    private static final Pattern HOST = Pattern.compile(
            "(\\*\\.)?[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*");

    public OutgoingSettings {
        allow = List.copyOf(allow);
    }

    public static OutgoingSettings read(Section section) {
        Section live = section.live();
        return new OutgoingSettings(
                section.fromFile()
                        .list(
                                "allow",
                                "a host, *.domain, an address or a range, such as 10.1.0.0/16",
                                text -> AddressRanges.isRange(text)
                                        || HOST.matcher(text).matches()),
                section.integer("connectMs", 5_000, 100, 60_000),
                live.integer("timeMs", 10_000, 100, 120_000),
                live.integer("responseBytesMax", 65_536, 0, 16_777_216),
                live.integer("redirectsMax", 3, 0, 10),
                live.integer("atOnceMax", 32, 1, 10_000));
    }
}
