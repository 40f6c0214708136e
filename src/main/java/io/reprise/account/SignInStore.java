package io.reprise.account;

import io.vertx.core.Future;
import java.util.Optional;

/**
 * Port: stores the encrypted content of a sign-in for each signed-in browser. A failed future means that
 * the store is unavailable. Times are those of the store's own clock.
 */
public interface SignInStore {
    /**
     * Adds a sign-in.
     *
     * @param perUserMax most sign-ins of this user; the oldest are removed
     */
    Future<Void> add(NewSignIn signIn, int perUserMax);

    /** Empty if it never existed, has ended, or was removed. */
    Future<Optional<StoredSignIn>> find(String id);

    /** Claims the refresh of this version for {@code forMs}; false if another caller has claimed it. */
    Future<Boolean> claim(String id, long version, long forMs);

    /** Replaces this version by the next one and ends the claim; false if it was replaced before. */
    Future<Boolean> replace(String id, long version, byte[] content);

    /** Ends the claim without a refresh: it can be claimed again after {@code restMs}. */
    Future<Void> rest(String id, long version, long restMs);

    Future<Void> remove(String id);

    /** @param lifeMs time until the sign-in ends */
    record NewSignIn(String id, String user, byte[] content, long lifeMs) {}

    /**
     * A sign-in that has not ended.
     *
     * @param resting whether the last refresh failed so recently that no other one may be tried yet
     * @param leftMs time until its end
     */
    record StoredSignIn(byte[] content, long version, boolean resting, long leftMs) {}
}
