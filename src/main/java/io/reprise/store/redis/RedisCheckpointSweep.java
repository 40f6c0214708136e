package io.reprise.store.redis;

import io.reprise.job.Job.Order;
import io.reprise.job.Sweep;
import io.reprise.store.checkpoint.NeededCheckpoints;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Goes through the sessions with {@code SCAN}, which blocks Redis for a few keys at a time only, and deletes their old
 * checkpoints that are not needed. {@code SCAN} may return a session twice; its checkpoints are then counted twice.
 */
final class RedisCheckpointSweep implements Sweep {
    private static final String END = "0";

    private final Function<Request, Future<Response>> redis;
    private final Order order;
    private final long untilMs;
    private final int batch;
    private final NeededCheckpoints needed;
    private String cursor = END;

    /** @param untilMs time of the youngest that is old */
    RedisCheckpointSweep(
            Function<Request, Future<Response>> redis, Order order, long untilMs, int batch, NeededCheckpoints needed) {
        this.redis = redis;
        this.order = order;
        this.untilMs = untilMs;
        this.batch = batch;
        this.needed = needed;
    }

    @Override
    public Future<Batch> next() {
        return sessions().compose(sessions -> needed.of(sessions, order.user())).compose(this::clean);
    }

    private Future<List<String>> sessions() {
        if (order.session() != null) return Future.succeededFuture(List.of(order.session()));
        return redis.apply(Request.cmd(Command.SCAN)
                        .arg(cursor)
                        .arg("MATCH")
                        .arg(RedisScripts.SESSION + "*")
                        .arg("COUNT")
                        .arg(batch))
                .map(page -> {
                    cursor = page.get(0).toString();
                    List<String> found = new ArrayList<>();
                    for (Response key : page.get(1)) {
                        found.add(key.toString().substring(RedisScripts.SESSION.length()));
                    }
                    return found;
                });
    }

    private Future<Batch> clean(Map<String, Set<String>> neededBySession) {
        return clean(neededBySession.entrySet().iterator(), new Batch(0, 0, !cursor.equals(END)));
    }

    /** One session after the other, so that requests of runs come in between. */
    private Future<Batch> clean(Iterator<Map.Entry<String, Set<String>>> sessions, Batch soFar) {
        if (!sessions.hasNext()) return Future.succeededFuture(soFar);
        Map.Entry<String, Set<String>> session = sessions.next();
        Request request = RedisScripts.CLEAN.on(session.getKey()).arg(untilMs);
        session.getValue().forEach(request::arg);
        return redis.apply(request)
                .compose(counts -> clean(
                        sessions,
                        new Batch(
                                soFar.processed() + counts.get(0).toLong(),
                                soFar.deleted() + counts.get(1).toLong(),
                                soFar.more())));
    }
}
