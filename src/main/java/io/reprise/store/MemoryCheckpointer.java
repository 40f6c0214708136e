package io.reprise.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.reprise.agent.Checkpoint;
import io.reprise.agent.Checkpointer;
import io.reprise.config.CheckpointSettings;
import io.reprise.history.CheckpointInfo;
import io.reprise.support.TimeSource;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Checkpoints in this process, within {@code checkpoints.memoryBytesMax}: above it whole sessions go, those that are
 * asked for least.
 */
public final class MemoryCheckpointer implements Checkpointer {
    private final CheckpointSettings settings;
    private final TimeSource time;
    /** By session, newest first. */
    private final Cache<String, List<KeptCheckpoint>> sessions;

    public MemoryCheckpointer(CheckpointSettings settings, TimeSource time) {
        this.settings = settings;
        this.time = time;
        this.sessions = Caffeine.newBuilder()
                .maximumWeight(settings.memoryBytesMax())
                .weigher((String session, List<KeptCheckpoint> kept) -> (int) bytes(kept))
                .expireAfterWrite(settings.retentionMs(), TimeUnit.MILLISECONDS)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(time.nowMs()))
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Future<SaveOutcome> save(Checkpoint checkpoint) {
        KeptCheckpoint made = KeptCheckpoint.of(checkpoint, time.nowMs());
        if (made.body().length > settings.bytesMax()) {
            return Future.succeededFuture(new SaveOutcome.TooLarge(made.body().length));
        }
        sessions.asMap()
                .compute(checkpoint.session(), (session, before) -> pruned(made, before == null ? List.of() : before));
        return Future.succeededFuture(new SaveOutcome.Saved());
    }

    private List<KeptCheckpoint> pruned(KeptCheckpoint made, List<KeptCheckpoint> before) {
        List<KeptCheckpoint> kept = new ArrayList<>(Stream.concat(
                        Stream.of(made),
                        before.stream()
                                .filter(other ->
                                        !other.info().id().equals(made.info().id()))
                                .filter(this::isYoung)
                                .limit(settings.sessionMax() - 1L))
                .sorted(KeptCheckpoint.NEWEST_FIRST)
                .toList());
        while (kept.size() > 1 && bytes(kept) > settings.memoryBytesMax()) {
            kept.remove(kept.getLast() == made ? kept.size() - 2 : kept.size() - 1);
        }
        return List.copyOf(kept);
    }

    private static long bytes(List<KeptCheckpoint> kept) {
        return kept.stream().mapToLong(one -> one.body().length).sum();
    }

    @Override
    public Future<Optional<Checkpoint>> load(String session, String id) {
        return Future.succeededFuture(young(session)
                .filter(kept -> kept.info().id().equals(id))
                .findFirst()
                .flatMap(kept -> KeptCheckpoint.read(session, id, kept.body())));
    }

    @Override
    public Future<Void> erase(String session, long upToSeq) {
        sessions.asMap().computeIfPresent(session, (same, kept) -> {
            List<KeptCheckpoint> left =
                    kept.stream().filter(one -> one.info().seq() > upToSeq).toList();
            return left.isEmpty() ? null : left;
        });
        return Future.succeededFuture();
    }

    @Override
    public Future<List<CheckpointInfo>> list(String session, long beforeSeq, int limit) {
        return Future.succeededFuture(young(session)
                .map(KeptCheckpoint::info)
                .filter(info -> info.seq() < beforeSeq)
                .limit(limit)
                .toList());
    }

    @Override
    public Future<Optional<CheckpointInfo>> find(String session, String id) {
        return Future.succeededFuture(young(session)
                .map(KeptCheckpoint::info)
                .filter(info -> info.id().equals(id))
                .findFirst());
    }

    private Stream<KeptCheckpoint> young(String session) {
        List<KeptCheckpoint> kept = sessions.getIfPresent(session);
        return kept == null ? Stream.empty() : kept.stream().filter(this::isYoung);
    }

    private boolean isYoung(KeptCheckpoint kept) {
        return kept.info().atMs() > time.nowMs() - settings.retentionMs();
    }
}
