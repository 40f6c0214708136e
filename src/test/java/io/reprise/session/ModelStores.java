package io.reprise.session;

import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Claim;
import io.reprise.session.store.CreateOutcome;
import io.reprise.session.store.EventStore;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.NewSession;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Many sessions in memory, each a {@link ModelStore}. It answers immediately, but loads wait while {@link #holdsLoads}.
 * Its
 * sessions are used on the event loop of their verticle.
 */
final class ModelStores implements EventStore {
    final Map<String, ModelStore> sessions = new LinkedHashMap<>();
    final List<String> unfinished = new CopyOnWriteArrayList<>();
    volatile boolean holdsLoads;

    /** The loaded sessions, in order. */
    final List<String> loads = new CopyOnWriteArrayList<>();

    /** This many loads fail before one succeeds. */
    final AtomicInteger loadFailures = new AtomicInteger();

    /** This many appends throw, which no store may do. */
    final AtomicInteger appendFaults = new AtomicInteger();

    private final Deque<Runnable> held = new ConcurrentLinkedDeque<>();
    private volatile int loading;
    private volatile int loadingMost;

    ModelStores with(String session) {
        sessions.put(session, new ModelStore());
        return this;
    }

    /** The maximum number of simultaneous loads so far. */
    int loadingMost() {
        return loadingMost;
    }

    int held() {
        return held.size();
    }

    /** Answers the loads that wait, the oldest first. */
    void answerLoads() {
        while (!held.isEmpty()) held.poll().run();
    }

    @Override
    public Future<Map<Integer, Long>> takeShards(String node, List<Integer> shards) {
        return Future.succeededFuture(shards.stream().collect(Collectors.toMap(shard -> shard, shard -> 1L)));
    }

    @Override
    public Future<List<String>> unfinishedSessions(List<Integer> shards) {
        return Future.succeededFuture(unfinished);
    }

    @Override
    public Future<LoadOutcome> load(String session, long owner, Set<String> users) {
        loads.add(session);
        loadingMost = Math.max(loadingMost, ++loading);
        Promise<LoadOutcome> answer = Promise.promise();
        Context context = Vertx.currentContext();
        boolean fails = loadFailures.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        Runnable answering = () -> {
            loading--;
            if (fails) {
                answer.fail("store unavailable");
                return;
            }
            ModelStore its = sessions.get(session);
            if (its == null) answer.complete(new LoadOutcome.Absent());
            else if (!users.isEmpty() && !users.contains(ModelStore.USER)) answer.complete(new LoadOutcome.Foreign());
            else answer.complete(new LoadOutcome.Found(its.load(owner)));
        };
        if (holdsLoads) held.add(() -> context.runOnContext(now -> answering.run()));
        else answering.run();
        return answer.future();
    }

    @Override
    public Future<CreateOutcome> create(NewSession session) {
        with(session.id());
        return Future.succeededFuture(new CreateOutcome.Made());
    }

    @Override
    public Future<Optional<Claim>> claim(String user, String session, String id) {
        return Future.succeededFuture(Optional.ofNullable(sessions.get(session)).flatMap(its -> its.claim(user, id)));
    }

    @Override
    public Future<Optional<Long>> rootSeq(String session, String run) {
        return Future.succeededFuture(Optional.ofNullable(sessions.get(session)).flatMap(its -> its.rootSeq(run)));
    }

    @Override
    public Future<Integer> recallSessionsSince(String user, long sinceMs) {
        return Future.succeededFuture(0);
    }

    @Override
    public Future<Boolean> exists(String session) {
        return Future.succeededFuture(false);
    }

    @Override
    public Future<Integer> recallsElsewhere(String user, String session) {
        return Future.succeededFuture(0);
    }

    @Override
    public Future<AppendOutcome> append(Append append) {
        if (appendFaults.getAndUpdate(left -> Math.max(0, left - 1)) > 0) throw new IllegalStateException("a fault");
        return Future.succeededFuture(sessions.get(append.session()).append(append));
    }

    @Override
    public Future<Boolean> erase(String session, long owner, Long version) {
        return Future.succeededFuture(sessions.remove(session) != null);
    }
}
