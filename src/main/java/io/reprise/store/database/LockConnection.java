package io.reprise.store.database;

import io.reprise.config.storage.DatabaseSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A connection that holds the database lock, or waits for it. The lock belongs to the database session of the
 * connection and ends with it.
 */
public final class LockConnection implements AutoCloseable {
    /** "Repr" in ASCII, so that advisory locks of other programs in the same database do not collide with this one. */
    private static final int LOCK_CLASS = 0x52657072;

    /** The schema is part of the lock's key, so that two servers can share a database if each has its own schema. */
    private static final String LOCK_OBJECT = "hashtext(coalesce(current_schema(), ''))";

    private static final String KEEPALIVES = """
            SELECT set_config('tcp_keepalives_idle', ?, false), set_config('tcp_keepalives_interval', ?, false),
                   set_config('tcp_keepalives_count', ?, false), set_config('tcp_user_timeout', ?, false)""";

    private static final String HOLDER = """
            SELECT activity.pid, activity.application_name, coalesce(host(activity.client_addr), '') AS address
            FROM pg_locks JOIN pg_stat_activity activity USING (pid)
            WHERE locktype = 'advisory' AND granted AND classid::bigint = ? AND objsubid = 2
              AND objid::bigint = (hashtext(coalesce(current_schema(), ''))::bigint & 4294967295)
              AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())""";

    private static final int KEEPALIVES_COUNT = 3;

    private final Connection connection;
    private final boolean shared;

    /**
     * The database session that holds the lock.
     *
     * @param pid process id of that session in the database
     * @param name application name of its connection
     * @param address address of its client; empty if the database does not report it
     */
    record Holder(int pid, String name, String address) {
        @Override
        public String toString() {
            return name.isEmpty() ? "session " + pid : name + (address.isEmpty() ? "" : " from " + address);
        }
    }

    private LockConnection(Connection connection, boolean shared) {
        this.connection = connection;
        this.shared = shared;
    }

    /**
     * @param name application name of the connection, at most 63 characters
     * @param shared whether others may hold the lock, too, if they share it
     * @param loginMs longest wait for the connection; 0 uses the value of the database URL
     */
    static LockConnection open(DatabaseUri uri, String name, DatabaseSettings settings, boolean shared, int loginMs)
            throws SQLException {
        PGSimpleDataSource source = uri.dataSource();
        source.setApplicationName(name);
        source.setTcpKeepAlive(true);
        source.setSocketTimeout(seconds(settings.checkTimeoutMs()));
        if (loginMs > 0) source.setLoginTimeout(seconds(loginMs));
        LockConnection made = new LockConnection(source.getConnection(), shared);
        try {
            made.keepAlive(settings.lockDeadMs());
            return made;
        } catch (SQLException e) {
            made.close();
            throw e;
        }
    }

    private static int seconds(int ms) {
        return Math.max(1, (int) TimeUnit.MILLISECONDS.toSeconds(ms + 999L));
    }

    /**
     * Makes the database detect a lost client, because only the database can release the lock of a host that has
     * failed.
     */
    private void keepAlive(int deadMs) throws SQLException {
        int unitS = Math.max(1, deadMs / 1_000 / (KEEPALIVES_COUNT + 2));
        try (PreparedStatement statement = connection.prepareStatement(KEEPALIVES)) {
            statement.setString(1, Integer.toString(2 * unitS));
            statement.setString(2, Integer.toString(unitS));
            statement.setString(3, Integer.toString(KEEPALIVES_COUNT));
            statement.setString(4, Integer.toString(deadMs));
            statement.executeQuery().close();
        }
    }

    boolean tryLock() throws SQLException {
        return ask("SELECT pg_try_advisory_lock" + (shared ? "_shared(" : "(") + LOCK_CLASS + ", " + LOCK_OBJECT + ")");
    }

    /** The current holder of the lock; empty if the lock was released in between. */
    Optional<Holder> holder() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLDER)) {
            statement.setLong(1, LOCK_CLASS);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) return Optional.empty();
                String name = row.getString("application_name");
                return Optional.of(new Holder(row.getInt("pid"), name == null ? "" : name, row.getString("address")));
            }
        }
    }

    /**
     * Ends another session of the same database user and waits until its locks are released, for at most {@code
     * waitMs}.
     */
    void end(Holder holder, int waitMs) throws SQLException {
        ask("SELECT pg_terminate_backend(" + holder.pid() + ", " + waitMs + ")");
    }

    /** Waits for {@code ms} milliseconds. Throws immediately if the connection ends. */
    void watch(int ms) throws SQLException {
        connection.unwrap(PGConnection.class).getNotifications(ms);
    }

    /** Throws if the database does not answer within the timeout of this connection. */
    void check() throws SQLException {
        ask("SELECT true");
    }

    private boolean ask(String question) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(question);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** Closes immediately, also during a pending statement. */
    @Override
    public void close() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException ignored) {
            // The connection cannot be used any more in either case.
        }
    }
}
