package io.reprise.store.embedded;

import io.reprise.config.storage.DatabaseSettings;
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

/**
 * The PostgreSQL that is shipped with the server. It needs no installation and stores its data in the data folder;
 * there is one per folder.
 */
public final class PrivatePostgres implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PrivatePostgres.class);
    private static final String FOLDER = "postgresql";
    private static final long LOG_BYTES_MAX = 8L * 1024 * 1024;
    private static final Duration LOG_CHECK_INTERVAL = Duration.ofMinutes(1);

    private final PostgresServer server;
    private final DatabaseUri uri;
    private final OrphanGuard guard;
    private final Runnable release;
    private final Thread logKeeper;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile PostgresWatch watch;

    private PrivatePostgres(
            PostgresServer server, DatabaseUri uri, OrphanGuard guard, ServerLog serverLog, Runnable release) {
        this.server = server;
        this.uri = uri;
        this.guard = guard;
        this.release = release;
        this.logKeeper = Thread.ofVirtual().start(() -> serverLog.keepSmall(LOG_CHECK_INTERVAL));
    }

    /**
     * Starts the server of this folder, or reuses one that a killed process left running. Blocks until it answers:
     * several seconds at the first start, later less than one, longer if PostgreSQL has to recover. {@link #stop()} also
     * releases the folder.
     *
     * @param settings with the port on the loopback address; 0 uses the port of the last start if it is free, else any
     *     free port
     * @throws StoreStartException with one line that tells the operator what to do
     */
    public static PrivatePostgres start(Path dataDir, DatabaseSettings settings) {
        return start(dataDir, Options.production(settings.port(), Duration.ofMillis(settings.orphanMs())));
    }

    /** Address of the server that serves this folder now; empty if none does. */
    public static Optional<DatabaseUri> running(Path dataDir) {
        PostgresCluster cluster = PostgresCluster.in(dataDir.resolve(FOLDER));
        try {
            Optional<PidFile.Owner> owner = PidFile.of(cluster.data()).read().filter(found -> found.port() > 0);
            return owner.isEmpty()
                    ? Optional.empty()
                    : Optional.of(cluster.uri(owner.get().port()));
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    /** For tests: does not sync its data to disk, and shares the unpacked programs with other folders. */
    public static PrivatePostgres startThrowaway(Path dataDir, Path programs) {
        return start(
                dataDir, new Options(LoopbackPort.ANY, false, Optional.of(programs.toAbsolutePath()), Duration.ZERO));
    }

    /**
     * @param programs where the programs are unpacked; empty for the data folder
     * @param orphan how long PostgreSQL outlives a process that was killed
     */
    record Options(int port, boolean durable, Optional<Path> programs, Duration orphan) {
        static Options production(int port, Duration orphan) {
            return new Options(port, true, Optional.empty(), orphan);
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
            OrphanGuard.disarmOthers(folder);
            OrphanGuard guard = OrphanGuard.begin(folder, programs, cluster.data(), options.orphan());
            try {
                int port = server.startOrAdopt();
                BinariesArchive.deleteOthers(home);
                log.atInfo()
                        .addKeyValue("port", port)
                        .addKeyValue("ms", sinceBegin.ms())
                        .log("PostgreSQL ready");
                return new PrivatePostgres(server, cluster.uri(port), guard, serverLog, release);
            } catch (IOException | RuntimeException failure) {
                // No process may be left running after a failure. After an interrupt even writing a small file can
                // fail.
                server.stop();
                guard.end();
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
     * Starts to supervise the server: it is restarted when its process has ended.
     *
     * @param lost called at most once, when {@code database.restartsMax} restarts in a row have failed
     */
    public void watch(DatabaseSettings settings, Consumer<String> lost) {
        watch = new PostgresWatch(server.at(uri.port()), settings, lost);
        watch.begin();
    }

    /** Ends open connections and waits, within a limit, until the server has written everything to disk. */
    public void stop() {
        stop(PostgresServer.STOP_LIMIT);
    }

    /**
     * As above; may be called again. A server that does not stop in time is killed, and recovers at its next start. One that is
     * being started has half of the time to come to a result; if it does not, the guard stops it once this process has ended.
     */
    public void stop(Duration limit) {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        logKeeper.interrupt();
        Stopwatch sinceBegin = Stopwatch.started();
        boolean ended = watch == null || watch.stop(limit.dividedBy(2));
        try {
            server.stop(limit.minusMillis(sinceBegin.ms()));
            if (ended) guard.end();
            else log.atWarn().log("a start of PostgreSQL did not end; it is stopped when this process has ended");
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

    /**
     * Refuses paths with special characters: pg_ctl passes the path through a shell, and PostgreSQL stores it as one
     * line of its pid file.
     */
    private static void refuseUnquotable(Path folder) {
        if (folder.toString().matches("(?s).*[\"$`\\\\\\r\\n].*")) {
            throw new StoreStartException("the path of the data folder must not contain \", $, `, \\ or a line break: "
                    + "choose another folder");
        }
    }
}
