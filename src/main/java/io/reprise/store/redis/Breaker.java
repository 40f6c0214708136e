package io.reprise.store.redis;

import io.reprise.support.MonotonicClock;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A circuit breaker: skips a store after several consecutive timeouts. After a while one request is let through; if it
 * is answered, the breaker closes. Thread-safe.
 */
final class Breaker {
    private static final State ANSWERING = new State(0, 0);

    private final int silencesMax;
    private final long leaveOutMs;
    private final MonotonicClock clock;
    private final AtomicReference<State> state = new AtomicReference<>(ANSWERING);

    /**
     * @param silences timeouts in a row
     * @param untilMs when the next request is let through, if there were too many timeouts
     */
    private record State(int silences, long untilMs) {}

    Breaker(int silencesMax, long leaveOutMs, MonotonicClock clock) {
        this.silencesMax = silencesMax;
        this.leaveOutMs = leaveOutMs;
        this.clock = clock;
    }

    /** Whether a request may be sent to the store now. */
    boolean admits() {
        State now = state.get();
        if (now.silences() < silencesMax) return true;
        long nowMs = clock.elapsedMs();
        return nowMs >= now.untilMs() && state.compareAndSet(now, new State(now.silences(), nowMs + leaveOutMs));
    }

    /** Records an answer. Returns true if the store was skipped before. */
    boolean answered() {
        return state.getAndSet(ANSWERING).silences() >= silencesMax;
    }

    /** Records a timeout. Returns true if the store is skipped from now on. */
    boolean silent() {
        long untilMs = clock.elapsedMs() + leaveOutMs;
        return state.updateAndGet(before -> new State(before.silences() + 1, untilMs))
                        .silences()
                == silencesMax;
    }
}
