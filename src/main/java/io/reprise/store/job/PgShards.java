package io.reprise.store.job;

import io.reprise.session.shard.ShardStore;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Leases of shards, and of the names of living nodes, in PostgreSQL by its clock. */
public final class PgShards implements ShardStore {
    /** Nodes are leases of their own: whose lease is over, is dead. */
    private static final String NODE = "node ";

    static final String LIVE = """
            INSERT INTO lease (name, owner, number, until)
            VALUES ($1, $2, nextval('lease_number'), clock_timestamp() + $3 * interval '1 ms')
            ON CONFLICT (name) DO UPDATE SET until = clock_timestamp() + $3 * interval '1 ms'""";

    static final String LIVING = """
            SELECT owner, ceil(extract(epoch FROM until - clock_timestamp()) * 1000)::bigint AS end_ms
            FROM lease WHERE name LIKE 'node %' AND name <> $1 AND until > clock_timestamp()""";

    static final String LEAVE = "DELETE FROM lease WHERE name = $1 OR name LIKE 'node %' AND until < clock_timestamp()";

    /** Rows of shards that nobody has owned yet. */
    static final String KNOW = """
            INSERT INTO shard (shard, node, number) SELECT new.shard, '', nextval('owner_number')
            FROM unnest($1::int[]) AS new (shard)
            WHERE NOT EXISTS (SELECT 1 FROM shard WHERE shard.shard = new.shard)
            ON CONFLICT (shard) DO NOTHING""";

    static final String TAKE = """
            UPDATE shard SET node = $1, number = nextval('owner_number'), taken_at = now(),
                   until = clock_timestamp() + $4 * interval '1 ms'
            WHERE shard IN (
                SELECT shard FROM shard
                WHERE shard = ANY ($2) AND (until IS NULL OR until <= clock_timestamp())
                ORDER BY shard LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING shard, number""";

    static final String RENEW = """
            UPDATE shard SET until = clock_timestamp() + $3 * interval '1 ms'
            FROM unnest($1::int[], $2::bigint[]) AS mine (shard, number)
            WHERE shard.shard = mine.shard AND shard.number = mine.number AND shard.until IS NOT NULL
            RETURNING shard.shard AS shard""";

    static final String RELEASE = """
            UPDATE shard SET until = NULL FROM unnest($1::int[], $2::bigint[]) AS mine (shard, number)
            WHERE shard.shard = mine.shard AND shard.number = mine.number""";

    private final PgPool pool;

    public PgShards(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Living> live(String node, long ttlMs) {
        return pool.run(LIVE, Tuple.of(NODE + node, node, ttlMs))
                .compose(done -> pool.run(LIVING, Tuple.of(NODE + node)))
                .map(others -> living(node, others));
    }

    private static Living living(String node, RowSet<Row> others) {
        Set<String> nodes = new HashSet<>(Set.of(node));
        long nextEndMs = Long.MAX_VALUE;
        for (Row other : others) {
            nodes.add(other.getString("owner"));
            nextEndMs = Math.min(nextEndMs, Math.max(0, other.getLong("end_ms")));
        }
        return new Living(nodes, nodes.size() == 1 ? -1 : nextEndMs);
    }

    @Override
    public Future<Void> leave(String node) {
        return pool.run(LEAVE, Tuple.of(NODE + node)).mapEmpty();
    }

    @Override
    public Future<Map<Integer, Long>> take(String node, Collection<Integer> shards, int most, long ttlMs) {
        Integer[] asked = shards.toArray(Integer[]::new);
        return pool.run(KNOW, Tuple.tuple().addArrayOfInteger(asked))
                .compose(known -> pool.run(
                        TAKE,
                        Tuple.of(node).addArrayOfInteger(asked).addInteger(most).addLong(ttlMs)))
                .map(PgShards::numbers);
    }

    private static Map<Integer, Long> numbers(RowSet<Row> rows) {
        Map<Integer, Long> numbers = new HashMap<>();
        for (Row row : rows) numbers.put(row.getInteger("shard"), row.getLong("number"));
        return numbers;
    }

    @Override
    public Future<Set<Integer>> renew(Map<Integer, Long> numbers, long ttlMs) {
        return pool.run(RENEW, both(numbers).addLong(ttlMs)).map(rows -> {
            Set<Integer> renewed = new HashSet<>();
            for (Row row : rows) renewed.add(row.getInteger("shard"));
            return renewed;
        });
    }

    @Override
    public Future<Void> release(Map<Integer, Long> numbers) {
        return pool.run(RELEASE, both(numbers)).mapEmpty();
    }

    private static Tuple both(Map<Integer, Long> numbers) {
        return Tuple.tuple()
                .addArrayOfInteger(numbers.keySet().toArray(Integer[]::new))
                .addArrayOfLong(numbers.values().toArray(Long[]::new));
    }
}
