package io.reprise.store;

import io.reprise.config.Settings;
import io.reprise.support.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.pubsub.PgSubscriber;

/** The database of a server, the one that it brings along or the operator's, and what is kept beside it. */
public final class Storage {
    private final Settings settings;
    private final PrivatePostgres own;
    private final DatabaseUri uri;
    private PgPool pool;
    private PgPool readPool;
    private CheckpointStore checkpoints;

    private Storage(Settings settings, PrivatePostgres own, DatabaseUri uri) {
        this.settings = settings;
        this.own = own;
        this.uri = uri;
    }

    /**
     * Blocks until the database takes connections and has this server's schema.
     *
     * @throws StoreStartException with one line that says what to do
     */
    public static Storage start(Settings settings) {
        if (!settings.database().isPrivate()) {
            DatabaseUri uri = DatabaseUri.parse(settings.database().url());
            Migrations.migrate(uri);
            return new Storage(settings, null, uri);
        }
        PrivatePostgres own =
                PrivatePostgres.start(settings.data().dir(), settings.database().port());
        try {
            Migrations.migrate(own.uri());
            return new Storage(settings, own, own.uri());
        } catch (RuntimeException e) {
            own.stop();
            throw e;
        }
    }

    public void connect(Vertx vertx, TimeSource time) {
        pool = PgPool.open(vertx, uri, settings.database());
        readPool = PgPool.openForReads(vertx, uri, settings.database());
        checkpoints = CheckpointStore.open(vertx, settings, pool, time);
    }

    /** Due recalls; what is scheduled anywhere is heard on a connection of its own. */
    public PgDueStore dueStore(Vertx vertx) {
        return new PgDueStore(pool, () -> PgSubscriber.subscriber(vertx, PgPool.login(uri)));
    }

    /** For writing, and for what a write waits for. */
    public PgPool pool() {
        return pool;
    }

    /** For those who only look. */
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

    /** Blocks until a database of our own has stopped. */
    public void stop() {
        if (own != null) own.stop();
    }
}
