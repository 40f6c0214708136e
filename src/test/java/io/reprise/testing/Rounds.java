package io.reprise.testing;

/**
 * How often a test repeats what chance decides: every build makes some rounds, with each kind of scene that always matters
 * among them; {@code scripts/test --soak} makes all.
 */
public final class Rounds {
    private static final boolean SOAK = Boolean.getBoolean("test.soak");

    private Rounds() {}

    /** @param usual for every build; {@code soak} when {@code -Dtest.soak=true} is given */
    public static int of(int usual, int soak) {
        return SOAK ? soak : usual;
    }
}
