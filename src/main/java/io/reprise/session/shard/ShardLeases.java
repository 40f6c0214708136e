package io.reprise.session.shard;

import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards of one session verticle in a cluster. Each node owns its fair share of them; more than that is given back
 * as soon as nothing happens in a shard. A lease counts from the moment at which the last successful renewal was sent,
 * so it is over here before others can take the shard. A lease that is over is still renewed if nobody has taken the
 * shard. For one event loop.
 *
 * <p>A node that messages cannot reach must not own shards, although it reaches the store: the other nodes could do nothing
 * with these. So of nodes that a fault of the network has separated only those on the larger side own shards; of two equal
 * sides, the one with the first of all names.
 */
public final class ShardLeases {
    private static final Logger log = LoggerFactory.getLogger(ShardLeases.class);

    private static final long NEVER = -1;

    private final ShardStore store;
    private final Reach reach;
    private final Place place;
    private final Holder holder;
    private final MonotonicClock clock;
    private final Metrics metrics;
    private final Map<Integer, Long> numbers = new TreeMap<>();
    private final Map<Integer, Long> untilMs = new HashMap<>();
    private volatile long aloneSinceMs = NEVER;
    private boolean busy;
    private boolean ending;

    /**
     * What is leased.
     *
     * @param shards all that this verticle may own; a shard is among those of one verticle of each node
     */
    public record Place(String node, Collection<Integer> shards, long leaseMs, long renewMs) {}

    /** Who uses the shards. */
    public interface Holder {
        /** These shards are owned from now on. */
        void took(Map<Integer, Long> taken);

        /** These shards are not owned any more, and must not be used. Called before others can take them. */
        void lost(Set<Integer> shards);

        /** Whether nothing happens in the shard, so that another node can take it and nobody notices. */
        boolean isQuiet(int shard);

        /** Shards were given back. */
        void gaveBack();
    }

    public ShardLeases(
            ShardStore store, Reach reach, Place place, Holder holder, MonotonicClock clock, Metrics metrics) {
        this.store = store;
        this.reach = reach;
        this.place = place;
        this.holder = holder;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Whether nobody else can have taken the shard yet. */
    public boolean isHeld(int shard) {
        Long until = untilMs.get(shard);
        return until != null && clock.elapsedMs() < until;
    }

    /** The shards whose owner number is this node's as far as it knows. */
    public Set<Integer> owned() {
        return Set.copyOf(numbers.keySet());
    }

    /**
     * Renews what is owned, takes what is missing of the fair share, and gives back what exceeds it. Does nothing while
     * an earlier turn is not over.
     *
     * @return the time after which the next turn is due; a failed future means that the store did not answer
     */
    public Future<Long> turn() {
        if (busy) return Future.succeededFuture(place.renewMs());
        busy = true;
        return renew().compose(renewed -> ending ? giveBackQuiet(0).map(place.renewMs()) : share())
                .onComplete(done -> busy = false);
    }

    private Future<?> renew() {
        if (numbers.isEmpty()) return Future.succeededFuture();
        Map<Integer, Long> asked = Map.copyOf(numbers);
        long sentMs = clock.elapsedMs();
        return store.renew(asked, place.leaseMs()).onSuccess(renewed -> {
            renewed.stream().filter(numbers::containsKey).forEach(shard -> heldSince(shard, sentMs));
            Set<Integer> gone = asked.keySet().stream()
                    .filter(shard -> !renewed.contains(shard) && numbers.containsKey(shard))
                    .collect(Collectors.toCollection(TreeSet::new));
            if (gone.isEmpty()) return;
            log.atWarn().addKeyValue("shards", gone).log("other nodes have taken shards of this node");
            metrics.shards("lost", gone.size());
            lose(gone);
        });
    }

    private void heldSince(int shard, long sentMs) {
        untilMs.put(shard, sentMs + place.leaseMs());
    }

    private Future<Long> share() {
        return store.live(place.node(), place.leaseMs()).compose(living -> {
            Set<String> reached = reached(living.nodes());
            long nextMs = living.nextEndMs() < 0 ? place.renewMs() : Math.min(place.renewMs(), living.nextEndMs() + 1);
            return share(reached, isMinority(reached, living.nodes())).map(Math.max(1, nextMs));
        });
    }

    private Future<?> share(Set<String> reached, boolean minority) {
        if (minority) return withoutOthers();
        if (isCutOff()) log.atInfo().log("this node reaches the other nodes again");
        aloneSinceMs = NEVER;
        int share = Math.ceilDiv(place.shards().size(), reached.size());
        return numbers.size() < share ? take(share - numbers.size()) : giveBackQuiet(share);
    }

    private Set<String> reached(Set<String> living) {
        Set<String> reached = new TreeSet<>(living);
        reached.retainAll(reach.nodes());
        reached.add(place.node());
        return reached;
    }

    private static boolean isMinority(Set<String> reached, Set<String> living) {
        int missing = living.size() - reached.size();
        return reached.size() < missing || reached.size() == missing && !reached.contains(Collections.min(living));
    }

    /** Takes nothing. Gives all back after the time of a lease: those that are missing would be taken for dead by then. */
    private Future<?> withoutOthers() {
        if (aloneSinceMs == NEVER) aloneSinceMs = clock.elapsedMs();
        if (numbers.isEmpty() || !isCutOff()) return Future.succeededFuture();
        log.atWarn().log("this node reaches the database but not the other nodes; it gives its shards to them");
        return giveBack(owned());
    }

    /**
     * Whether this node has been on the smaller side of a fault of the network for the time of a lease. Before, those that it
     * does not reach may have died. For any thread.
     */
    public boolean isCutOff() {
        long sinceMs = aloneSinceMs;
        return sinceMs != NEVER && clock.elapsedMs() - sinceMs >= place.leaseMs();
    }

    private Future<?> take(int most) {
        List<Integer> missing = place.shards().stream()
                .filter(shard -> !numbers.containsKey(shard))
                .toList();
        long sentMs = clock.elapsedMs();
        return store.take(place.node(), missing, most, place.leaseMs()).compose(taken -> {
            if (taken.isEmpty()) return Future.succeededFuture();
            if (ending) return store.release(taken);
            numbers.putAll(taken);
            taken.keySet().forEach(shard -> heldSince(shard, sentMs));
            metrics.shards("taken", taken.size());
            log.atInfo().addKeyValue("shards", taken.size()).log("took shards");
            holder.took(taken);
            return Future.succeededFuture();
        });
    }

    private Future<?> giveBackQuiet(int share) {
        Set<Integer> quiet = numbers.keySet().stream()
                .filter(holder::isQuiet)
                .limit(Math.max(0, numbers.size() - share))
                .collect(Collectors.toCollection(TreeSet::new));
        return giveBack(quiet);
    }

    private Future<?> giveBack(Set<Integer> shards) {
        if (shards.isEmpty()) return Future.succeededFuture();
        Map<Integer, Long> given = new HashMap<>(numbers);
        given.keySet().retainAll(shards);
        lose(shards);
        metrics.shards("given", shards.size());
        log.atInfo().addKeyValue("shards", shards.size()).log("gave shards back");
        return store.release(given).onSuccess(done -> holder.gaveBack());
    }

    private void lose(Set<Integer> shards) {
        numbers.keySet().removeAll(shards);
        untilMs.keySet().removeAll(shards);
        holder.lost(shards);
    }

    /** From now on takes nothing more, and each turn gives back what is quiet. */
    public void ending() {
        ending = true;
    }

    /** Gives everything back, whatever happens in it. */
    public Future<?> end() {
        ending = true;
        return giveBack(Set.copyOf(numbers.keySet())).eventually(() -> store.leave(place.node()));
    }
}
