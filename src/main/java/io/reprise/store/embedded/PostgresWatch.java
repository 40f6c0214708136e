package io.reprise.store.embedded;

import io.reprise.config.storage.DatabaseSettings;
import io.reprise.store.database.StoreStartException;
import io.reprise.support.Backoff;
import io.reprise.support.Stopwatch;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restarts the private PostgreSQL when its process has ended. */
final class PostgresWatch {
    private static final Logger log = LoggerFactory.getLogger(PostgresWatch.class);

    /** What PostgreSQL, Java and the system call it. */
    private static final String NO_SPACE = "No space left on device";

    private final PostgresServer server;
    private final DatabaseSettings settings;
    private final Consumer<String> lost;
    private final Backoff backoff;
    private volatile boolean stopped;
    private Thread thread;

    /**
     * @param server on the port that its clients are connected to
     * @param lost called at most once, when {@code database.restartsMax} restarts in a row have failed
     */
    PostgresWatch(PostgresServer server, DatabaseSettings settings, Consumer<String> lost) {
        this.server = server;
        this.settings = settings;
        this.lost = lost;
        this.backoff = new Backoff(settings.restartMs(), settings.restartMaxMs());
    }

    void begin() {
        thread = Thread.ofVirtual().name("postgres-watch").start(this::run);
    }

    /**
     * Ends the supervision. No server is started any more if the result is true; false: one was being started, and the start
     * did not end in time.
     */
    boolean stop(Duration limit) {
        stopped = true;
        thread.interrupt();
        try {
            return thread.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void run() {
        int attempts = 0; // in a row
        int failures = 0; // of these, those that count
        Stopwatch sinceStart = Stopwatch.started();
        try {
            while (!stopped) {
                Thread.sleep(settings.checkMs());
                if (isRunning()) continue;
                if (sinceStart.ms() >= settings.restartMaxMs()) attempts = failures = 0;
                if (attempts > 0) Thread.sleep(backoff.pauseMs(attempts));
                attempts++;
                String failure = startAgain(attempts);
                sinceStart = Stopwatch.started();
                failures = isForLackOfSpace(failure) ? 0 : failures + 1;
                if (failure != null && failures >= settings.restartsMax()) {
                    lost.accept(failure);
                    return;
                }
            }
        } catch (InterruptedException e) {
            // The supervision is being stopped.
        }
    }

    /** Another process could not start it either, so this one waits for space, however long that takes. */
    private boolean isForLackOfSpace(String failure) {
        if (failure == null || !failure.contains(NO_SPACE)) return false;
        log.atError().log("the disk is full: PostgreSQL cannot start until there is space again");
        return true;
    }

    private boolean isRunning() {
        try {
            return server.isRunning();
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Restarts the server. Returns null on success, else the error. */
    private String startAgain(int attempt) {
        log.atError().addKeyValue("attempt", attempt).log("PostgreSQL process ended; restarting it");
        Stopwatch watch = Stopwatch.started();
        try {
            server.startOrAdopt();
            log.atInfo().addKeyValue("ms", watch.ms()).log("PostgreSQL restarted");
            return null;
        } catch (IOException | StoreStartException e) {
            if (!stopped) log.atError().addKeyValue("cause", e.getMessage()).log("starting PostgreSQL failed");
            return e.getMessage();
        }
    }
}
