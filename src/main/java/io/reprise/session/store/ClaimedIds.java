package io.reprise.session.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Knows for most ids of commands that no stored claim of a session has them, so that their claims need not be looked
 * up. Only the owner of a session stores its claims: those that it has neither loaded nor made do not exist. Not
 * thread-safe.
 */
public final class ClaimedIds {
    /** Largest number of ids; a session with more claims looks every one up. A hundred ids take about 5 KB. */
    public static final int MAX = 1_000;

    /** Largest number that is loaded; a session with more stored claims looks every one up. */
    public static final int LOADED_MAX = 250;

    /** Hashes of the ids, so that long ids need no more memory; null if there are too many. */
    private Set<Integer> hashes = new HashSet<>();

    private final BooleanSupplier storeAnswers;

    /**
     * @param ids of all claims of the session, or more than {@link #LOADED_MAX} of them
     * @param storeAnswers false while the store is known to be unavailable; then every id is looked up, so that the
     *     command is refused and not decided
     */
    public ClaimedIds(Collection<String> ids, BooleanSupplier storeAnswers) {
        this.storeAnswers = storeAnswers;
        if (ids.size() > LOADED_MAX) hashes = null;
        else ids.forEach(this::add);
    }

    /** Whether a claim with this id may be stored; false is certain. */
    public boolean mayContain(String id) {
        return hashes == null || !storeAnswers.getAsBoolean() || hashes.contains(id.hashCode());
    }

    /** A command with this id may be claimed from now on. */
    public void add(String id) {
        if (hashes != null && hashes.add(id.hashCode()) && hashes.size() > MAX) hashes = null;
    }
}
