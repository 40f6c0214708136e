package io.reprise.hook;

import io.reprise.support.Page;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Port: stores hooks and their deliveries. A failed future means that the store is unavailable. */
public interface HookStore {
    /** What became of a new hook. */
    enum Added {
        ADDED,
        /** The user has as many as are allowed. */
        TOO_MANY,
        /** There is no such session of this user. */
        NO_SESSION
    }

    /** @param perUserMax hooks that the user may have together with this one */
    Future<Added> add(NewHook hook, int perUserMax);

    record NewHook(String id, String user, String session, String name, String template, byte[] secret) {}

    /**
     * The hooks of a user, oldest first.
     *
     * @param session only those of this session; null: all
     */
    Future<List<Hook>> list(String user, String session);

    /** Whoever it belongs to. */
    Future<Optional<Hook>> find(String hook);

    /** Changes what is not null; empty if there is no such hook of this user. */
    Future<Optional<Hook>> change(String user, String hook, Change change);

    record Change(String name, String template, Boolean enabled, byte[] secret) {}

    /** False if there is no such hook of this user. */
    Future<Boolean> remove(String user, String hook);

    /**
     * Records a delivery, or finds the one that came before with the same id or the same signature.
     *
     * @param signature in one spelling
     * @param text the message that it becomes
     */
    Future<Delivery> receive(String hook, String delivery, String signature, String text);

    /**
     * A delivery as it was recorded.
     *
     * @param text of the message, null once it is a recall
     * @param recall null until the session has accepted it
     */
    record Delivery(String id, String text, String recall) {}

    /** The session has accepted the delivery: its text need not be kept any longer. */
    Future<Void> accepted(String hook, String delivery, String recall);

    /**
     * The deliveries, newest first.
     *
     * @param cursor of the page before, or null
     * @return fails with an {@link IllegalArgumentException} if the cursor is not from a page of this list
     */
    Future<Page<Received>> received(String hook, String cursor, int limit);

    record Received(String id, String recall, long atMs) {}
}
