package io.reprise.store.embedded;

import io.reprise.store.database.DatabaseUri;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of the private PostgreSQL. All are passed on the command line: files in the data folder cannot weaken them,
 * and the command line of a running server shows whether it was started with them.
 */
public record PostgresSettings(boolean durable) {
    /** How many clients it serves, some of which are kept for administration. */
    public static final int CONNECTIONS = 64;

    /** The command line of the server process, in the order that pg_ctl uses. */
    List<String> commandLine(String program, Path data, int port) {
        List<String> words = new ArrayList<>(List.of(program, "-D", data.toString()));
        words.addAll(options(port));
        return words;
    }

    /**
     * The options. None contains a blank or a special character of a shell, because pg_ctl passes them through a shell.
     */
    List<String> options(int port) {
        List<String> words = new ArrayList<>(List.of("-p", Integer.toString(port)));
        for (String setting : durable ? production() : forTests()) {
            words.add("-c");
            words.add(setting);
        }
        return words;
    }

    private static List<String> production() {
        List<String> settings = new ArrayList<>(common());
        settings.addAll(
                List.of("max_connections=" + CONNECTIONS, "fsync=on", "full_page_writes=on", "synchronous_commit=on"));
        return settings;
    }

    private static List<String> forTests() {
        List<String> settings = new ArrayList<>(common());
        settings.addAll(List.of("max_connections=200", "fsync=off", "full_page_writes=off", "synchronous_commit=off"));
        return settings;
    }

    private static List<String> common() {
        return List.of(
                "listen_addresses=" + DatabaseUri.LOOPBACK,
                "unix_socket_directories=",
                "password_encryption=scram-sha-256",
                "shared_buffers=128MB",
                // Queries are short: compiling them costs more than it saves.
                "jit=off",
                // Ends the query of a client that was killed, so that its locks are released.
                "client_connection_check_interval=10s",
                "timezone=UTC",
                "log_timezone=UTC",
                // Statements and error details contain texts of users, which must not be logged.
                "log_min_error_statement=panic",
                "log_error_verbosity=terse",
                "log_checkpoints=off");
    }
}
