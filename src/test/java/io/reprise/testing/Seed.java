package io.reprise.testing;

import java.util.Random;

/** Repeatable randomness: the seed is printed, and can be set with {@code -Dtest.seed=...}. */
public final class Seed {
    private Seed() {}

    public static Random random(String test) {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println(test + ": -Dtest.seed=" + seed);
        return new Random(seed);
    }
}
