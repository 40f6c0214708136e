package io.reprise.testing;

import io.reprise.config.Settings;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.embedded.PrivatePostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

/** Real PostgreSQL for integration tests: one server per test process, one database per test. */
public final class TestDatabase {
    /** The number of shards of test databases; a server with another number needs an empty one. */
    public static final int SHARDS = Settings.defaults().sessions().shards();

    private static final AtomicInteger NAMES = new AtomicInteger();

    private TestDatabase() {}

    /** Static, so that it lives as long as the test process; started by the first test that needs it. */
    private static final class Server {
        static final PrivatePostgres RUNNING = start();

        private static PrivatePostgres start() {
            Path folder = PreparedData.temporary("reprise-test-database-");
            PreparedData.copyTo(folder);
            PrivatePostgres postgres = PrivatePostgres.startThrowaway(folder, PreparedData.PROGRAMS);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                postgres.stop();
                PreparedData.delete(folder);
            }));
            return postgres;
        }
    }

    /**
     * A new database with the schema of the server and no rows; it goes with the process. It is a copy, which costs a
     * fifth of what the migrations cost.
     */
    public static DatabaseUri fresh() {
        return create(" TEMPLATE " + Server.RUNNING.uri().database());
    }

    /** A new database without any schema, for tests of how it gets one. */
    public static DatabaseUri empty() {
        return create("");
    }

    private static DatabaseUri create(String options) {
        String name = "test_" + NAMES.incrementAndGet();
        DatabaseUri server = Server.RUNNING.uri();
        // Nobody may be connected to a database that is copied.
        try (Connection connection = connect(server.withDatabase("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + options);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return server.withDatabase(name);
    }

    /** A plain JDBC connection, for preparing data or checking the stored rows. */
    public static Connection connect(DatabaseUri uri) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", uri.user());
        login.setProperty("password", uri.password());
        return DriverManager.getConnection(uri.jdbcUrl(), login);
    }
}
