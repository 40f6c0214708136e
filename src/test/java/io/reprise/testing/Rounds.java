package io.reprise.testing;

/**
 * How often a randomised test repeats: every build makes some rounds, which always include each important kind of
 * scene;
 * {@code scripts/test --soak} makes all.
 */
public final class Rounds {
    private static final boolean SOAK = Boolean.getBoolean("test.soak");

    private Rounds() {}

    /** @param usual for every build; {@code soak} when {@code -Dtest.soak=true} is given */
    public static int of(int usual, int soak) {
        return SOAK ? soak : usual;
    }
}
