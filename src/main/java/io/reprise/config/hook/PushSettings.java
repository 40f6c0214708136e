package io.reprise.config.hook;

import io.reprise.config.read.Section;
import java.util.regex.Pattern;

/**
 * Settings of Web Push, which tells browsers of people what happens while nobody looks.
 *
 * @param enabled false: there is none
 * @param contact of the operator for push services, {@code mailto:} or {@code https:}; empty: {@code server.publicUrl}
 * @param perUserMax browsers of one user
 * @param perMinute messages to the browsers of one user within a minute, by this node; more are not sent; 0: no limit
 * @param testsPerMinute test messages to one browser; 0: no limit
 * @param delayMs how long something may be seen in an open tab before it is sent
 * @param titleCharsMax longest title that is sent
 * @param pollMs how often it is looked for messages that are due
 * @param atOnceMax attempts at the same time on one node
 * @param leaseMs time after which another process repeats an attempt that came to no result
 * @param attemptsMax attempts of one message
 * @param retryMs pause after the first failed attempt; it doubles
 * @param retryMaxMs longest pause, unless the push service names a longer one
 * @param refusalsMax refused messages in a row after which a browser is removed
 * @param waitingMax messages to one browser that wait while attempts fail; the oldest of more are given up
 * @param ttlMinutes age at which a message is not sent any more, also how long push services keep it
 * @param idleDays a browser is removed if its page was not opened for this time
 */
public record PushSettings(
        boolean enabled,
        String contact,
        int perUserMax,
        int perMinute,
        int testsPerMinute,
        int delayMs,
        int titleCharsMax,
        int pollMs,
        int atOnceMax,
        int leaseMs,
        int attemptsMax,
        int retryMs,
        int retryMaxMs,
        int refusalsMax,
        int waitingMax,
        int ttlMinutes,
        int idleDays) {
    public static final String NAME = "push";

    private static final Pattern CONTACT = Pattern.compile("(mailto:[^\\s@]+@[^\\s@]+|https://\\S+)?");

    public static PushSettings read(Section section, OutgoingSettings outgoing) {
        Section live = section.live();
        PushSettings push = new PushSettings(
                live.bool("enabled", true),
                live.text(
                        "contact",
                        "",
                        "mailto:ADDRESS or https://...",
                        text -> CONTACT.matcher(text).matches()),
                live.integer("perUserMax", 10, 0, 1_000),
                live.integer("perMinute", 30, 0, 10_000),
                live.integer("testsPerMinute", 10, 0, 10_000),
                live.integer("delayMs", 3_000, 0, 60_000),
                live.integer("titleCharsMax", 120, 0, 1_000),
                section.integer("pollMs", 1_000, 20, 60_000),
                live.integer("atOnceMax", 8, 1, 1_000),
                live.integer("leaseMs", 60_000, 1_000, 600_000),
                live.integer("attemptsMax", 8, 1, 100),
                live.integer("retryMs", 5_000, 10, 3_600_000),
                live.integer("retryMaxMs", 600_000, 10, 86_400_000),
                live.integer("refusalsMax", 10, 1, 1_000),
                live.integer("waitingMax", 50, 1, 10_000),
                live.integer("ttlMinutes", 240, 1, 10_080),
                live.integer("idleDays", 90, 1, 400));
        section.atLeast("retryMaxMs", push.retryMaxMs, "push.retryMs", push.retryMs);
        section.above("leaseMs", push.leaseMs, "outgoing.timeMs", outgoing.timeMs());
        return push;
    }
}
