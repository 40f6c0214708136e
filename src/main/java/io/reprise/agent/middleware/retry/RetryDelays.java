package io.reprise.agent.middleware.retry;

import io.reprise.config.read.Section;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * How often something is tried again, and how long that waits.
 *
 * @param retriesMax most retries after the first attempt
 * @param factor by which each wait is longer than the one before; 0 for equal waits
 * @param firstMs the first wait
 * @param maxMs the longest wait, also the first one
 * @param jitterPercent how much shorter or longer a wait may be by chance
 */
record RetryDelays(int retriesMax, double factor, int firstMs, int maxMs, int jitterPercent) {
    static RetryDelays read(Section section) {
        return new RetryDelays(
                section.integer("retriesMax", 2, 0, 10),
                section.decimal("factor", 2.0, 0, 10),
                section.integer("firstMs", 1_000, 0, 60_000),
                section.integer("maxMs", 60_000, 0, 600_000),
                section.integer("jitterPercent", 25, 0, 100));
    }

    /**
     * The wait before a retry, in milliseconds.
     *
     * @param retry from 1
     */
    long delayMs(int retry, RandomGenerator random) {
        double usual = factor == 0 ? firstMs : firstMs * Math.pow(factor, retry - 1.0);
        double chance = 1 + jitterPercent / 100.0 * (2 * random.nextDouble() - 1);
        return Math.round(Math.min(maxMs, Math.min(maxMs, usual) * chance));
    }

    /** The same, at least as long as was demanded; empty if that is longer than the longest wait. */
    OptionalLong delayMs(int retry, RandomGenerator random, OptionalLong demandedMs) {
        if (demandedMs.orElse(0) > maxMs) return OptionalLong.empty();
        return OptionalLong.of(Math.max(delayMs(retry, random), demandedMs.orElse(0)));
    }
}
