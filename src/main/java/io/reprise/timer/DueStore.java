package io.reprise.timer;

import io.vertx.core.Future;
import java.util.List;

/** Port: finds due items, by the clock of the store. A failed future means that the store is unavailable. */
public interface DueStore {
    /**
     * Returns at most {@code limit} due recalls, longest due first, after the recall {@code after}; null starts from
     * the first.
     *
     * @param shards only recalls of sessions in these shards
     */
    Future<Look<Due>> look(List<Integer> shards, Due after, int limit);

    /** Returns at most {@code limit} open interrupts that have expired, in the same way. */
    Future<Look<Expired>> expired(List<Integer> shards, Expired after, int limit);

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
     * @param nextInMs time until the next item of these shards becomes due; -1 if there is none
     */
    record Look<T>(List<T> due, long nextInMs) {}
}
