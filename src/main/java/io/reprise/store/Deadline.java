package io.reprise.store;

import java.time.Duration;

/** A limit on waiting, by the clock that never jumps. */
record Deadline(long atNanos) {
    static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    boolean passed() {
        return System.nanoTime() - atNanos >= 0;
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new StoreStartException("the start was interrupted", interrupt);
        }
    }
}
