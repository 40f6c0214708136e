package io.reprise.support;

/** Pauses between retries that double from the first to the largest one; immutable. */
public record Backoff(long firstMs, long largestMs) {
    public Backoff {
        if (firstMs < 1 || largestMs < firstMs) throw new IllegalArgumentException("1 <= firstMs <= largestMs");
    }

    /** The pause before the {@code attempt}-th retry, counted from 1. */
    public long pauseMs(int attempt) {
        int doublings = Math.min(Math.max(attempt, 1) - 1, 30);
        return Math.min(largestMs, firstMs << doublings);
    }
}
