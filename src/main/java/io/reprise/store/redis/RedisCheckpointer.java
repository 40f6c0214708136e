package io.reprise.store.redis;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.config.Settings;
import io.reprise.config.storage.CheckpointSettings;
import io.reprise.config.storage.RedisSettings;
import io.reprise.history.CheckpointInfo;
import io.reprise.job.Job.Order;
import io.reprise.job.Sweep;
import io.reprise.store.checkpoint.KeptCheckpoint;
import io.reprise.store.checkpoint.NeededCheckpoints;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints in a separate Redis database: a hash {@code checkpoint:SESSION:CHECKPOINT} per checkpoint, and a sorted
 * set {@code checkpoints:SESSION} of the ids of a session, by seq. A job deletes expired ones.
 */
public final class RedisCheckpointer implements Checkpointer {
    private static final Logger log = LoggerFactory.getLogger(RedisCheckpointer.class);
    private static final String LEFT_OUT = "Redis is skipped for a while because it did not answer";

    private static final String USED = "used_memory:";

    /** An idle connection is closed after this time, before a firewall drops it. */
    private static final int UNUSED_MS_MAX = 30_000;

    private static final int UNUSED_LOOK_MS = 5_000;

    /** A connection to a lost peer stays in the pool for this long, together with its pending requests. */
    private static final int SILENT_MS_MAX = 60_000;

    private final Redis redis;
    private final Current<CheckpointSettings> settings;
    private final WallClock time;
    private final Breaker breaker;
    private final Metrics metrics;

    private RedisCheckpointer(
            Redis redis, Current<CheckpointSettings> settings, WallClock time, Breaker breaker, Metrics metrics) {
        this.redis = redis;
        this.settings = settings;
        this.time = time;
        this.breaker = breaker;
        this.metrics = metrics;
    }

    /** Creates the client. It connects at the first request. */
    public static RedisCheckpointer open(
            Vertx vertx, Current<Settings> settings, WallClock time, MonotonicClock clock, Metrics metrics) {
        RedisSettings server = settings.get().redis();
        CheckpointSettings checkpoints = settings.get().checkpoints();
        RedisOptions options = new RedisOptions()
                .setConnectionString(server.url() + "/" + checkpoints.redisDatabase())
                .setMaxPoolSize(server.poolSize())
                .setMaxPoolWaiting(server.waitingMax())
                .setPoolRecycleTimeout(UNUSED_MS_MAX)
                .setPoolCleanerInterval(UNUSED_LOOK_MS)
                .setNetClientOptions(new NetClientOptions()
                        .setConnectTimeout(checkpoints.timeoutMs())
                        .setIdleTimeout(SILENT_MS_MAX)
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS));
        Breaker breaker = new Breaker(checkpoints.silencesMax(), checkpoints.leaveOutMs(), clock);
        return new RedisCheckpointer(
                Redis.createClient(vertx, options), settings.map(Settings::checkpoints), time, breaker, metrics);
    }

    public Future<Void> close() {
        return redis.close();
    }

    @Override
    public Future<SaveOutcome> save(Checkpoint checkpoint) {
        KeptCheckpoint made = KeptCheckpoint.of(checkpoint, time.nowMs());
        CheckpointInfo info = made.info();
        if (info.bytes() > settings.get().bytesMax()) {
            return Future.succeededFuture(new SaveOutcome.TooLarge(info.bytes()));
        }
        return send(RedisScripts.SAVE
                        .on(checkpoint.session())
                        .arg(info.id())
                        .arg(settings.get().sessionMax())
                        .arg(info.run())
                        .arg(info.seq())
                        .arg(info.atMs())
                        .arg(info.step())
                        .arg(info.bytes())
                        .arg(Buffer.buffer(made.body())))
                .map(done -> new SaveOutcome.Saved());
    }

    /** Also while Redis is skipped: a run waits for it, and repeats the request until Redis answers. */
    @Override
    public Future<Optional<Checkpoint>> load(String session, String id) {
        return sendAnyway(Request.cmd(Command.HGET)
                        .arg(RedisScripts.key(session, id))
                        .arg("body"))
                .map(body -> body == null ? Optional.empty() : KeptCheckpoint.read(session, id, body.toBytes()));
    }

    /** Memory that Redis uses, in bytes. */
    public Future<Long> bytes() {
        return send(Request.cmd(Command.INFO).arg("memory")).map(RedisCheckpointer::used);
    }

    private static long used(Response info) {
        return info.toString()
                .lines()
                .filter(line -> line.startsWith(USED))
                .findFirst()
                .map(line -> Long.parseLong(line.substring(USED.length()).strip()))
                .orElse(0L);
    }

    /** Deletes those that are at least {@code ageMs} old and that are not needed. */
    public Sweep sweep(Order order, long ageMs, int batch, NeededCheckpoints needed) {
        return new RedisCheckpointSweep(this::send, order, time.nowMs() - ageMs, batch, needed);
    }

    /**
     * Deletes those of sessions that do not exist.
     *
     * @param existing those of some sessions that exist
     */
    public Sweep orphans(Function<Set<String>, Future<Set<String>>> existing, int batch) {
        return new RedisOrphanSweep(this::send, existing, batch);
    }

    @Override
    public Future<Void> erase(String session, long upToSeq) {
        return send(RedisScripts.ERASE.on(session).arg(upToSeq)).mapEmpty();
    }

    @Override
    public Future<List<CheckpointInfo>> list(String session, long beforeSeq, int limit) {
        return send(RedisScripts.LIST.on(session).arg(beforeSeq).arg(limit).arg(tooOldMs()))
                .map(found -> {
                    List<CheckpointInfo> infos = new ArrayList<>(found.size());
                    for (Response one : found) infos.add(info(one.get(0).toString(), one.get(1)));
                    return infos;
                });
    }

    @Override
    public Future<Optional<CheckpointInfo>> find(String session, String id) {
        Request request = Request.cmd(Command.HMGET).arg(RedisScripts.key(session, id));
        RedisScripts.INFO.forEach(request::arg);
        return send(request)
                .map(found -> isYoung(found.get(RedisScripts.INFO.indexOf("at")))
                        ? Optional.of(info(id, found))
                        : Optional.empty());
    }

    /** Sends a request and counts timeouts. A refused connection fails immediately and is not counted. */
    private Future<Response> send(Request request) {
        if (!breaker.admits()) {
            metrics.checkpointsLeftOut();
            return Future.failedFuture(LEFT_OUT);
        }
        return sendAnyway(request);
    }

    private Future<Response> sendAnyway(Request request) {
        return redis.send(request)
                .timeout(settings.get().timeoutMs(), TimeUnit.MILLISECONDS)
                .onComplete(done -> {
                    if (done.succeeded() || isRefusal(done.cause())) answered();
                    else if (done.cause() instanceof TimeoutException) silent();
                });
    }

    /** Whether Redis answered with an error. */
    private static boolean isRefusal(Throwable cause) {
        return (Object) cause instanceof Response;
    }

    private void answered() {
        if (breaker.answered()) log.atInfo().log("Redis is available again");
    }

    private void silent() {
        if (!breaker.silent()) return;
        log.atWarn().addKeyValue("leaveOutMs", settings.get().leaveOutMs()).log("Redis does not answer; skipping it");
    }

    private boolean isYoung(Response at) {
        return at != null && at.toLong() > tooOldMs();
    }

    private long tooOldMs() {
        return time.nowMs() - settings.get().retentionMs();
    }

    /** @param values in the order of {@link RedisScripts#INFO} */
    private static CheckpointInfo info(String id, Response values) {
        return new CheckpointInfo(
                id,
                values.get(0).toString(),
                values.get(1).toLong(),
                values.get(2).toLong(),
                values.get(3).toInteger(),
                values.get(4).toInteger());
    }
}
