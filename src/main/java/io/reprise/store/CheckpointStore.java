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
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The checkpoint store that the settings choose, and those of earlier settings that are still there: what they hold is
 * erased and cleaned up, too.
 *
 * @param checkpointer of the chosen store
 * @param copies how clear and delete erase checkpoints outside the database; in it they are deleted with their run
 * @param cleanup deletes old checkpoints that are not needed
 * @param orphans each deletes checkpoints of sessions that do not exist; empty where there cannot be any
 */
public record CheckpointStore(
        Checkpointer checkpointer,
        List<Copies> copies,
        Function<Order, Sweep> cleanup,
        List<Supplier<Sweep>> orphans,
        Supplier<Future<Void>> closing) {
    /** A store outside the database with copies of sessions, and what it still has to erase. */
    record Copies(Erasure erasure, PgErasures pending) {}

    /** Does not connect yet, so that an unavailable Redis does not prevent the start. */
    static CheckpointStore open(
            Vertx vertx,
            Current<Settings> current,
            PgPool pool,
            WallClock time,
            MonotonicClock clock,
            Metrics metrics) {
        Makers makers = new Makers(vertx, current, pool, time, clock, metrics);
        boolean hasRedis = !current.get().redis().url().isEmpty();
        return switch (current.get().checkpoints().store()) {
            case MEMORY -> {
                CheckpointStore memory = makers.memory().with(makers.postgres());
                yield hasRedis ? memory.with(makers.redis()) : memory;
            }
            case POSTGRES -> hasRedis ? makers.postgres().with(makers.redis()) : makers.postgres();
            case REDIS -> makers.redis().with(makers.postgres());
        };
    }

    /** This store, and one of earlier settings. */
    private CheckpointStore with(CheckpointStore former) {
        return new CheckpointStore(
                checkpointer,
                concat(copies, former.copies),
                order -> Sweep.oneAfterTheOther(cleanup.apply(order), former.cleanup.apply(order)),
                concat(orphans, former.orphans),
                () -> closing.get().eventually(former.closing));
    }

    private static <T> List<T> concat(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    Future<Void> close() {
        return closing.get();
    }

    /** Makes each of the stores. */
    private record Makers(
            Vertx vertx,
            Current<Settings> current,
            PgPool pool,
            WallClock time,
            MonotonicClock clock,
            Metrics metrics) {
        CheckpointStore memory() {
            MemoryCheckpointer memory = new MemoryCheckpointer(limits(), needed(), time, clock);
            return new CheckpointStore(
                    memory,
                    List.of(new Copies(memory::erase, pending(FormerStores.MEMORY))),
                    order -> new CheckpointSweep(
                            limits().get(), order, memory::bytes, ageMs -> memory.sweep(order, ageMs, batch())),
                    List.of(),
                    Future::succeededFuture);
        }

        CheckpointStore postgres() {
            return new CheckpointStore(
                    new PgCheckpointer(pool, limits(), time),
                    List.of(),
                    order -> new CheckpointSweep(
                            limits().get(),
                            order,
                            () -> PgSweeps.checkpointBytes(pool),
                            ageMs -> new PgCheckpointSweep(
                                    pool::run, order, PgTimes.toTime(time.nowMs() - ageMs), batch())),
                    List.of(),
                    Future::succeededFuture);
        }

        CheckpointStore redis() {
            RedisCheckpointer redis = RedisCheckpointer.open(vertx, current, time, clock, metrics);
            return new CheckpointStore(
                    redis,
                    List.of(new Copies(redis::erase, pending(FormerStores.REDIS))),
                    order -> new CheckpointSweep(
                            limits().get(), order, redis::bytes, ageMs -> redis.sweep(order, ageMs, batch(), needed())),
                    List.of(() -> redis.orphans(sessions -> PgOrphanSweep.existing(pool, sessions), batch())),
                    redis::close);
        }

        private PgErasures pending(String store) {
            return new PgErasures(pool, store, current.map(Settings::erasures));
        }

        private Current<CheckpointSettings> limits() {
            return current.map(Settings::checkpoints);
        }

        private PgNeededCheckpoints needed() {
            return new PgNeededCheckpoints(pool);
        }

        private int batch() {
            return current.get().jobs().batch();
        }
    }
}
