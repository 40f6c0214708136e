package io.reprise.timer;

import io.vertx.core.Future;
import java.util.List;

/** Port: finds due items, by the clock of the store. A failed future means that the store is unavailable. */
public interface DueStore {
    /**
     * Returns at most {@code limit} due recalls, longest due first, after the recall {@code after}; null starts from
     * the first.
     */
    Future<Look<Due>> look(Due after, int limit);

    /** Returns at most {@code limit} open interrupts that have expired, in the same way. */
    Future<Look<Expired>> expired(Expired after, int limit);

    /**
     * Calls {@code wake} soon after a recall was scheduled or changed, and whenever it starts to listen, because
     * earlier changes were not received. This is a hint: calls may be missing, without an error.
     */
    void watch(Runnable wake);

    /** Stops listening. */
    Future<Void> close();

    /**
     * A recall that its session has to start.
     *
     * @param triggerAtMs time since which it is due
     */
    record Due(String session, String recall, long triggerAtMs) {}

    /** An open interrupt that has expired. */
    record Expired(String session, String interrupt, long expiresAtMs) {}

    /**
     * The result of a poll.
     *
     * @param nextInMs time until the next item becomes due; -1 if there is none
     */
    record Look<T>(List<T> due, long nextInMs) {}
}
