package io.reprise.store;

import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.config.Settings;
import io.reprise.config.storage.CheckpointSettings;
import io.reprise.session.erasure.Erasure;
import io.reprise.store.checkpoint.MemoryCheckpointer;
import io.reprise.store.checkpoint.PgCheckpointer;
import io.reprise.store.database.PgPool;
import io.reprise.store.postgres.PgErasures;
import io.reprise.store.redis.RedisCheckpointer;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * The checkpoint store that the settings choose.
 *
 * @param erasure how clear and delete erase checkpoints in it; the database needs none, because there the checkpoints
 *     of a run are deleted with the run
 * @param pending erasures that are still to be done; null if there is nothing to erase
 */
public record CheckpointStore(
        Checkpointer checkpointer, Erasure erasure, PgErasures pending, Supplier<Future<Void>> closing) {
    /** Does not connect yet, so that an unavailable Redis does not prevent the start. */
    static CheckpointStore open(
            Vertx vertx,
            Current<Settings> current,
            PgPool pool,
            WallClock time,
            MonotonicClock clock,
            Metrics metrics) {
        Settings settings = current.get();
        Current<CheckpointSettings> limits = current.map(Settings::checkpoints);
        return switch (settings.checkpoints().store()) {
            case MEMORY -> {
                Checkpointer memory = new MemoryCheckpointer(limits, time, clock);
                yield new CheckpointStore(
                        memory, memory::erase, pending(pool, current, "memory"), Future::succeededFuture);
            }
            case POSTGRES ->
                new CheckpointStore(
                        new PgCheckpointer(pool, limits, time), Erasure.NONE, null, Future::succeededFuture);
            case REDIS -> {
                RedisCheckpointer redis = RedisCheckpointer.open(vertx, current, time, clock, metrics);
                yield new CheckpointStore(redis, redis::erase, pending(pool, current, "redis"), redis::close);
            }
        };
    }

    private static PgErasures pending(PgPool pool, Current<Settings> current, String store) {
        return new PgErasures(pool, store, current.map(Settings::erasures));
    }

    Future<Void> close() {
        return closing.get();
    }
}
