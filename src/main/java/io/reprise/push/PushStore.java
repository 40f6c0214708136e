package io.reprise.push;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Port: stores browsers that receive messages, and the messages. A failed future means that the store is unavailable. */
public interface PushStore {
    /** The sealed key of this server; {@code fresh} from now on if there was none. */
    Future<byte[]> key(byte[] fresh);

    /** Replaces the key. Subscriptions are bound to the old one, until the page of their browser is opened again. */
    Future<Void> replaceKey(byte[] fresh);

    /**
     * Adds a browser, or renews what is known of it; it belongs to nobody else from now on. Empty if the user has as many as
     * are allowed.
     */
    Future<Optional<PushDevice>> add(NewDevice device, SignedIn signedIn, int perUserMax);

    /** @param endpoint a hash of it */
    record NewDevice(
            String id, String user, String endpoint, String name, String service, byte[] secret, boolean titles) {}

    /**
     * The sign-in with which a browser comes and goes.
     *
     * @param stored id of a stored sign-in; null: none
     * @param cookie hash of the cookie of a sign-in that is not stored; null: none
     * @param lifeMs the longest time until it ends
     */
    record SignedIn(String stored, String cookie, long lifeMs) {}

    /** Those of a user whose sign-in has not ended, oldest first. */
    Future<List<PushDevice>> list(String user);

    /** Changes what is not null; empty if there is no such browser of this user. */
    Future<Optional<PushDevice>> change(String user, String device, String name, Boolean titles);

    /** False if there is no such browser of this user. */
    Future<Boolean> remove(String user, String device);

    /** The sign-in of this cookie has ended: removes its browsers. */
    Future<Void> signedOut(String cookie);

    /** Records a message that is only a test; false if there is no such browser of this user. */
    Future<Boolean> test(String user, String device, String message);

    // --- sending

    /**
     * Takes messages that are due; nobody else gets them for {@code leaseMs}.
     *
     * @param delayMs age of messages that are sent; not of tests
     */
    Future<List<Due>> take(int limit, int leaseMs, int delayMs);

    /**
     * A message that this process sends now.
     *
     * @param event what has happened
     * @param attempt number of the attempt, from 1
     * @param isCurrent false: the sign-in of the browser has ended
     */
    record Due(String id, PushDevice device, PushEvent event, int attempt, long ageMs, boolean isCurrent) {}

    /** It was accepted. */
    Future<Void> delivered(Due due);

    /** It is not sent: that would not be right now. */
    Future<Void> dropped(Due due);

    /**
     * It is sent again after {@code pauseMs}, and no other message to this browser before that.
     *
     * @param waitingMax messages that may wait; the oldest of more are given up
     */
    Future<Void> later(Due due, long pauseMs, int waitingMax);

    /** It was refused and is not sent again. Returns how many were in a row. */
    Future<Integer> refused(Due due);

    /** The browser does not receive messages any more. */
    Future<Void> gone(String device);
}
