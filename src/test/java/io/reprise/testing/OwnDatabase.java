package io.reprise.testing;

import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The private PostgreSQL of a server's data folder, seen from outside; closing it stops one that a killed server left.
 */
public record OwnDatabase(Path dataDir) implements AutoCloseable {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final int PORT_LINE = 3;

    /** Of a folder as after the first start and stop of a server, which are made only once in a test process. */
    public static OwnDatabase prepared(Path dataDir) {
        PreparedData.copyWithProgramsTo(dataDir);
        return new OwnDatabase(dataDir);
    }

    /** Its current port. */
    public DatabaseUri uri() {
        try {
            String port = Files.readAllLines(pidFile()).get(PORT_LINE).strip();
            String password = Files.readString(cluster().resolve("password")).strip();
            return DatabaseUri.parse("postgresql://reprise:" + password + "@127.0.0.1:" + port + "/reprise");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path pidFile() {
        return cluster().resolve("data").resolve("postmaster.pid");
    }

    /** The process that serves the folder. */
    public Optional<ProcessHandle> process() {
        try {
            List<String> lines = Files.readAllLines(pidFile());
            return ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(this::servesThis);
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    /** Waits until everything that a dead server had sent is executed. */
    public void awaitQuiet() {
        await().atMost(PATIENCE).until(() -> {
            try (Connection connection = TestDatabase.connect(uri());
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("""
                            SELECT count(*) FROM pg_stat_activity
                            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()""")) {
                row.next();
                return row.getInt(1) == 0;
            } catch (SQLException e) {
                return false;
            }
        });
    }

    /** Like a power failure. */
    public void kill() {
        process().ifPresent(process -> {
            process.destroyForcibly();
            await().atMost(PATIENCE).until(() -> process().isEmpty());
        });
    }

    @Override
    public void close() {
        kill();
    }

    private Path cluster() {
        return dataDir.resolve("postgresql").resolve("cluster");
    }

    /** The pid may belong to another program by now. */
    private boolean servesThis(ProcessHandle process) {
        try {
            Path words = Path.of("/proc", Long.toString(process.pid()), "cmdline");
            return Files.readString(words).contains(cluster().toRealPath().toString());
        } catch (IOException gone) {
            return false;
        }
    }
}
