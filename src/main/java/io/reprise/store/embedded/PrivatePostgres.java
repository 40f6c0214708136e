package io.reprise.store.embedded;

import io.reprise.config.DatabaseSettings;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.StoreStartException;
import io.reprise.support.Stopwatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PostgreSQL that is shipped with the server: no installation, data in the data folder, one per folder. */
public final class PrivatePostgres implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PrivatePostgres.class);
    private static final String FOLDER = "postgresql";
    private static final long LOG_BYTES_MAX = 8L * 1024 * 1024;
    private static final Duration LOG_CHECK_INTERVAL = Duration.ofMinutes(1);

    private final PostgresServer server;
    private final DatabaseUri uri;
    private final Runnable release;
    private final Thread logKeeper;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile PostgresWatch watch;

    private PrivatePostgres(PostgresServer server, DatabaseUri uri, ServerLog serverLog, Runnable release) {
        this.server = server;
        this.uri = uri;
        this.release = release;
        this.logKeeper = Thread.ofVirtual().start(() -> serverLog.keepSmall(LOG_CHECK_INTERVAL));
    }

    /**
     * Starts the server of this folder, or takes over the one that a killed process left running. Blocks until it
     * answers: seconds the first time, later well under one, longer when it has to recover.
     *
     * @param port on the loopback address; 0 takes the port of the last start while it is free, else any
     * @throws StoreStartException with one line that says what to do
     */
    public static PrivatePostgres start(DataFolder folder, int port) {
        return start(folder.path().resolve(FOLDER), Options.production(port), () -> {});
    }

    /** As above for a caller that keeps nothing else in the folder; {@link #stop()} releases the folder as well. */
    public static PrivatePostgres start(Path dataDir, int port) {
        return start(dataDir, Options.production(port));
    }

    /** For tests: loses data when the machine dies, and shares the unpacked programs with other folders. */
    public static PrivatePostgres startThrowaway(Path dataDir, Path programs) {
        return start(dataDir, new Options(LoopbackPort.ANY, false, Optional.of(programs.toAbsolutePath())));
    }

    /** @param programs where they are unpacked, if not beside the data */
    record Options(int port, boolean durable, Optional<Path> programs) {
        static Options production(int port) {
            return new Options(port, true, Optional.empty());
        }
    }

    static PrivatePostgres start(Path dataDir, Options options) {
        DataFolder folder = DataFolder.open(dataDir);
        try {
            return start(folder.path().resolve(FOLDER), options, folder::close);
        } catch (RuntimeException failure) {
            folder.close();
            throw failure;
        }
    }

    private static PrivatePostgres start(Path folder, Options options, Runnable release) {
        refuseUnquotable(folder);
        Stopwatch sinceBegin = Stopwatch.started();
        try {
            createFolder(folder);
            Path home = BinariesArchive.ofThisMachine()
                    .unpackUnder(options.programs().orElse(folder));
            PostgresPrograms programs = PostgresPrograms.in(home, folder);
            PostgresCluster cluster = PostgresCluster.openOrCreate(folder, programs, options.durable());
            ServerLog serverLog = new ServerLog(folder.resolve("server.log"), LOG_BYTES_MAX);
            serverLog.rotateIfLarge();
            LoopbackPort ports = new LoopbackPort(options.port(), folder.resolve("port"));
            PostgresSettings settings = new PostgresSettings(options.durable());
            PostgresServer server = new PostgresServer(programs, cluster, settings, ports, serverLog);
            try {
                int port = server.startOrAdopt();
                BinariesArchive.deleteOthers(home);
                log.atInfo()
                        .addKeyValue("port", port)
                        .addKeyValue("ms", sinceBegin.ms())
                        .log("PostgreSQL ready");
                return new PrivatePostgres(server, cluster.uri(port), serverLog, release);
            } catch (IOException | RuntimeException failure) {
                // Whatever failed, no process may stay: an interrupt lets even the writing of a small file fail.
                server.stop();
                throw failure;
            }
        } catch (IOException failure) {
            throw new StoreStartException(
                    "PostgreSQL cannot use " + folder + " (" + Folders.reason(failure)
                            + "): fix that or set database.url",
                    failure);
        }
    }

    public DatabaseUri uri() {
        return uri;
    }

    /**
     * From now on it is started again when its process is gone.
     *
     * @param lost told once when that failed {@code database.restartsMax} times in a row
     */
    public void watch(DatabaseSettings settings, Consumer<String> lost) {
        watch = new PostgresWatch(server.at(uri.port()), settings, lost);
        watch.begin();
    }

    /** Ends open connections and waits until the server has stored everything; bounded, and harmless when repeated. */
    public void stop() {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        logKeeper.interrupt();
        if (watch != null) watch.stop();
        try {
            server.stop();
        } catch (IOException failure) {
            log.atWarn().addKeyValue("reason", failure.toString()).log("stopping PostgreSQL failed");
        } finally {
            release.run();
        }
    }

    @Override
    public void close() {
        stop();
    }

    @Override
    public String toString() {
        return "PrivatePostgres[" + uri + "]";
    }

    private static void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder, Folders.OWNER_ONLY_FOLDER);
        }
    }

    /** pg_ctl passes the path through a shell, and PostgreSQL keeps it as a line of its pid file. */
    private static void refuseUnquotable(Path folder) {
        if (folder.toString().matches("(?s).*[\"$`\\\\\\r\\n].*")) {
            throw new StoreStartException("the path of the data folder must not contain \", $, `, \\ or a line break: "
                    + "choose another folder");
        }
    }
}
