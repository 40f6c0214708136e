package io.reprise.account;

import io.vertx.core.Future;
import java.util.Optional;

/**
 * Port: keeps what a provider gave for each browser in which somebody is signed in, sealed. A failed future means that
 * the store is unavailable. Times are those of the store's own clock.
 */
public interface SignInStore {
    /**
     * Adds one.
     *
     * @param perUserMax further ones of this user are removed, the oldest first
     */
    Future<Void> add(NewSignIn signIn, int perUserMax);

    /** Nothing: it never was, has ended, or was removed. */
    Future<Optional<StoredSignIn>> find(String id);

    /** Whether the caller, and for {@code forMs} nobody else, may refresh this version. */
    Future<Boolean> claim(String id, long version, long forMs);

    /** Puts the next version in place of this one and ends the claim; false if another was put there before. */
    Future<Boolean> replace(String id, long version, byte[] content);

    /** Ends the claim without a refresh: it can be claimed again after {@code restMs}. */
    Future<Void> rest(String id, long version, long restMs);

    Future<Void> remove(String id);

    /** @param lifeMs after it the sign-in has ended */
    record NewSignIn(String id, String user, byte[] content, long lifeMs) {}

    /**
     * One that has not ended.
     *
     * @param resting whether the last refresh failed so recently that another one is not due
     * @param leftMs until its end
     */
    record StoredSignIn(byte[] content, long version, boolean resting, long leftMs) {}
}
