package io.reprise;

import io.reprise.config.Settings;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.history.Histories;
import io.reprise.history.LogReader;
import io.reprise.history.Workers;
import io.reprise.session.recall.SchedulePreview;
import io.reprise.store.Storage;
import io.reprise.store.account.PgMemories;
import io.reprise.store.account.PgPreferences;
import io.reprise.store.directory.PgFeedbackDirectory;
import io.reprise.store.directory.PgSessionDirectory;
import io.reprise.store.postgres.PgAudit;
import io.reprise.store.postgres.PgLogReader;
import io.reprise.store.postgres.PgRecallDirectory;
import io.reprise.store.usage.PgUsage;
import io.reprise.support.Current;
import io.reprise.support.Permits;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;

/** What reads stored conversations and lists: connections, threads and permits of their own, so that writes never wait. */
final class ServerReads {
    private final Vertx vertx;
    private final Current<Settings> current;
    private final Settings settings;
    private final Storage storage;
    private final WallClock time;
    private final Workers workers;
    private final Workers contextWorkers;
    private final Permits wholeReads;

    ServerReads(Vertx vertx, Current<Settings> current, Storage storage, WallClock time) {
        this.vertx = vertx;
        this.current = current;
        this.settings = current.get();
        this.storage = storage;
        this.time = time;
        int readThreads = settings.sessions().readThreads();
        this.workers = workers("reprise-read", readThreads);
        this.contextWorkers = workers("reprise-context", readThreads);
        this.wholeReads = new Permits(
                current.map(now -> now.sessions().wholeReadsMax()),
                current.map(now -> now.sessions().wholeReadsPerUserMax()));
    }

    /** Threads that end together with Vert.x. */
    private Workers workers(String name, int number) {
        WorkerExecutor threads = vertx.createSharedWorkerExecutor(name, number);
        return new Workers() {
            @Override
            public <T> Future<T> run(Callable<T> work) {
                return threads.executeBlocking(work, false);
            }
        };
    }

    Workers workers() {
        return workers;
    }

    /** Permits for exports and forks together. */
    Permits wholeReads() {
        return wholeReads;
    }

    GatewayParts.ReadSide ofGateways() {
        return new GatewayParts.ReadSide(
                directory(),
                new PgRecallDirectory(storage.readPool()),
                new SchedulePreview(current.map(Settings::recalls), time),
                new PgAudit(storage.readPool()),
                storage.checkpoints().checkpointer(),
                new Histories(log(), workers),
                new PgPreferences(storage.pool(), storage.readPool()),
                memories(),
                searches(),
                wholeReads,
                new PgUsage(storage.pool(), storage.readPool()),
                new PgFeedbackDirectory(
                        storage.readPool(), current.map(now -> now.feedback().lookedAtMax())));
    }

    PgMemories memories() {
        return new PgMemories(storage.pool(), storage.readPool());
    }

    GatewayParts.Files files() {
        return new GatewayParts.Files(
                storage.attachments(),
                workers("reprise-thumbnail", settings.attachments().thumbnailThreads()),
                new Permits(
                        current.map(now -> now.attachments().uploadsMax()),
                        current.map(now -> now.attachments().uploadsPerUserMax())));
    }

    PgSessionDirectory directory() {
        return new PgSessionDirectory(
                storage.readPool(), current.map(now -> now.search().timeMs()));
    }

    LogReader log() {
        return new PgLogReader(storage.readPool(), storage.pool(), workers);
    }

    /** Reads the context of models. It uses separate connections, so that runs do not wait for searches and exports. */
    Histories contexts() {
        return new Histories(new PgLogReader(storage.pool(), storage.pool(), contextWorkers), contextWorkers);
    }

    /**
     * Permits for searches. A search occupies a connection until it ends, so one connection is kept for other reads.
     */
    private Permits searches() {
        int readers = settings.database().readers();
        return new Permits(
                current.map(now -> Math.min(now.search().atOnceMax(), Math.max(1, readers - 1))),
                current.map(now -> now.search().perUserMax()));
    }
}
