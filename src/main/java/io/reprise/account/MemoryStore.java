package io.reprise.account;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Port: stores notes about users. Each method is about one user and reaches nothing of another. A failed future means that the
 * store is unavailable.
 */
public interface MemoryStore {
    Future<State> state(String user);

    /**
     * @param on whether the user wants notes to be kept and found
     * @param count of the user's notes
     */
    record State(boolean on, int count) {}

    /**
     * Adds a note, unless one with this id exists; that one is returned then. Empty if the user has switched the memory off, or
     * has as many notes as are allowed; callers that add at the same moment may exceed that slightly.
     */
    Future<Optional<Memory>> add(NewMemory memory, int perUserMax);

    record NewMemory(String id, String user, String text, Memory.Source source) {}

    /** Newest first. @param before only those with lower numbers */
    Future<List<Memory>> list(String user, long before, int limit);

    /** Those that contain one of the words of a text, or a longer word that begins with it; the best match first. */
    Future<List<Memory>> search(String user, String text, int limit);

    /** False if there is no such note of this user. */
    Future<Boolean> remove(String user, String id);

    /** Removes all notes; returns how many. */
    Future<Integer> removeAll(String user);

    /** Switches the memory on or off. Notes stay. */
    Future<Void> turn(String user, boolean on);
}
