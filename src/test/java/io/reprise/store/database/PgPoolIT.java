package io.reprise.store.database;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.session.store.StoreBusy;
import io.reprise.store.postgres.StoreFixture;
import io.reprise.testing.Patience;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PgPoolIT {
    private final StoreFixture fixture = new StoreFixture();
    private final Vertx vertx = Vertx.vertx();
    private final List<PgPool> pools = new ArrayList<>();

    @AfterEach
    void close() {
        pools.forEach(pool -> await(pool.close()));
        await(vertx.close());
        fixture.close();
    }

    /**
     * Symptom: during many searches, sessions refused commands as if the database were unavailable. Cause: a statement
     * that had
     * waited too long for a free connection looked like one that the database did not answer.
     */
    @Test
    void a_long_wait_for_a_connection_does_not_mean_that_the_store_is_unavailable() {
        PgPool pool = pool(Map.of("database.poolSize", "1", "database.timeoutMs", "5000"), false);
        await(pool.run("SELECT 1", Tuple.tuple())); // Opens the connection.
        List<Future<?>> statements = new ArrayList<>();

        for (int i = 0; i < 24; i++) statements.add(pool.run("SELECT pg_sleep(0.5)", Tuple.tuple()));

        await(Future.join(List.copyOf(statements)).otherwiseEmpty());
        assertThat(statements.getFirst().succeeded()).isTrue();
        assertThat(statements.stream().filter(Future::failed).map(Future::cause))
                .isNotEmpty()
                .allSatisfy(cause -> assertThat(cause).isInstanceOf(StoreBusy.class));
        await(pool.run("SELECT 1", Tuple.tuple()));
    }

    /** Symptom: while a node was paused within a transaction, no other could write to the same session. */
    @Test
    void a_transaction_without_statements_ends_and_releases_its_locks() {
        PgPool pool = pool(Map.of("database.idleTransactionMs", "300", "database.timeoutMs", "60000"), false);
        await(pool.run("CREATE TABLE locked (id int)", Tuple.tuple()));
        await(pool.run("INSERT INTO locked VALUES (1)", Tuple.tuple()));
        Promise<Void> never = Promise.promise();
        Promise<Void> locked = Promise.promise();
        Future<Void> paused = pool.inTransaction(connection -> connection
                .query("UPDATE locked SET id = 2")
                .execute()
                .onComplete(done -> locked.complete())
                .compose(done -> never.future()));
        await(locked.future());

        await(pool.run("UPDATE locked SET id = 3 WHERE id = 1", Tuple.tuple()));

        never.complete();
        await(paused.otherwiseEmpty());
        assertThat(paused.failed()).isTrue();
        assertThat(fixture.look("SELECT id FROM locked")).isEqualTo("3");
    }

    @Test
    void a_statement_above_the_limit_does_not_wait() {
        PgPool pool = pool(Map.of("database.poolSize", "1", "database.waitingMax", "2"), false);
        List<Future<?>> statements = new ArrayList<>();

        // More than once the limit, as some may have ended before the last is requested.
        for (int i = 0; i < 20; i++) statements.add(pool.run("SELECT pg_sleep(0.1)", Tuple.tuple()));

        await(Future.join(List.copyOf(statements)).otherwiseEmpty());
        assertThat(statements.stream().filter(Future::failed).map(Future::cause))
                .isNotEmpty()
                .allSatisfy(cause -> assertThat(cause).isInstanceOf(StoreBusy.class));
    }

    @Test
    void the_pool_for_reads_has_half_as_many_connections() {
        PgPool readers = pool(Map.of("database.poolSize", "6"), true);
        // On a slow machine the first connection may have done all before the others are open.
        Awaitility.await().atMost(Patience.LIMIT).until(() -> connectionsAfterReads(readers) >= 3);

        assertThat(connectionsAfterReads(readers)).isEqualTo(3);
    }

    private int connectionsAfterReads(PgPool readers) {
        List<Future<?>> statements = new ArrayList<>();
        for (int i = 0; i < 20; i++) statements.add(readers.run("SELECT pg_sleep(0.05)", Tuple.tuple()));
        await(Future.all(List.copyOf(statements)));
        return Integer.parseInt(
                fixture.look("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(0.05)%'"));
    }

    private PgPool pool(Map<String, String> settings, boolean forReads) {
        var database = Settings.with(settings).database();
        PgPool pool = forReads
                ? PgPool.openForReads(vertx, fixture.uri(), database, StoreFixture.slow())
                : PgPool.open(vertx, fixture.uri(), database, StoreFixture.slow());
        pools.add(pool);
        return pool;
    }
}
