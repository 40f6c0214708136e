package io.reprise.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.reprise.config.Settings;
import io.reprise.config.storage.DatabaseSettings;
import io.reprise.testing.DatabaseProxy;
import io.reprise.testing.LogLines;
import io.reprise.testing.Patience;
import io.reprise.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatabaseLockIT {
    private final DatabaseUri database = TestDatabase.fresh();
    private final DatabaseProxy proxy = DatabaseProxy.before(database);
    private final List<DatabaseLock> taken = new ArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();

    @AfterEach
    void release() {
        proxy.heal();
        taken.forEach(DatabaseLock::close);
        proxy.close();
    }

    /** Symptom: two servers on one database silently took each other's sessions. Cause: neither knew of the other. */
    @Test
    void a_second_server_is_refused_with_one_line_that_names_the_first() {
        take(database, "n_first", Map.of());

        assertThatThrownBy(() -> take(database, "n_second", Map.of("database.lockWaitMs", "0")))
                .isInstanceOf(StoreStartException.class)
                .hasMessageStartingWith("another Reprise (reprise n_first pid ")
                .hasMessageContaining("is using database " + database)
                .hasMessageContaining("choose another database.url")
                .hasMessageNotContaining(database.password())
                .hasMessageNotContaining("\n");
    }

    @Test
    void another_database_of_the_same_server_is_free() {
        take(database, "n_first", Map.of());

        DatabaseLock other = take(TestDatabase.fresh(), "n_second", Map.of("database.lockWaitMs", "0"));

        assertThat(other.isHeld()).isTrue();
    }

    @Test
    void a_start_waits_for_a_server_that_is_stopping() throws Exception {
        DatabaseLock first = take(database, "n_first", Map.of());
        try (LogLines log = LogLines.of(DatabaseLock.class.getName())) {
            CompletableFuture<DatabaseLock> second = CompletableFuture.supplyAsync(
                    () -> take(database, "n_second", Map.of("database.lockWaitMs", "600000")));
            await().atMost(Patience.LIMIT)
                    .until(() -> !log.with("waiting for the database lock").isEmpty());
            assertThat(second).isNotDone();

            first.close();

            assertThat(second.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS).isHeld())
                    .isTrue();
        }
    }

    /** Otherwise the lock of a host that lost its power would be held for the usual two hours of a keepalive. */
    @Test
    void the_database_asks_within_seconds_whether_the_holder_is_still_there() throws Exception {
        assumeThat(Path.of("/proc/net/tcp")).exists();
        take(database, "n_first", Map.of("database.lockDeadMs", "10000"));
        int port = Integer.parseInt(
                query("SELECT client_port FROM pg_stat_activity WHERE application_name LIKE '%n_first%'"));

        // Another timer runs until the last packet is acknowledged.
        await().atMost(Patience.LIMIT)
                .untilAsserted(() ->
                        assertThat(keepaliveTimerMs(database.port(), port)).isBetween(0L, 4_000L));
    }

    @Test
    void a_lock_whose_connection_was_ended_is_taken_again() throws Exception {
        DatabaseLock lock = watched(database, Map.of());
        int before = holder();

        query("SELECT pg_terminate_backend(" + before + ")");

        await().atMost(Patience.LIMIT).until(() -> lock.isHeld() && holder() != before && holder() != 0);
        assertThat(lost).isEmpty();
    }

    @Test
    void a_server_that_has_lost_its_lock_to_another_is_notified_once() {
        DatabaseLock lock = watched(proxy.uri(), Map.of());
        proxy.refuse();
        await().atMost(Patience.LIMIT).until(() -> !lock.isHeld());
        take(database, "n_other", Map.of());

        proxy.heal();

        await().atMost(Patience.LIMIT).until(() -> !lost.isEmpty());
        assertThat(lost)
                .singleElement()
                .asString()
                .startsWith("another Reprise (reprise n_other pid ")
                .contains("has taken over database");
        assertThat(lock.isHeld()).isFalse();
    }

    /** The database still has the old connection, and with it the lock: it does not belong to another server. */
    @Test
    void a_lock_whose_connection_died_silently_is_acquired_again() throws Exception {
        DatabaseLock lock = watched(proxy.uri(), Map.of("database.checkTimeoutMs", "3000"));
        int before = holder();

        proxy.stall();
        await().atMost(Patience.LIMIT).until(() -> !lock.isHeld());
        assertThat(holder()).isEqualTo(before);
        proxy.healForNewConnectionsOnly();

        await().atMost(Patience.LIMIT).until(() -> lock.isHeld() && holder() != before && holder() != 0);
        assertThat(lost).isEmpty();
    }

    // --- helpers

    private DatabaseLock watched(DatabaseUri uri, Map<String, String> settings) {
        DatabaseLock lock = take(uri, "n_first", settings);
        lock.watch(lost::add);
        return lock;
    }

    private synchronized DatabaseLock take(DatabaseUri uri, String node, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("database.checkMs", "100"));
        all.putAll(settings);
        DatabaseSettings database = Settings.with(all).database();
        DatabaseLock lock = DatabaseLock.take(uri, database, node, false);
        taken.add(lock);
        return lock;
    }

    /** The session in the database that holds the lock; 0 when there is none. */
    private int holder() throws SQLException {
        return Integer.parseInt(query("""
                SELECT coalesce(max(pid), 0) FROM pg_locks WHERE locktype = 'advisory' AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""));
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** When the system probes the peer next, of the connection between two ports of this machine. */
    private static long keepaliveTimerMs(int localPort, int remotePort) throws IOException {
        String ports = String.format(Locale.ROOT, "0100007F:%04X 0100007F:%04X", localPort, remotePort);
        for (String line : Files.readAllLines(Path.of("/proc/net/tcp"))) {
            String[] words = line.strip().split("\\s+");
            if (words.length < 6 || !(words[1] + " " + words[2]).equals(ports)) continue;
            String[] timer = words[5].split(":");
            assertThat(timer[0]).as("a keepalive timer: %s", line).isEqualTo("02");
            return Long.parseLong(timer[1], 16) * 10;
        }
        throw new AssertionError("no connection " + ports);
    }
}
