package io.reprise.config.hook;

import io.reprise.config.read.Section;

/**
 * Settings of webhooks, which are told what happens in the sessions of a person.
 *
 * @param perUserMax webhooks of one user
 * @param testsPerMinute test deliveries of one webhook; 0: no limit
 * @param pollMs how often it is looked for deliveries that are due
 * @param atOnceMax attempts at the same time on one node
 * @param leaseMs time after which another process repeats an attempt that came to no result
 * @param attemptsMax attempts of one delivery
 * @param retryMs pause after the first failed attempt; it doubles
 * @param retryMaxMs longest pause
 * @param failuresMax failed attempts in a row after which a webhook is switched off
 * @param waitingMax deliveries of one webhook that wait while attempts fail; the oldest of more are given up
 * @param deliveryDays how long it is kept what became of deliveries
 */
public record WebhookSettings(
        int perUserMax,
        int testsPerMinute,
        int pollMs,
        int atOnceMax,
        int leaseMs,
        int attemptsMax,
        int retryMs,
        int retryMaxMs,
        int failuresMax,
        int waitingMax,
        int deliveryDays) {
    public static final String NAME = "webhooks";

    public static WebhookSettings read(Section section, OutgoingSettings outgoing) {
        Section live = section.live();
        WebhookSettings webhooks = new WebhookSettings(
                live.integer("perUserMax", 10, 0, 1_000),
                live.integer("testsPerMinute", 10, 0, 10_000),
                section.integer("pollMs", 1_000, 20, 60_000),
                live.integer("atOnceMax", 8, 1, 1_000),
                live.integer("leaseMs", 60_000, 1_000, 600_000),
                live.integer("attemptsMax", 20, 1, 100),
                live.integer("retryMs", 5_000, 10, 3_600_000),
                live.integer("retryMaxMs", 3_600_000, 10, 86_400_000),
                live.integer("failuresMax", 20, 1, 1_000),
                live.integer("waitingMax", 1_000, 1, 100_000),
                live.integer("deliveryDays", 7, 1, 365));
        section.atLeast("retryMaxMs", webhooks.retryMaxMs, "webhooks.retryMs", webhooks.retryMs);
        section.above("leaseMs", webhooks.leaseMs, "outgoing.timeMs", outgoing.timeMs());
        return webhooks;
    }
}
