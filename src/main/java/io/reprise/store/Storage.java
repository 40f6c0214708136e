package io.reprise.store;

import io.reprise.config.Settings;
import io.reprise.session.erasure.Erasures;
import io.reprise.session.erasure.PendingErasures;
import io.reprise.store.database.DatabaseLock;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.Migrations;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.StoreStartException;
import io.reprise.store.embedded.PrivatePostgres;
import io.reprise.store.postgres.PgDueStore;
import io.reprise.store.postgres.PgErasures;
import io.reprise.store.postgres.PgEventStore;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.util.function.Consumer;

/** Opens and closes all storage of a server: the private or external database, and the checkpoint store. */
public final class Storage {
    private final Settings settings;
    private final PrivatePostgres own;
    private final DatabaseUri uri;
    private final DatabaseLock lock;
    private PgPool pool;
    private PgPool readPool;
    private CheckpointStore checkpoints;

    private Storage(Settings settings, PrivatePostgres own, DatabaseUri uri, DatabaseLock lock) {
        this.settings = settings;
        this.own = own;
        this.uri = uri;
        this.lock = lock;
    }

    /**
     * Blocks until the database takes connections, is this node's alone, and has this server's schema.
     *
     * @param node the name by which others see who uses the database
     * @throws StoreStartException with one line that says what to do
     */
    public static Storage start(Settings settings, String node) {
        if (!settings.database().isPrivate()) {
            return locked(
                    settings, node, null, DatabaseUri.parse(settings.database().url()));
        }
        PrivatePostgres own =
                PrivatePostgres.start(settings.data().dir(), settings.database().port());
        try {
            return locked(settings, node, own, own.uri());
        } catch (RuntimeException e) {
            own.stop();
            throw e;
        }
    }

    /** The lock comes first: the schema must not change under another server. */
    private static Storage locked(Settings settings, String node, PrivatePostgres own, DatabaseUri uri) {
        DatabaseLock lock = DatabaseLock.take(uri, settings.database(), node);
        try {
            Migrations.migrate(uri, settings.sessions().shards());
            return new Storage(settings, own, uri, lock);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Looks after the database from now on.
     *
     * @param lost told why, when this node cannot have its database any more and must end
     */
    public void watch(Consumer<String> lost) {
        lock.watch(lost);
        if (own != null) own.watch(settings.database(), lost);
    }

    /** Whether the database answered the last check and is locked by this node; cheap to call. */
    public boolean isAvailable() {
        return lock.isHeld();
    }

    /** @param current what of the settings may change while it is connected */
    public void connect(Vertx vertx, Current<Settings> current, WallClock time, MonotonicClock clock, Metrics metrics) {
        pool = PgPool.open(vertx, uri, settings.database());
        readPool = PgPool.openForReads(vertx, uri, settings.database());
        checkpoints = CheckpointStore.open(vertx, current, pool, time, clock, metrics);
    }

    /** Finds due recalls; listens for new ones on a separate connection. */
    public PgDueStore dueStore(Vertx vertx) {
        return new PgDueStore(pool, () -> PgSubscriber.subscriber(vertx, PgPool.login(uri)));
    }

    /** The store of sessions, which notes what other stores have to erase. */
    public PgEventStore eventStore() {
        return new PgEventStore(pool, checkpoints.pending());
    }

    /** How copies in other stores are erased. */
    public Erasures erasures(Metrics metrics) {
        PgErasures pending = checkpoints.pending();
        return new Erasures(checkpoints.erasure(), pending == null ? PendingErasures.NONE : pending, metrics);
    }

    /** For writes, and for reads that a write waits for. */
    public PgPool pool() {
        return pool;
    }

    /** For reads. */
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

    /** Releases the database; blocks until one of our own has stopped. */
    public void stop() {
        lock.close();
        if (own != null) own.stop();
    }
}
