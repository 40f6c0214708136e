package io.reprise.session.shard;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Leases of shards in memory; time passes when the test says so. */
final class MemoryShards implements ShardStore {
    private final Map<String, Long> nodes = new HashMap<>();
    private final Map<Integer, Row> rows = new TreeMap<>();
    private long numbers;
    private long nowMs;

    /** The names of the nodes that a node reaches; all that live if it is missing. */
    final Map<String, Set<String>> cut = new HashMap<>();

    /** Every request fails while it is away. */
    boolean away;

    private record Row(String node, long number, long untilMs) {}

    void pass(long ms) {
        nowMs += ms;
    }

    long nowMs() {
        return nowMs;
    }

    /** Which node each shard belongs to. */
    Map<Integer, String> owners() {
        return rows.entrySet().stream()
                .filter(row -> row.getValue().untilMs > nowMs)
                .collect(Collectors.toMap(Map.Entry::getKey, row -> row.getValue().node));
    }

    Reach reachOf(String node) {
        return () -> cut.getOrDefault(node, nodes.keySet());
    }

    @Override
    public Future<Living> live(String node, long ttlMs) {
        if (away) return Future.failedFuture("away");
        nodes.put(node, nowMs + ttlMs);
        nodes.values().removeIf(until -> until <= nowMs);
        long next = nodes.entrySet().stream()
                .filter(each -> !each.getKey().equals(node))
                .mapToLong(each -> each.getValue() - nowMs)
                .min()
                .orElse(-1);
        return Future.succeededFuture(new Living(nodes.keySet(), next));
    }

    @Override
    public Future<Void> leave(String node) {
        nodes.remove(node);
        return Future.succeededFuture();
    }

    @Override
    public Future<Map<Integer, Long>> take(String node, Collection<Integer> shards, int most, long ttlMs) {
        if (away) return Future.failedFuture("away");
        Map<Integer, Long> taken = new TreeMap<>();
        shards.stream()
                .sorted()
                .filter(shard -> !rows.containsKey(shard) || rows.get(shard).untilMs <= nowMs)
                .limit(most)
                .forEach(shard -> taken.put(shard, ++numbers));
        taken.forEach((shard, number) -> rows.put(shard, new Row(node, number, nowMs + ttlMs)));
        return Future.succeededFuture(taken);
    }

    @Override
    public Future<Set<Integer>> renew(Map<Integer, Long> asked, long ttlMs) {
        if (away) return Future.failedFuture("away");
        Set<Integer> mine = asked.keySet().stream()
                .filter(shard -> rows.containsKey(shard)
                        && rows.get(shard).number == asked.get(shard)
                        && rows.get(shard).untilMs >= 0)
                .collect(Collectors.toSet());
        mine.forEach(shard -> rows.put(shard, new Row(rows.get(shard).node, asked.get(shard), nowMs + ttlMs)));
        return Future.succeededFuture(mine);
    }

    @Override
    public Future<Void> release(Map<Integer, Long> given) {
        given.forEach((shard, number) -> {
            if (rows.get(shard).number == number) rows.put(shard, new Row("", number, -1));
        });
        return Future.succeededFuture();
    }
}
