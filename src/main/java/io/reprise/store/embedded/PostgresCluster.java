package io.reprise.store.embedded;

import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.StoreStartException;
import io.reprise.support.Stopwatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of the private database, created atomically together with their password. */
final class PostgresCluster {
    private static final Logger log = LoggerFactory.getLogger(PostgresCluster.class);
    static final String NAME = "reprise";
    private static final String FOLDER = "cluster";
    private static final String UNFINISHED_PREFIX = "cluster-new-";
    private static final Duration INITDB_LIMIT = Duration.ofMinutes(5);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    /** Many iterations protect passwords that can be guessed; this one is random, and each connection pays for them. */
    private static final int SCRAM_ITERATIONS = 1;

    private static final int PASSWORD_BYTES = 32;

    private final Path folder;

    private PostgresCluster(Path folder) {
        this.folder = folder;
    }

    /** @throws StoreStartException if initdb failed, or if the files belong to another major version of PostgreSQL */
    static PostgresCluster openOrCreate(Path parent, PostgresPrograms programs, boolean durable) throws IOException {
        deleteUnfinished(parent);
        PostgresCluster cluster = new PostgresCluster(parent.resolve(FOLDER));
        if (Files.exists(cluster.folder)) {
            cluster.checkVersion(programs.majorVersion());
        } else {
            cluster.create(programs, durable);
        }
        return cluster;
    }

    /** The cluster of a folder, whether or not it exists. */
    static PostgresCluster in(Path parent) {
        return new PostgresCluster(parent.resolve(FOLDER));
    }

    Path data() {
        return folder.resolve("data");
    }

    DatabaseUri uri(int port) throws IOException {
        return DatabaseUri.local(port, NAME, Files.readString(passwordFile()).strip());
    }

    private Path passwordFile() {
        return folder.resolve("password");
    }

    /**
     * Deletes folders of an unfinished initdb. An initdb whose server was killed may still be writing into its folder.
     * Folders that cannot be deleted now are deleted at the next start.
     */
    private static void deleteUnfinished(Path parent) throws IOException {
        for (Path unfinished : Folders.childrenStartingWith(parent, UNFINISHED_PREFIX)) {
            try {
                RunningProcess.killThoseIn(unfinished, KILL_LIMIT);
                Folders.deleteTree(unfinished);
            } catch (IOException failure) {
                log.atWarn()
                        .addKeyValue("folder", unfinished)
                        .addKeyValue("reason", Folders.reason(failure))
                        .log("deleting unfinished database files failed");
            }
        }
    }

    private void checkVersion(int programsVersion) throws IOException {
        String filesVersion = Files.readString(data().resolve("PG_VERSION")).strip();
        if (!filesVersion.equals(Integer.toString(programsVersion))) {
            throw new StoreStartException("data folder " + folder + " was written by PostgreSQL " + filesVersion
                    + ", this server brings " + programsVersion
                    + ": start the Reprise that wrote it or set database.url to a PostgreSQL " + filesVersion);
        }
        if (!Files.isReadable(passwordFile())) {
            throw new StoreStartException(
                    "the database password " + passwordFile() + " is missing: restore it from a backup");
        }
    }

    private void create(PostgresPrograms programs, boolean durable) throws IOException {
        Stopwatch sinceBegin = Stopwatch.started();
        PostgresCluster unfinished =
                new PostgresCluster(Files.createTempDirectory(folder.getParent(), UNFINISHED_PREFIX));
        try {
            unfinished.writePassword();
            unfinished.initdb(programs, durable);
            unfinished.createDatabase(programs);
            Folders.publish(unfinished.folder, folder);
        } catch (IOException | RuntimeException failure) {
            deleteUnfinished(folder.getParent());
            throw failure;
        }
        log.atInfo()
                .addKeyValue("folder", folder)
                .addKeyValue("ms", sinceBegin.ms())
                .log("PostgreSQL database created");
    }

    private void writePassword() throws IOException {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        Files.createFile(passwordFile(), Folders.OWNER_ONLY_FILE);
        Files.writeString(
                passwordFile(), Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n");
    }

    private void initdb(PostgresPrograms programs, boolean durable) {
        List<String> arguments = new ArrayList<>(List.of(
                "--pgdata=" + data(),
                "--username=" + NAME,
                "--pwfile=" + passwordFile(),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--set=scram_iterations=" + SCRAM_ITERATIONS,
                "--data-checksums",
                "--no-instructions"));
        if (!durable) {
            arguments.add("--no-sync");
        }
        require(programs.run(INITDB_LIMIT, "initdb", arguments));
    }

    /**
     * Creates the database without starting a server, so that a folder under its final name always contains the
     * database.
     */
    private void createDatabase(PostgresPrograms programs) {
        require(programs.run(
                INITDB_LIMIT,
                "postgres",
                List.of("--single", "-D", data().toString(), "-c", "exit_on_error=on", "postgres"),
                "CREATE DATABASE " + NAME + ";\n"));
    }

    private void require(Program.Result result) {
        if (!result.succeeded()) {
            throw new StoreStartException("the database could not be created in " + folder.getParent() + " ("
                    + errorLine(result) + "): fix that or set database.url");
        }
    }

    private static String errorLine(Program.Result result) {
        return result.output()
                .lines()
                .filter(line -> line.contains("error:") || line.contains("FATAL:") || line.contains("ERROR:"))
                .findFirst()
                .map(String::strip)
                .orElseGet(result::lastLine);
    }
}
