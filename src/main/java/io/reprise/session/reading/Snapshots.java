package io.reprise.session.reading;

import io.reprise.config.Settings;
import io.reprise.history.Histories;
import io.reprise.history.StoreAway;
import io.reprise.history.Workers;
import io.reprise.message.log.LogRow;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Creates and caches the pages of snapshots. A snapshot is created once for all its pages and for all readers at the
 * same event, one at a time per session; snapshots of an erased session are removed immediately. For one event loop.
 */
public final class Snapshots {
    private final Timers timers;
    private final Maker maker;
    private final Current<Limits> limits;
    private final LongSupplier nowMs;
    private final Map<Key, Promise<List<String>>> making = new HashMap<>();
    private final Deque<Order> waiting = new ArrayDeque<>();
    private final Set<String> busy = new HashSet<>();

    /** Least recently used first. */
    private final LinkedHashMap<Key, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

    private long keptBytes;
    private boolean expiring;

    /** A session at a certain event. */
    public record Key(String session, String epoch, long at) {}

    /**
     * @param keepMs time since the last use after which a snapshot is removed
     * @param bytesMax size limit of the cache; a single snapshot may exceed it
     * @param atOnceMax most snapshots that are created at the same time
     * @param waitingMax most requests that wait for that
     */
    record Limits(int keepMs, long bytesMax, int atOnceMax, int waitingMax) {}

    /** Creates all pages of a snapshot, not on the event loop. */
    interface Maker {
        Future<List<String>> pages(Key key, List<LogRow> unstored);
    }

    /** Runs a task later on this event loop. */
    interface Timers {
        void after(long ms, Runnable task);
    }

    private record Order(Key key, List<LogRow> unstored) {}

    private record Kept(List<String> pages, long bytes, long usedMs) {}

    /** @param nowMs a monotonic clock */
    Snapshots(Timers timers, Maker maker, Current<Limits> limits, LongSupplier nowMs) {
        this.timers = timers;
        this.maker = maker;
        this.limits = limits;
        this.nowMs = nowMs;
    }

    /** With limits from the settings; the event loops of the node share the size limit. */
    public static Snapshots of(
            Vertx vertx, Current<Settings> current, Histories histories, Workers workers, LongSupplier nowMs) {
        Maker maker = (key, unstored) -> {
            int sizeMax = current.get().log().pageBytesMax();
            return histories
                    .newest(key.session(), key.at(), current.get().sessions().snapshotMessages(), unstored)
                    .compose(newest -> workers.run(() -> SnapshotFrames.of(key, newest, sizeMax)));
        };
        Current<Limits> limits = current.map(Settings::sessions)
                .map(now -> new Limits(
                        now.snapshotKeepMs(),
                        now.snapshotBytesMax() / now.instances(),
                        now.readThreads(),
                        now.waitingMax()));
        return new Snapshots((ms, task) -> vertx.setTimer(ms, timer -> task.run()), maker, limits, nowMs);
    }

    /**
     * All pages of the snapshot, beginning with the first.
     *
     * @param unstored rows that are not stored yet
     */
    public Future<List<String>> pages(Key key, List<LogRow> unstored) {
        Kept found = kept.get(key);
        if (found != null) {
            kept.put(key, new Kept(found.pages(), found.bytes(), nowMs.getAsLong()));
            return Future.succeededFuture(found.pages());
        }
        Promise<List<String>> underWay = making.get(key);
        if (underWay != null) return underWay.future();
        if (waiting.size() >= limits.get().waitingMax()) {
            return Future.failedFuture(
                    new StoreAway(new IllegalStateException("too many snapshots are waiting to be made")));
        }
        Promise<List<String>> made = Promise.promise();
        making.put(key, made);
        waiting.add(new Order(key, unstored));
        makeNext();
        return made.future();
    }

    /** The session's log is erased: removes its snapshots. */
    public void forget(String session) {
        making.keySet().removeIf(key -> key.session().equals(session));
        List.copyOf(kept.keySet()).stream()
                .filter(key -> key.session().equals(session))
                .forEach(this::drop);
    }

    long keptBytes() {
        return keptBytes;
    }

    /** Starts waiting snapshots. Those of a session wait while another one of the same session is being created. */
    private void makeNext() {
        Iterator<Order> orders = waiting.iterator();
        while (orders.hasNext() && busy.size() < limits.get().atOnceMax()) {
            Order order = orders.next();
            if (!busy.add(order.key().session())) continue;
            orders.remove();
            make(order);
        }
    }

    private void make(Order order) {
        Key key = order.key();
        Promise<List<String>> promised = making.get(key);
        if (promised == null) {
            // The session was erased meanwhile.
            busy.remove(key.session());
            return;
        }
        maker.pages(key, order.unstored()).onComplete(done -> {
            busy.remove(key.session());
            if (making.remove(key, promised) && done.succeeded()) keep(key, done.result());
            if (done.succeeded()) promised.complete(done.result());
            else promised.fail(done.cause());
            makeNext();
        });
    }

    private void keep(Key key, List<String> pages) {
        long bytes = pages.stream().mapToLong(String::length).sum();
        kept.put(key, new Kept(pages, bytes, nowMs.getAsLong()));
        keptBytes += bytes;
        while (keptBytes > limits.get().bytesMax() && kept.size() > 1)
            drop(kept.firstEntry().getKey());
        expireLater(limits.get().keepMs());
    }

    private void drop(Key key) {
        keptBytes -= kept.remove(key).bytes();
    }

    private void expireLater(long delayMs) {
        if (expiring) return;
        expiring = true;
        timers.after(Math.max(1, delayMs), this::expire);
    }

    private void expire() {
        expiring = false;
        long sinceMs = nowMs.getAsLong() - limits.get().keepMs();
        while (!kept.isEmpty() && kept.firstEntry().getValue().usedMs() <= sinceMs)
            drop(kept.firstEntry().getKey());
        if (!kept.isEmpty()) expireLater(kept.firstEntry().getValue().usedMs() - sinceMs);
    }
}
