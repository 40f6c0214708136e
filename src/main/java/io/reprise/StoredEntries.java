package io.reprise;

import io.reprise.catalog.Entry;
import io.reprise.catalog.Origin;
import io.reprise.command.RunningDatabase;
import io.reprise.config.Settings;
import io.reprise.store.catalog.PgCatalog;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.SlowStatements;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Entries of the catalogue that administrators made, read without a server. */
final class StoredEntries {
    private static final int WAIT_S = 30;

    private StoredEntries() {}

    /** Empty if the database does not answer, or is one of a server that does not run. Blocks. */
    static Optional<List<Entry>> read(Settings settings) {
        Optional<DatabaseUri> database = RunningDatabase.of(settings);
        if (database.isEmpty()) return Optional.empty();
        Vertx vertx = Vertx.vertx();
        try {
            SlowStatements slow =
                    new SlowStatements(Current.always(settings.watch()), MonotonicClock.system(), Metrics.unseen());
            PgPool pool = PgPool.open(vertx, database.get(), settings.database(), slow);
            return Optional.of(new PgCatalog(pool)
                            .load()
                            .eventually(pool::close)
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(WAIT_S, TimeUnit.SECONDS)
                            .entries()
                            .stream()
                            .filter(entry -> entry.origin() == Origin.DATABASE)
                            .toList());
        } catch (InterruptedException | ExecutionException | TimeoutException away) {
            return Optional.empty();
        } finally {
            vertx.close();
        }
    }
}
