package io.reprise.testing;

import io.reprise.store.DatabaseUri;
import io.reprise.store.Migrations;
import io.reprise.store.PrivatePostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

/** Real PostgreSQL for integration tests: one server per test process, one database per test. */
public final class TestDatabase {
    /** Unpacked once per checkout, not once per test process. */
    static final Path PROGRAMS = Path.of("target", "postgresql");

    private static final AtomicInteger NAMES = new AtomicInteger();

    private TestDatabase() {}

    /** Static as the test process itself; loaded, and so started, by the first test that asks. */
    private static final class Server {
        static final PrivatePostgres RUNNING = start();
    }

    /** Made once: a copy costs a fifth of what the migrations cost. */
    private static final class Template {
        static final String NAME = migrated();

        private static String migrated() {
            DatabaseUri template = empty();
            Migrations.migrate(template);
            return template.database();
        }
    }

    /** A new database with the schema of the server and no rows; it goes with the process. */
    public static DatabaseUri fresh() {
        return create(" TEMPLATE " + Template.NAME);
    }

    /** A new database without any schema, for tests of how it gets one. */
    public static DatabaseUri empty() {
        return create("");
    }

    private static DatabaseUri create(String options) {
        String name = "test_" + NAMES.incrementAndGet();
        DatabaseUri server = Server.RUNNING.uri();
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + options);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return server.withDatabase(name);
    }

    /** A plain JDBC connection, for setting a scene or looking at what was stored. */
    public static Connection connect(DatabaseUri uri) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", uri.user());
        login.setProperty("password", uri.password());
        return DriverManager.getConnection(uri.jdbcUrl(), login);
    }

    private static PrivatePostgres start() {
        try {
            Path folder = Files.createTempDirectory("reprise-test-database-");
            PrivatePostgres postgres = PrivatePostgres.startThrowaway(folder, PROGRAMS);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(postgres, folder)));
            return postgres;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void stop(PrivatePostgres postgres, Path folder) {
        postgres.stop();
        delete(folder);
    }

    static void delete(Path folder) {
        try (var paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> file.delete());
        } catch (IOException ignored) {
            // The system's temporary folder is emptied by others in the end.
        }
    }
}
