package io.reprise.timer;

import io.vertx.core.Future;
import java.util.List;

/** Port: finds due items, by the clock of the store. A failed future means that the store is unavailable. */
public interface DueStore {
    /**
     * At most {@code limit} recalls that are due, the longest due first, behind that one.
     *
     * @param shards only recalls of sessions of these
     * @param after may be null
     */
    Future<Look<Due>> look(List<Integer> shards, Due after, int limit);

    /** At most {@code limit} interrupts that nobody answered in time, likewise. */
    Future<Look<Expired>> expired(List<Integer> shards, Expired after, int limit);

    /**
     * Calls {@code wake} soon after a recall was scheduled or changed, and each time that it begins to listen: what
     * happened before that was not heard. A hint: it may fail to come, and then nothing says so.
     */
    void watch(Runnable wake);

    /** Ends the watching. */
    Future<Void> close();

    /**
     * A recall that waits for its session.
     *
     * @param triggerAtMs what it is due by
     */
    record Due(String session, String recall, long triggerAtMs) {}

    /** An open interrupt that has expired. */
    record Expired(String session, String interrupt, long expiresAtMs) {}

    /**
     * What was found.
     *
     * @param nextInMs when the next one of these shards that is not due yet will be; -1: there is none
     */
    record Look<T>(List<T> due, long nextInMs) {}
}
