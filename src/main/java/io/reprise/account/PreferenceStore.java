package io.reprise.account;

import io.vertx.core.Future;

/** Port: stores what people prefer. A failed future means that the store is unavailable. */
public interface PreferenceStore {
    /** {@link Preferences#USUAL} of a person who never changed them. */
    Future<Preferences> find(String user);

    /** Replaces all of them. */
    Future<Void> put(String user, Preferences preferences);
}
