package io.reprise;

import io.reprise.config.ExpirySettings;
import io.reprise.config.Settings;
import io.reprise.job.Job;
import io.reprise.job.JobSchedule;
import io.reprise.job.Sweep;
import io.reprise.mcp.McpHealth;
import io.reprise.message.ShardMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.secret.Secrets;
import io.reprise.session.erasure.Erasures;
import io.reprise.store.Storage;
import io.reprise.store.database.PgPool;
import io.reprise.store.job.PgExpirySweep;
import io.reprise.store.job.PgOrphanSweep;
import io.reprise.store.job.PgReseal;
import io.reprise.store.job.PgSweeps;
import io.reprise.store.job.PgTemporarySweep;
import io.reprise.store.job.PgUserErasures;
import io.reprise.store.postgres.PgCompaction;
import io.reprise.support.Current;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import java.util.List;
import java.util.function.Supplier;

/** The maintenance jobs of a server; {@code webroot/docs/jobs.md} describes each. */
final class ServerJobs {
    private static final int USER_ERASURE_S = 5;
    private static final int EXPIRY_S = 10;
    /** Time between two checks of all MCP servers. */
    static final int HEALTH_MINUTES = 5;

    private static final int HOURLY_MINUTES = 60;
    private static final int DAILY_MINUTES = 1_440;

    private final Current<Settings> current;
    private final Storage storage;
    private final Erasures erasures;
    private final PgUserErasures userErasures;
    private final EventBus bus;
    private final Secrets secrets;
    private final McpHealth mcp;

    /** @param bus to the owners of sessions */
    ServerJobs(
            Current<Settings> current,
            Storage storage,
            Metrics metrics,
            PgUserErasures userErasures,
            Secrets secrets,
            McpHealth mcp,
            EventBus bus) {
        this.secrets = secrets;
        this.mcp = mcp;
        this.userErasures = userErasures;
        this.bus = bus;
        this.current = current;
        this.storage = storage;
        this.erasures = storage.erasures(metrics);
    }

    /** In the order in which administrators see them. */
    List<Job> all() {
        PgPool pool = storage.pool();
        return List.of(
                Job.withWork(
                        "erasure",
                        new JobSchedule((long) current.get().erasures().pollMs(), null, null),
                        erasures::isAnyDue,
                        order -> this::erase),
                Job.withWork(
                        "user-erasure",
                        JobSchedule.everySeconds(USER_ERASURE_S),
                        userErasures::isAnyAsked,
                        order -> userErasures.sweep(this::erase, batch())),
                Job.withWork(
                        PgExpirySweep.JOB,
                        JobSchedule.everySeconds(EXPIRY_S),
                        () -> PgExpirySweep.isAnyIdle(pool, expiry())
                                .compose(idle -> idle
                                        ? Future.succeededFuture(true)
                                        : PgTemporarySweep.isAnyLeft(pool, leftoverMinutes())),
                        order -> Sweep.oneAfterTheOther(
                                PgTemporarySweep.of(pool, this::erase, leftoverMinutes(), batch()),
                                PgExpirySweep.of(pool, this::expire, expiry(), batch()))),
                Job.ofParts(
                        "checkpoint-cleanup",
                        JobSchedule.everyMinutes(HOURLY_MINUTES),
                        storage.checkpoints().cleanup()),
                Job.ofAll(
                        "claim-cleanup",
                        JobSchedule.everyMinutes(HOURLY_MINUTES),
                        order -> Sweep.oneAfterTheOther(
                                PgSweeps.claims(pool, claimHours(), batch()),
                                PgSweeps.erasedSessions(pool, claimHours(), batch()))),
                Job.ofAll(
                        "log-compaction",
                        JobSchedule.everyMinutes(DAILY_MINUTES),
                        order -> new PgCompaction(pool, current.get().log(), batch())),
                Job.ofAll("orphan-sweep", JobSchedule.everyMinutes(DAILY_MINUTES), order -> orphans()),
                Job.ofAll(
                        "audit-retention",
                        JobSchedule.everyMinutes(DAILY_MINUTES),
                        order -> PgSweeps.audit(pool, current.get().jobs().auditDays(), batch())),
                Job.ofAll(
                        "usage-retention",
                        JobSchedule.everyMinutes(DAILY_MINUTES),
                        order -> Sweep.oneAfterTheOther(
                                PgSweeps.modelUses(pool, current.get().usage().keptDays(), batch()),
                                PgSweeps.usageDays(pool, current.get().usage().keptDays(), batch()))),
                Job.ofAll("mcp-health", JobSchedule.everyMinutes(HEALTH_MINUTES), order -> this::health),
                Job.ofAll("secret-renewal", JobSchedule.everyMinutes(DAILY_MINUTES), order -> renewal()),
                Job.ofAll(
                        "delivery-retention",
                        JobSchedule.everyMinutes(DAILY_MINUTES),
                        order -> Sweep.oneAfterTheOther(
                                PgSweeps.hookDeliveries(
                                        pool, current.get().hooks().deliveryDays(), batch()),
                                Sweep.oneAfterTheOther(
                                        PgSweeps.webhookDeliveries(
                                                pool, current.get().webhooks().deliveryDays(), batch()),
                                        Sweep.oneAfterTheOther(
                                                PgSweeps.pushMessages(
                                                        pool,
                                                        current.get().push().ttlMinutes(),
                                                        batch()),
                                                PgSweeps.pushSubscriptions(pool, batch()))))),
                Job.ofAll(
                        "job-history-retention",
                        JobSchedule.everyMinutes(DAILY_MINUTES),
                        order -> PgSweeps.jobRuns(pool, current.get().jobs().historyDays(), batch())));
    }

    /** Fails if nothing could be erased, because a store is unavailable. Pauses between retries are the outbox's. */
    private Future<Sweep.Batch> erase() {
        int limit = current.get().erasures().batch();
        return erasures.eraseDue(limit)
                .compose(tried -> tried.due() > 0 && tried.erased() == 0
                        ? Future.failedFuture("a store with copies is unavailable")
                        : Future.succeededFuture(new Sweep.Batch(tried.due(), tried.erased(), tried.due() >= limit)));
    }

    private void erase(int shard, long owner, String session) {
        bus.send(Addresses.shard(shard, owner), new ShardMessage.EraseSession(session));
    }

    private void expire(int shard, long owner, String session) {
        bus.send(Addresses.shard(shard, owner), new ShardMessage.ExpireSession(session));
    }

    private ExpirySettings expiry() {
        return current.get().sessions().expiry();
    }

    private int leftoverMinutes() {
        return current.get().completions().leftoverMinutes();
    }

    private Sweep orphans() {
        Sweep sweep = Sweep.oneAfterTheOther(
                new PgOrphanSweep(storage.pool(), batch()),
                storage.attachments().sweep(batch()));
        for (Supplier<Sweep> ofCheckpoints : storage.checkpoints().orphans()) {
            sweep = Sweep.oneAfterTheOther(sweep, ofCheckpoints.get());
        }
        return sweep;
    }

    private Future<Sweep.Batch> health() {
        return Future.fromCompletionStage(mcp.checkAll()).map(count -> new Sweep.Batch(count, 0, false));
    }

    private Sweep renewal() {
        return secrets.box()
                .<Sweep>map(box -> new PgReseal(storage.pool(), box, batch()))
                .orElse(() -> Future.succeededFuture(new Sweep.Batch(0, 0, false)));
    }

    private int claimHours() {
        return current.get().sessions().claimHours();
    }

    private int batch() {
        return current.get().jobs().batch();
    }
}
