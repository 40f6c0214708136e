package io.reprise.testing;

import io.reprise.store.database.DatabaseUri;
import io.reprise.store.embedded.PrivatePostgres;
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
    private static final Path PROGRAMS = Path.of("target", "postgresql");

    private static final AtomicInteger NAMES = new AtomicInteger();

    private TestDatabase() {}

    /** Static as the test process itself; loaded, and so started, by the first test that asks. */
    private static final class Server {
        static final PrivatePostgres RUNNING = start();
    }

    /** A new, empty database without any schema; it goes with the process. */
    public static DatabaseUri fresh() {
        String name = "test_" + NAMES.incrementAndGet();
        DatabaseUri server = Server.RUNNING.uri();
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
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
        try (var paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> file.delete());
        } catch (IOException ignored) {
            // The system's temporary folder is emptied by others in the end.
        }
    }
}
