package io.reprise.store.checkpoint;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Keeps checkpoints in this process, within {@code checkpoints.memoryBytesMax}: above it, those of the least recently
 * used sessions are removed that no open interrupt and no unfinished run needs. If only needed ones are left, or the
 * database cannot say which are, a new one is not saved.
 */
public final class MemoryCheckpointer implements Checkpointer {
    private static final Comparator<Aging> NEWEST_FIRST =
            Comparator.comparing(Aging::kept, KeptCheckpoint.NEWEST_FIRST);

    /** About so many sessions the database is asked at a time. */
    private static final int ASKED = 100;

    /** This part of the limit is freed in addition, so that not each checkpoint has to ask the database. */
    private static final int SLACK = 16;

    private final Current<CheckpointSettings> settings;
    private final NeededCheckpoints needed;
    private final WallClock time;
    private final MonotonicClock clock;
    /** By session id, the one that was used longest ago first; its checkpoints are ordered from newest to oldest. */
    private final Map<String, List<Aging>> sessions = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;
    private Future<Void> freeing = Future.succeededFuture();

    /** A checkpoint with the time at which it was saved, by the monotonic clock that measures its age. */
    private record Aging(KeptCheckpoint kept, long cameMs) {
        CheckpointInfo info() {
            return kept.info();
        }
    }

    /** @param needed tells which checkpoints may not be removed to make room */
    public MemoryCheckpointer(
            Current<CheckpointSettings> settings, NeededCheckpoints needed, WallClock time, MonotonicClock clock) {
        this.settings = settings;
        this.needed = needed;
        this.time = time;
        this.clock = clock;
    }

    @Override
    public Future<SaveOutcome> save(Checkpoint checkpoint) {
        KeptCheckpoint made = KeptCheckpoint.of(checkpoint, time.nowMs());
        int size = made.body().length;
        if (size > settings.get().bytesMax()) {
            return Future.succeededFuture(new SaveOutcome.TooLarge(size));
        }
        Aging one = new Aging(made, clock.elapsedMs());
        if (put(checkpoint.session(), one)) return Future.succeededFuture(new SaveOutcome.Saved());
        return makeRoom(size)
                .compose(done -> put(checkpoint.session(), one)
                        ? Future.succeededFuture(new SaveOutcome.Saved())
                        : Future.failedFuture("checkpoints.memoryBytesMax is reached by checkpoints that are needed"));
    }

    /** Returns false if there is no room. */
    private synchronized boolean put(String session, Aging made) {
        List<Aging> before = sessions.getOrDefault(session, List.of());
        List<Aging> kept = Stream.concat(
                        Stream.of(made),
                        before.stream()
                                .filter(other ->
                                        !other.info().id().equals(made.info().id()))
                                .limit(settings.get().sessionMax() - 1L))
                .sorted(NEWEST_FIRST)
                .toList();
        if (bytes + bytes(kept) - bytes(before) > settings.get().memoryBytesMax()) return false;
        replace(session, kept);
        return true;
    }

    private synchronized void replace(String session, List<Aging> kept) {
        List<Aging> before = kept.isEmpty() ? sessions.remove(session) : sessions.put(session, kept);
        bytes += bytes(kept) - (before == null ? 0 : bytes(before));
    }

    private static long bytes(List<Aging> kept) {
        return kept.stream().mapToLong(one -> one.kept().body().length).sum();
    }

    /** One after the other, so that what one has freed is seen by the next. Fails if the database is away. */
    private synchronized Future<Void> makeRoom(int wanted) {
        freeing = freeing.transform(before -> hasRoom(wanted) ? Future.succeededFuture() : free(wanted, allSessions()));
        return freeing;
    }

    private synchronized boolean hasRoom(int wanted) {
        return bytes + wanted <= settings.get().memoryBytesMax();
    }

    private synchronized List<String> allSessions() {
        return List.copyOf(sessions.keySet());
    }

    /** @param from sessions, the one that was used longest ago first */
    private Future<Void> free(int wanted, List<String> from) {
        if (from.isEmpty()) return Future.succeededFuture();
        List<String> some = from.subList(0, Math.min(from.size(), ASKED));
        return needed.of(some, null).compose(known -> {
            long goal = settings.get().memoryBytesMax() - settings.get().memoryBytesMax() / SLACK - wanted;
            for (String session : some) removeUnneeded(session, known.getOrDefault(session, Set.of()), goal);
            return hasRoom(wanted) ? Future.succeededFuture() : free(wanted, from.subList(some.size(), from.size()));
        });
    }

    /** Removes the oldest of the session first, until no more than {@code goal} bytes are left in all. */
    private synchronized void removeUnneeded(String session, Set<String> ids, long goal) {
        List<Aging> left = new ArrayList<>(sessions.getOrDefault(session, List.of()));
        for (int i = left.size() - 1; i >= 0 && bytes > goal; i--) {
            if (isNeeded(left, i, ids)) continue;
            left.remove(i);
            replace(session, List.copyOf(left));
        }
    }

    /** Of an unfinished run or one with an open interrupt: what is named, and the newest, which may be named soon. */
    private static boolean isNeeded(List<Aging> all, int index, Set<String> ids) {
        CheckpointInfo info = all.get(index).info();
        if (ids.contains(info.id())) return true;
        return ids.contains(info.run())
                && all.subList(0, index).stream()
                        .noneMatch(newer -> newer.info().run().equals(info.run()));
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
        retain(session, one -> one.info().seq() > upToSeq);
        return Future.succeededFuture();
    }

    private synchronized void retain(String session, Predicate<Aging> wanted) {
        List<Aging> kept = sessions.get(session);
        if (kept != null) replace(session, kept.stream().filter(wanted).toList());
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

    private synchronized Stream<Aging> all(String session) {
        List<Aging> kept = sessions.get(session);
        return kept == null ? Stream.empty() : kept.stream();
    }

    /** Size of all checkpoints, in bytes. */
    public synchronized Future<Long> bytes() {
        return Future.succeededFuture(bytes);
    }

    /** Deletes those that are at least {@code ageMs} old and that are not needed. */
    public Sweep sweep(Order order, long ageMs, int batch) {
        Iterator<List<String>> batches = batches(order, batch);
        return () -> {
            List<String> some = batches.hasNext() ? batches.next() : List.of();
            return needed.of(some, order.user())
                    .map(known -> clean(known, ageMs))
                    .map(counts -> new Batch(counts[0], counts[1], batches.hasNext()));
        };
    }

    private Iterator<List<String>> batches(Order order, int batch) {
        List<String> all = order.session() == null ? allSessions() : List.of(order.session());
        return IntStream.iterate(0, from -> from < all.size(), from -> from + batch)
                .mapToObj(from -> all.subList(from, Math.min(all.size(), from + batch)))
                .iterator();
    }

    /** Returns how many there were and how many are deleted. */
    private synchronized long[] clean(Map<String, Set<String>> neededBySession, long ageMs) {
        long[] counts = new long[2];
        neededBySession.forEach((session, ids) -> {
            long before = all(session).count();
            retain(
                    session,
                    one -> clock.elapsedMs() - one.cameMs() < ageMs
                            || ids.contains(one.info().id())
                            || ids.contains(one.info().run()));
            counts[0] += before;
            counts[1] += before - all(session).count();
        });
        return counts;
    }

    private boolean isYoung(Aging one) {
        return clock.elapsedMs() - one.cameMs() < settings.get().retentionMs();
    }
}
