package io.reprise.client;

import io.vertx.core.json.JsonObject;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;

/**
 * What the parts of a client share.
 *
 * @param send passes a frame to the open connection; false if there is none
 * @param random from 0 to 1
 */
record Link(ClientOptions options, Timing timing, DoubleSupplier random, Predicate<JsonObject> send) {
    /** Full jitter: a random time up to a limit that doubles with each attempt. */
    long backoffMs(int attempt, long maxMs) {
        long limit = Math.min(maxMs, options.backoff.minMs() << Math.min(attempt, 20));
        return Math.round(random.getAsDouble() * limit);
    }

    long backoffMs(int attempt) {
        return backoffMs(attempt, options.backoff.maxMs());
    }
}
