package io.reprise.support;

/** Formats durations for people. */
public final class Durations {
    private Durations() {}

    /** {@code 60 s}, {@code 250 ms}. */
    public static String text(long ms) {
        return ms >= 1000 && ms % 1000 == 0 ? ms / 1000 + " s" : ms + " ms";
    }
}
