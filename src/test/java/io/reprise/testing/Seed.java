package io.reprise.testing;

import java.util.Random;

/** Chance that can be repeated: the seed is printed, and taken from {@code -Dtest.seed=...} when that is given. */
public final class Seed {
    private Seed() {}

    public static Random random(String test) {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println(test + ": -Dtest.seed=" + seed);
        return new Random(seed);
    }
}
