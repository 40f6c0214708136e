package io.reprise.store;

import io.reprise.config.Settings;
import io.reprise.session.erasure.Erasure;
import io.reprise.session.erasure.Erasures;
import io.reprise.store.attachment.FolderChunks;
import io.reprise.store.attachment.PgAttachments;
import io.reprise.store.database.DatabaseLock;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.Migrations;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.SlowStatements;
import io.reprise.store.database.StoreStartException;
import io.reprise.store.embedded.PrivatePostgres;
import io.reprise.store.job.ErasureBacklog;
import io.reprise.store.job.PgShards;
import io.reprise.store.postgres.PgDueStore;
import io.reprise.store.postgres.PgErasures;
import io.reprise.store.postgres.PgEventStore;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.reprise.telemetry.Vitals;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Opens and closes all storage of a server: the private or external database, and the checkpoint store. */
public final class Storage {
    private final Settings settings;
    private final PrivatePostgres own;
    private final DatabaseUri uri;
    private final DatabaseLock lock;
    private final FormerStores former;
    private PgPool pool;
    private PgPool readPool;
    private CheckpointStore checkpoints;
    private PgAttachments attachments;
    private PgErasures filesToErase;

    private Storage(Settings settings, PrivatePostgres own, DatabaseUri uri, DatabaseLock lock, FormerStores former) {
        this.settings = settings;
        this.own = own;
        this.uri = uri;
        this.lock = lock;
        this.former = former;
    }

    /**
     * Blocks until the database accepts connections, is locked for this node, and has the schema of this server.
     *
     * @param node name of this node, shown to other servers that wait for the lock
     * @throws StoreStartException with one line that tells the operator what to do
     */
    public static Storage start(Settings settings, String node) {
        if (!settings.database().isPrivate()) {
            return locked(
                    settings, node, null, DatabaseUri.parse(settings.database().url()));
        }
        PrivatePostgres own = PrivatePostgres.start(settings.data().dir(), settings.database());
        try {
            return locked(settings, node, own, own.uri());
        } catch (RuntimeException e) {
            own.stop();
            throw e;
        }
    }

    /** Takes the lock before migrating, because the schema must not change while another server uses it. */
    private static Storage locked(Settings settings, String node, PrivatePostgres own, DatabaseUri uri) {
        DatabaseLock lock = DatabaseLock.take(
                uri, settings.database(), node, settings.cluster().enabled());
        try {
            Migrations.migrate(uri, settings.sessions().shards());
            FormerStores former = FormerStores.read(uri, settings);
            former.warn(settings);
            return new Storage(settings, own, uri, lock, former);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Starts to supervise the database.
     *
     * @param lost called with the reason when this node can no longer use its database and must stop
     */
    public void watch(Consumer<String> lost) {
        lock.watch(lost);
        if (own != null) own.watch(settings.database(), lost);
    }

    /** Whether the database answered the last check, is locked by this node and has space. Does not block. */
    public boolean isAvailable() {
        return lock.isHeld() && pool.hasSpace();
    }

    /** @param current the settings; some of them may change while the storage is connected */
    public void connect(Vertx vertx, Current<Settings> current, WallClock time, MonotonicClock clock, Metrics metrics) {
        SlowStatements slow = new SlowStatements(current.map(Settings::watch), clock, metrics);
        pool = PgPool.open(vertx, uri, settings.database(), slow);
        readPool = PgPool.openForReads(vertx, uri, settings.database(), slow);
        metrics.level(
                "reprise.statements.under.way",
                "Statements that run or wait for a connection",
                () -> pools().stream().mapToInt(Vitals.Pool::underWay).sum());
        metrics.level(
                "reprise.erasures.pending", "Erasures that are not done yet", new ErasureBacklog(pool, clock)::known);
        checkpoints = CheckpointStore.open(vertx, current, pool, time, clock, metrics);
        FolderChunks folder = new FolderChunks(
                vertx, settings.attachments().folder(settings.data().dir()));
        attachments = new PgAttachments(pool, readPool, folder, current.map(Settings::attachments), IdSource.random());
        filesToErase = new PgErasures(pool, FormerStores.FILES, current.map(Settings::erasures));
    }

    /** Finds due recalls; listens for new ones on a separate connection. */
    public PgDueStore dueStore(Vertx vertx) {
        return new PgDueStore(pool, () -> PgSubscriber.subscriber(vertx, PgPool.login(uri)));
    }

    /** The store of leases of shards, for the nodes of a cluster. */
    public PgShards shardStore() {
        return new PgShards(pool);
    }

    /** The store of sessions. It records what other stores have to erase. */
    public PgEventStore eventStore() {
        return new PgEventStore(
                pool, copies().map(CheckpointStore.Copies::pending).toList());
    }

    /** Erases copies of sessions in other stores. */
    public Erasures erasures(Metrics metrics) {
        return new Erasures(
                copies().map(copy -> new Erasures.Copies(copy.erasure(), copy.pending()))
                        .toList(),
                metrics);
    }

    /** Files in the database are erased in its transaction; those in a folder, also of an earlier setting, are not. */
    private Stream<CheckpointStore.Copies> copies() {
        Stream<CheckpointStore.Copies> ofCheckpoints = checkpoints.copies().stream();
        if (!former.needsFolder(settings)) return ofCheckpoints;
        Erasure files =
                (session, upToSeq) -> attachments.deleteGone(settings.erasures().batch());
        return Stream.concat(ofCheckpoints, Stream.of(new CheckpointStore.Copies(files, filesToErase)));
    }

    public PgAttachments attachments() {
        return attachments;
    }

    /** How the connections to the database are used at the moment. */
    public List<Vitals.Pool> pools() {
        return List.of(pool.use("writes"), readPool.use("reads"));
    }

    /** The pool for writes, and for reads that a write waits for. */
    public PgPool pool() {
        return pool;
    }

    /** The pool for all other reads. */
    public PgPool readPool() {
        return readPool;
    }

    public CheckpointStore checkpoints() {
        return checkpoints;
    }

    public Future<Void> disconnect() {
        if (pool == null) return Future.succeededFuture();
        return checkpoints.close().eventually(pool::close).eventually(readPool::close);
    }

    /**
     * Releases the database. Blocks until the private database, if there is one, has stopped.
     *
     * @param limit after which the private database is killed; it then recovers at its next start
     */
    public void stop(Duration limit) {
        lock.close();
        if (own != null) own.stop(limit);
    }
}
