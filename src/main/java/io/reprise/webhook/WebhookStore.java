package io.reprise.webhook;

import io.reprise.support.Page;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Port: stores webhooks and what they are told. A failed future means that the store is unavailable. */
public interface WebhookStore {
    /** False if the user has as many as are allowed. */
    Future<Boolean> add(NewWebhook webhook, int perUserMax);

    record NewWebhook(String id, String user, String name, String url, List<String> events, byte[] secret) {}

    /** Those of a user, oldest first. */
    Future<List<Webhook>> list(String user);

    Future<Optional<Webhook>> find(String user, String webhook);

    /**
     * Changes what is not null; empty if there is no such webhook of this user. What waits while a webhook is off is sent when
     * it is switched on.
     */
    Future<Optional<Webhook>> change(String user, String webhook, Change change);

    record Change(String name, String url, List<String> events, Boolean enabled, byte[] secret) {}

    /** False if there is no such webhook of this user. */
    Future<Boolean> remove(String user, String webhook);

    /** Records a delivery that is only a test; false if there is no such webhook of this user. */
    Future<Boolean> ping(String user, String webhook, String delivery);

    /**
     * The deliveries, newest first.
     *
     * @param cursor id of the last one of the page before, or null
     */
    Future<Page<Told>> told(String webhook, String cursor, int limit);

    /**
     * A delivery and what became of it.
     *
     * @param status {@code pending}, {@code parked}, {@code delivered} or {@code failed}
     * @param nextMs of the next attempt; null if there is none
     * @param attemptedMs null before the first attempt
     * @param httpStatus of the last answer; null without one
     * @param error why the last attempt failed; null if it did not
     */
    record Told(
            String id,
            String event,
            String session,
            String status,
            int attempts,
            long createdMs,
            Long nextMs,
            Long attemptedMs,
            Integer httpStatus,
            String error,
            Integer durationMs) {}

    // --- sending

    /** Takes deliveries that are due; nobody else gets them for {@code leaseMs}. */
    Future<List<Due>> take(int limit, int leaseMs);

    /**
     * A delivery that this process sends now.
     *
     * @param attempt number of the attempt, from 1
     * @param data JSON of an object
     */
    record Due(String id, Webhook webhook, String event, int attempt, String data, long createdMs) {}

    /** It has arrived. Releases what waited because of earlier failures. */
    Future<Void> delivered(Due due, int httpStatus, long durationMs);

    /** It has not arrived. True if its webhook is switched off by that. */
    Future<Boolean> failed(Due due, Failed failed);

    /**
     * A failed attempt.
     *
     * @param httpStatus null without an answer
     * @param pauseMs until the next attempt of the webhook, whatever the delivery
     * @param probeMs how long other deliveries wait for the result of that attempt
     * @param attemptsMax attempts of a delivery
     * @param failuresMax failures in a row after which the webhook is switched off
     * @param waitingMax deliveries that may wait for the next attempt
     */
    record Failed(
            Integer httpStatus,
            String error,
            long durationMs,
            long pauseMs,
            long probeMs,
            int attemptsMax,
            int failuresMax,
            int waitingMax) {}

    /** The webhook is off: what is due waits until it is switched on. */
    Future<Void> park(String webhook);
}
