package io.reprise.store.checkpoint;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.config.storage.CheckpointSettings;
import io.reprise.history.CheckpointInfo;
import io.reprise.job.Job.Order;
import io.reprise.job.Sweep;
import io.reprise.job.Sweep.Batch;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Keeps checkpoints in this process, within {@code checkpoints.memoryBytesMax}: above it, those of the least recently
 * used sessions are removed.
 */
public final class MemoryCheckpointer implements Checkpointer {
    private static final Comparator<Aging> NEWEST_FIRST =
            Comparator.comparing(Aging::kept, KeptCheckpoint.NEWEST_FIRST);

    private final Current<CheckpointSettings> settings;
    private final WallClock time;
    private final MonotonicClock clock;
    /** By session id; the checkpoints of a session are ordered from newest to oldest. */
    private final Cache<String, List<Aging>> sessions;

    /** A checkpoint with the time at which it was saved, by the monotonic clock that measures its age. */
    private record Aging(KeptCheckpoint kept, long cameMs) {
        CheckpointInfo info() {
            return kept.info();
        }
    }

    public MemoryCheckpointer(Current<CheckpointSettings> settings, WallClock time, MonotonicClock clock) {
        this.settings = settings;
        this.time = time;
        this.clock = clock;
        this.sessions = Caffeine.newBuilder()
                .maximumWeight(settings.get().memoryBytesMax())
                .weigher((String session, List<Aging> kept) -> (int) bytes(kept))
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Future<SaveOutcome> save(Checkpoint checkpoint) {
        KeptCheckpoint made = KeptCheckpoint.of(checkpoint, time.nowMs());
        if (made.body().length > settings.get().bytesMax()) {
            return Future.succeededFuture(new SaveOutcome.TooLarge(made.body().length));
        }
        sessions.asMap()
                .compute(
                        checkpoint.session(),
                        (session, before) ->
                                pruned(new Aging(made, clock.elapsedMs()), before == null ? List.of() : before));
        return Future.succeededFuture(new SaveOutcome.Saved());
    }

    private List<Aging> pruned(Aging made, List<Aging> before) {
        List<Aging> kept = new ArrayList<>(Stream.concat(
                        Stream.of(made),
                        before.stream()
                                .filter(other ->
                                        !other.info().id().equals(made.info().id()))
                                .limit(settings.get().sessionMax() - 1L))
                .sorted(NEWEST_FIRST)
                .toList());
        while (kept.size() > 1 && bytes(kept) > settings.get().memoryBytesMax()) {
            kept.remove(kept.getLast() == made ? kept.size() - 2 : kept.size() - 1);
        }
        return List.copyOf(kept);
    }

    private static long bytes(List<Aging> kept) {
        return kept.stream().mapToLong(one -> one.kept().body().length).sum();
    }

    @Override
    public Future<Optional<Checkpoint>> load(String session, String id) {
        return Future.succeededFuture(all(session)
                .filter(one -> one.info().id().equals(id))
                .findFirst()
                .flatMap(one -> KeptCheckpoint.read(session, id, one.kept().body())));
    }

    @Override
    public Future<Void> erase(String session, long upToSeq) {
        sessions.asMap().computeIfPresent(session, (same, kept) -> {
            List<Aging> left =
                    kept.stream().filter(one -> one.info().seq() > upToSeq).toList();
            return left.isEmpty() ? null : left;
        });
        return Future.succeededFuture();
    }

    @Override
    public Future<List<CheckpointInfo>> list(String session, long beforeSeq, int limit) {
        return Future.succeededFuture(young(session)
                .map(Aging::info)
                .filter(info -> info.seq() < beforeSeq)
                .limit(limit)
                .toList());
    }

    @Override
    public Future<Optional<CheckpointInfo>> find(String session, String id) {
        return Future.succeededFuture(young(session)
                .map(Aging::info)
                .filter(info -> info.id().equals(id))
                .findFirst());
    }

    private Stream<Aging> young(String session) {
        return all(session).filter(this::isYoung);
    }

    private Stream<Aging> all(String session) {
        List<Aging> kept = sessions.getIfPresent(session);
        return kept == null ? Stream.empty() : kept.stream();
    }

    /** Size of all checkpoints, in bytes. */
    public Future<Long> bytes() {
        return Future.succeededFuture(sessions.asMap().values().stream()
                .mapToLong(MemoryCheckpointer::bytes)
                .sum());
    }

    /** Deletes those that are at least {@code ageMs} old and that are not needed. */
    public Sweep sweep(Order order, long ageMs, int batch, NeededCheckpoints needed) {
        Iterator<List<String>> batches = batches(order, batch);
        return () -> {
            List<String> some = batches.hasNext() ? batches.next() : List.of();
            return needed.of(some, order.user())
                    .map(known -> clean(known, ageMs))
                    .map(counts -> new Batch(counts[0], counts[1], batches.hasNext()));
        };
    }

    private Iterator<List<String>> batches(Order order, int batch) {
        List<String> all =
                order.session() == null ? List.copyOf(sessions.asMap().keySet()) : List.of(order.session());
        return IntStream.iterate(0, from -> from < all.size(), from -> from + batch)
                .mapToObj(from -> all.subList(from, Math.min(all.size(), from + batch)))
                .iterator();
    }

    /** Returns how many there were and how many are deleted. */
    private long[] clean(Map<String, Set<String>> neededBySession, long ageMs) {
        long[] counts = new long[2];
        neededBySession.forEach((session, needed) -> sessions.asMap().computeIfPresent(session, (same, kept) -> {
            List<Aging> left = kept.stream()
                    .filter(one -> clock.elapsedMs() - one.cameMs() < ageMs
                            || needed.contains(one.info().id())
                            || needed.contains(one.info().run()))
                    .toList();
            counts[0] += kept.size();
            counts[1] += kept.size() - left.size();
            return left.isEmpty() ? null : left;
        }));
        return counts;
    }

    private boolean isYoung(Aging one) {
        return clock.elapsedMs() - one.cameMs() < settings.get().retentionMs();
    }
}
