package io.reprise.agent.checkpoint;

import io.reprise.history.CheckpointInfo;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Checkpoints in memory, which a test can delay. */
public final class KeptCheckpoints implements Checkpointer {
    public final Map<String, Checkpoint> all = new LinkedHashMap<>();
    /** What happens to the next saves; null: they succeed. */
    public volatile Future<SaveOutcome> broken;

    /** How many of the next loads fail. */
    public final AtomicInteger awayFor = new AtomicInteger();

    @Override
    public synchronized Future<SaveOutcome> save(Checkpoint checkpoint) {
        if (broken != null) return broken;
        all.put(checkpoint.id(), checkpoint);
        return Future.succeededFuture(new SaveOutcome.Saved());
    }

    @Override
    public synchronized Future<Optional<Checkpoint>> load(String session, String id) {
        if (awayFor.getAndUpdate(loads -> Math.max(0, loads - 1)) > 0) return Future.failedFuture("away");
        return Future.succeededFuture(Optional.ofNullable(all.get(id)));
    }

    @Override
    public Future<Void> erase(String session, long upToSeq) {
        throw new UnsupportedOperationException("an agent erases nothing");
    }

    @Override
    public Future<List<CheckpointInfo>> list(String session, long beforeSeq, int limit) {
        return Future.succeededFuture(all.values().stream()
                .sorted(Comparator.comparingLong(Checkpoint::seq).reversed())
                .limit(limit)
                .map(kept -> new CheckpointInfo(kept.id(), kept.run(), kept.seq(), 0, kept.step(), 0))
                .toList());
    }

    @Override
    public Future<Optional<CheckpointInfo>> find(String session, String id) {
        throw new UnsupportedOperationException("an agent lists nothing");
    }
}
