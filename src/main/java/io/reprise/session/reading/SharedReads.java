package io.reprise.session.reading;

import io.reprise.message.Reader;
import io.reprise.message.ShardMessage.Pull;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The pages that are being read from the store, and the readers that wait for each: one read for all that ask for events
 * behind the same one. It holds one entry at most for each reader of the session and cursor it asked for.
 */
final class SharedReads {
    private final Map<Long, Map<Reader, Long>> pullsByCursor = new HashMap<>();

    /**
     * The reader waits for the page. True when it is to be read now: nobody waits for it, or the reader has waited for so
     * long that it asks again, so that the read is taken as lost.
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

    /** The page behind {@code after} is there: who waits for it, with the number of its pull. */
    Map<Reader, Long> take(long after) {
        Map<Reader, Long> waiting = pullsByCursor.remove(after);
        return waiting == null ? Map.of() : waiting;
    }

    /** Forgets readers that are no more. */
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
