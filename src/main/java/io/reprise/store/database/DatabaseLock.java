package io.reprise.store.database;

import io.reprise.config.storage.DatabaseSettings;
import io.reprise.store.database.LockConnection.Holder;
import io.reprise.support.Backoff;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ensures that only one server, or only the nodes of a cluster, use a database, with an advisory lock on a separate
 * connection. A lost lock is
 * acquired again; if another server holds it by then, this server must stop. The periodic check of the connection also
 * tells whether the database answers.
 */
public final class DatabaseLock implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DatabaseLock.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Backoff RECONNECTS = new Backoff(50, 1_000);

    private final DatabaseUri uri;
    private final DatabaseSettings settings;
    private final String name;
    private final boolean shared;
    private volatile LockConnection connection;
    private volatile boolean held = true;
    private volatile boolean closed;

    private DatabaseLock(
            DatabaseUri uri, DatabaseSettings settings, String name, boolean shared, LockConnection connection) {
        this.shared = shared;
        this.uri = uri;
        this.settings = settings;
        this.name = name;
        this.connection = connection;
    }

    /**
     * Blocks until this node holds the lock, for at most {@code database.lockWaitMs}.
     *
     * @param node identifies this node to other servers
     * @param shared whether it shares the lock with other nodes that do so
     * @throws StoreStartException there is no connection, or another server holds the lock
     */
    public static DatabaseLock take(DatabaseUri uri, DatabaseSettings settings, String node, boolean shared) {
        String name = "reprise " + node + " pid " + ProcessHandle.current().pid();
        Deadline deadline = Deadline.in(Duration.ofMillis(settings.lockWaitMs()));
        boolean told = false;
        while (true) {
            Optional<Holder> holder;
            try {
                LockConnection connection = LockConnection.open(uri, name, settings, shared, 0);
                holder = lockOrHolder(connection);
                if (holder.isEmpty()) return new DatabaseLock(uri, settings, name, shared, connection);
                connection.close();
            } catch (SQLException e) {
                throw Migrations.noConnection(uri, e);
            }
            if (deadline.passed()) throw inUse(uri, holder.get());
            if (!told) tellThatItWaits(holder.get(), settings);
            told = true;
            Deadline.pause(PAUSE);
        }
    }

    private static void tellThatItWaits(Holder holder, DatabaseSettings settings) {
        log.atInfo()
                .addKeyValue("holder", holder)
                .addKeyValue("waitMs", settings.lockWaitMs())
                .log("waiting for the database lock");
    }

    private static StoreStartException inUse(DatabaseUri uri, Holder holder) {
        return new StoreStartException("another Reprise (" + holder + ") is using database " + uri
                + ": stop it or choose another database.url");
    }

    /** Takes the lock, or returns the current holder. Empty if this connection now holds the lock. */
    private static Optional<Holder> lockOrHolder(LockConnection connection) throws SQLException {
        try {
            while (!connection.tryLock()) {
                Optional<Holder> holder = connection.holder();
                if (holder.isPresent()) return holder;
            }
            return Optional.empty();
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Starts to supervise the lock.
     *
     * @param lost called at most once, when another server has taken the lock
     */
    public void watch(Consumer<String> lost) {
        Thread.ofVirtual().name("database-lock").start(() -> keep(lost));
    }

    /** Whether the lock is held and the database answered the last check. */
    public boolean isHeld() {
        return held;
    }

    @Override
    public void close() {
        closed = true;
        held = false;
        connection.close();
    }

    private void keep(Consumer<String> lost) {
        while (!closed) {
            try {
                connection.watch(settings.checkMs());
                connection.check();
            } catch (SQLException cause) {
                connection.close();
                if (closed) return;
                held = false;
                log.atWarn().addKeyValue("cause", cause.toString()).log("database lock lost; acquiring it again");
                Optional<Holder> other = takeAgain();
                if (other.isPresent()) {
                    lost.accept("another Reprise (" + other.get() + ") has taken over database " + uri);
                    return;
                }
            }
        }
    }

    /** Retries until the database answers. Empty if the lock is held again or no longer wanted. */
    private Optional<Holder> takeAgain() {
        for (int attempt = 1; !closed; attempt++) {
            try {
                LockConnection next = LockConnection.open(uri, name, settings, shared, settings.checkTimeoutMs());
                Optional<Holder> holder = lockOrPredecessor(next);
                if (holder.isPresent()) return holder;
                connection = next;
                held = true;
                log.atInfo().log("database lock acquired again");
                // A concurrent close() did not see the new connection, so close it here.
                if (closed) close();
                return Optional.empty();
            } catch (SQLException away) {
                pause(RECONNECTS.pauseMs(attempt));
            }
        }
        return Optional.empty();
    }

    /**
     * Tries again if the holder is the previous connection of this node, whose end the database may not have noticed
     * yet.
     */
    private Optional<Holder> lockOrPredecessor(LockConnection next) throws SQLException {
        Optional<Holder> holder = lockOrHolder(next);
        try {
            while (holder.isPresent() && holder.get().name().equals(name) && !closed) {
                next.end(holder.get(), settings.checkTimeoutMs());
                holder = lockOrHolder(next);
            }
        } finally {
            // Also closes the new connection if the database became unavailable in between.
            if (holder.isPresent()) next.close();
        }
        return holder;
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
