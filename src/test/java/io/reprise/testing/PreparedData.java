package io.reprise.testing;

import io.reprise.store.database.Migrations;
import io.reprise.store.embedded.PrivatePostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A data folder whose database has the schema of the server and no rows, made once in a test process and copied. */
final class PreparedData {
    /** Unpacked once per checkout, not once per test process. */
    static final Path PROGRAMS = Path.of("target", "postgresql");

    private static final Path TEMPLATE = make();

    private PreparedData() {}

    /** Into a new or empty folder. */
    static void copyTo(Path dataDir) {
        mustCopy("-a", TEMPLATE + "/.", dataDir.toString());
        try {
            // A port that is not used by others while its owner is stopped, so that it is free at each start.
            Files.writeString(dataDir.resolve("postgresql").resolve("port"), Ports.free() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As above, and with the programs, which a server expects next to its data. */
    static void copyWithProgramsTo(Path dataDir) {
        copyTo(dataDir);
        String to = dataDir.resolve("postgresql").toString();
        try (Stream<Path> programs = Files.list(PROGRAMS)) {
            for (Path home : programs.filter(Files::isDirectory).toList()) {
                // They are only read, so links suffice where they are supported.
                if (!copy("-al", home.toString(), to)) mustCopy("-a", home.toString(), to);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A temporary folder that is deleted when the process ends. */
    static Path temporary(String prefix) {
        try {
            Path folder = Files.createTempDirectory(prefix);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) {
        try (var paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> file.delete());
        } catch (IOException ignored) {
            // Other programs may delete files of the system's temporary folder.
        }
    }

    private static Path make() {
        Path folder = temporary("reprise-test-template-");
        try (PrivatePostgres postgres = PrivatePostgres.startThrowaway(folder, PROGRAMS)) {
            Migrations.migrate(postgres.uri(), TestDatabase.SHARDS);
        }
        return folder;
    }

    private static void mustCopy(String option, String from, String to) {
        if (!copy(option, from, to)) throw new IllegalStateException("cp " + option + " " + from + " " + to);
    }

    /** Whether that could be done. */
    private static boolean copy(String option, String from, String to) {
        try {
            ProcessBuilder cp = new ProcessBuilder(List.of("cp", option, from, to));
            return cp.redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
