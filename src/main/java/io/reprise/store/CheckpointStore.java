package io.reprise.store;

import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.config.Settings;
import io.reprise.config.storage.CheckpointSettings;
import io.reprise.job.Job.Order;
import io.reprise.job.Sweep;
import io.reprise.session.erasure.Erasure;
import io.reprise.store.checkpoint.CheckpointSweep;
import io.reprise.store.checkpoint.MemoryCheckpointer;
import io.reprise.store.checkpoint.PgCheckpointer;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.store.job.PgCheckpointSweep;
import io.reprise.store.job.PgNeededCheckpoints;
import io.reprise.store.job.PgOrphanSweep;
import io.reprise.store.job.PgSweeps;
import io.reprise.store.postgres.PgErasures;
import io.reprise.store.redis.RedisCheckpointer;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The checkpoint store that the settings choose.
 *
 * @param erasure how clear and delete erase checkpoints in it; null for the database, because there the checkpoints of a run
 *     are deleted with the run
 * @param pending erasures that are still to be done; null for the database
 * @param cleanup deletes old checkpoints that are not needed
 * @param orphans deletes checkpoints of sessions that do not exist; null where there cannot be any
 */
public record CheckpointStore(
        Checkpointer checkpointer,
        Erasure erasure,
        PgErasures pending,
        Function<Order, Sweep> cleanup,
        Supplier<Sweep> orphans,
        Supplier<Future<Void>> closing) {
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
        PgNeededCheckpoints needed = new PgNeededCheckpoints(pool);
        IntSupplier batch = () -> current.get().jobs().batch();
        return switch (settings.checkpoints().store()) {
            case MEMORY -> {
                MemoryCheckpointer memory = new MemoryCheckpointer(limits, needed, time, clock);
                yield new CheckpointStore(
                        memory,
                        memory::erase,
                        pending(pool, current, "memory"),
                        order -> new CheckpointSweep(
                                limits.get(),
                                order,
                                memory::bytes,
                                ageMs -> memory.sweep(order, ageMs, batch.getAsInt())),
                        null,
                        Future::succeededFuture);
            }
            case POSTGRES -> {
                PgCheckpointer postgres = new PgCheckpointer(pool, limits, time);
                yield new CheckpointStore(
                        postgres,
                        null,
                        null,
                        order -> new CheckpointSweep(
                                limits.get(),
                                order,
                                () -> PgSweeps.checkpointBytes(pool),
                                ageMs -> new PgCheckpointSweep(
                                        pool::run, order, PgTimes.toTime(time.nowMs() - ageMs), batch.getAsInt())),
                        null,
                        Future::succeededFuture);
            }
            case REDIS -> {
                RedisCheckpointer redis = RedisCheckpointer.open(vertx, current, time, clock, metrics);
                yield new CheckpointStore(
                        redis,
                        redis::erase,
                        pending(pool, current, "redis"),
                        order -> new CheckpointSweep(
                                limits.get(),
                                order,
                                redis::bytes,
                                ageMs -> redis.sweep(order, ageMs, batch.getAsInt(), needed)),
                        () -> redis.orphans(sessions -> PgOrphanSweep.existing(pool, sessions), batch.getAsInt()),
                        redis::close);
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
