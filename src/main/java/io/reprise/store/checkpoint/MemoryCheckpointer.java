package io.reprise.store.checkpoint;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.config.storage.CheckpointSettings;
import io.reprise.history.CheckpointInfo;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
                .expireAfterWrite(settings.get().retentionMs(), TimeUnit.MILLISECONDS)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.elapsedMs()))
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
                                .filter(this::isYoung)
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
        return Future.succeededFuture(young(session)
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
        List<Aging> kept = sessions.getIfPresent(session);
        return kept == null ? Stream.empty() : kept.stream().filter(this::isYoung);
    }

    private boolean isYoung(Aging one) {
        return clock.elapsedMs() - one.cameMs() < settings.get().retentionMs();
    }
}
