package io.reprise.session.reading;

import io.reprise.message.Reader;
import io.reprise.message.ShardMessage.Pull;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The pages that are being read from the store, and the readers that wait for each: one read serves all readers with
 * the same cursor. Contains at most one entry per reader and cursor.
 */
final class SharedReads {
    private final Map<Long, Map<Reader, Long>> pullsByCursor = new HashMap<>();

    /**
     * Adds a reader. Returns true if the page has to be read now: no other reader waits for it, or this reader repeats
     * its request after a long time, so the earlier read is regarded as lost.
     */
    boolean join(Pull pull) {
        Map<Reader, Long> waiting = pullsByCursor.get(pull.after());
        boolean read = waiting == null || waiting.containsKey(pull.reader());
        if (read) {
            waiting = new LinkedHashMap<>();
            pullsByCursor.put(pull.after(), waiting);
        }
        waiting.put(pull.reader(), pull.pull());
        return read;
    }

    /** The page after {@code after} was read. Returns the waiting readers with the numbers of their requests. */
    Map<Reader, Long> take(long after) {
        Map<Reader, Long> waiting = pullsByCursor.remove(after);
        return waiting == null ? Map.of() : waiting;
    }

    /** Removes readers that no longer exist. */
    void retain(Predicate<Reader> isThere) {
        pullsByCursor.values().removeIf(waiting -> {
            waiting.keySet().removeIf(isThere.negate());
            return waiting.isEmpty();
        });
    }

    void clear() {
        pullsByCursor.clear();
    }
}
