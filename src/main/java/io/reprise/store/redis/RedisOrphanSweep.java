package io.reprise.store.redis;

import io.reprise.job.Sweep;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Deletes checkpoints of sessions that do not exist. */
final class RedisOrphanSweep implements Sweep {
    private static final String END = "0";
    private static final String CHECKPOINT = "checkpoint:";

    private final Function<Request, Future<Response>> redis;
    private final Function<Set<String>, Future<Set<String>>> existing;
    private final int batch;
    private String cursor = END;

    /** @param existing those of some sessions that exist */
    RedisOrphanSweep(
            Function<Request, Future<Response>> redis, Function<Set<String>, Future<Set<String>>> existing, int batch) {
        this.redis = redis;
        this.existing = existing;
        this.batch = batch;
    }

    @Override
    public Future<Batch> next() {
        return redis.apply(Request.cmd(Command.SCAN)
                        .arg(cursor)
                        .arg("MATCH")
                        .arg("checkpoint*")
                        .arg("COUNT")
                        .arg(batch))
                .compose(page -> {
                    cursor = page.get(0).toString();
                    Map<String, List<String>> keys = bySession(page.get(1));
                    if (keys.isEmpty()) return done(0, 0);
                    return existing.apply(keys.keySet()).compose(found -> delete(keys, found));
                });
    }

    private static Map<String, List<String>> bySession(Response keys) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        for (Response one : keys) {
            String key = one.toString();
            String session = sessionOf(key);
            if (session != null) {
                found.computeIfAbsent(session, same -> new ArrayList<>()).add(key);
            }
        }
        return found;
    }

    /** Null for keys of others. */
    private static String sessionOf(String key) {
        if (key.startsWith(RedisScripts.SESSION)) return key.substring(RedisScripts.SESSION.length());
        int end = key.indexOf(':', CHECKPOINT.length());
        return key.startsWith(CHECKPOINT) && end > 0 ? key.substring(CHECKPOINT.length(), end) : null;
    }

    private Future<Batch> delete(Map<String, List<String>> keys, Set<String> existing) {
        List<String> orphans = keys.entrySet().stream()
                .filter(entry -> !existing.contains(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .toList();
        long processed = keys.values().stream().mapToLong(List::size).sum();
        if (orphans.isEmpty()) return done(processed, 0);
        Request request = Request.cmd(Command.UNLINK);
        orphans.forEach(request::arg);
        return redis.apply(request).compose(deleted -> done(processed, deleted.toLong()));
    }

    private Future<Batch> done(long processed, long deleted) {
        return Future.succeededFuture(new Batch(processed, deleted, !cursor.equals(END)));
    }
}
