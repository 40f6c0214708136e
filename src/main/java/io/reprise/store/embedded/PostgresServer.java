package io.reprise.store.embedded;

import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.Deadline;
import io.reprise.store.database.StoreStartException;
import io.reprise.support.Uninterrupted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The postgres process of a data folder: started, or reused after a kill of the server; stopped. */
final class PostgresServer {
    private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration START_STEP = Duration.ofSeconds(60);
    static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int ATTEMPTS_MAX = 50;
    private static final Duration PAUSE = Duration.ofMillis(200);

    /**
     * Messages of failures that are temporary: the port was taken in between, child processes of a killed server are
     * still running, or the start is slow.
     */
    private static final List<String> PASSING_FAILURES = List.of(
            "Address already in use",
            "pre-existing shared memory block",
            "lock file \"postmaster.pid\" already exists",
            "server did not start in time");

    private final PostgresPrograms programs;
    private final PostgresCluster cluster;
    private final PostgresSettings settings;
    private final LoopbackPort ports;
    private final ServerLog serverLog;

    PostgresServer(
            PostgresPrograms programs,
            PostgresCluster cluster,
            PostgresSettings settings,
            LoopbackPort ports,
            ServerLog serverLog) {
        this.programs = programs;
        this.cluster = cluster;
        this.settings = settings;
        this.ports = ports;
        this.serverLog = serverLog;
    }

    /** Starts the server, or reuses the running one. Returns its port once it answers there. */
    int startOrAdopt() throws IOException {
        Deadline deadline = Deadline.in(START_LIMIT);
        for (int attempt = 1; ; attempt++) {
            Optional<Integer> adopted = adopt(deadline);
            if (adopted.isPresent()) {
                return adopted.get();
            }
            int port = ports.choose();
            Optional<String> failure = tryStart(port);
            if (failure.isEmpty()) {
                ports.remember(port);
                return port;
            }
            if (attempt == ATTEMPTS_MAX
                    || deadline.passed()
                    || PASSING_FAILURES.stream().noneMatch(failure.get()::contains)) {
                stop();
                throw startFailed(failure.get());
            }
            Deadline.pause(PAUSE);
        }
    }

    /** A server for the same folder that uses only this port, because its clients are already connected to it. */
    PostgresServer at(int port) {
        return new PostgresServer(programs, cluster, settings, new LoopbackPort(port, ports.memory()), serverLog);
    }

    /** Whether the process exists. It may still be recovering. */
    boolean isRunning() throws IOException {
        return owner().isPresent();
    }

    /**
     * Stops the process. An interrupt of the caller does not end this method early, because no process may be left
     * running.
     */
    void stop() throws IOException {
        stop(STOP_LIMIT);
    }

    /** As above. */
    void stop(Duration limit) throws IOException {
        try {
            Uninterrupted.run(() -> {
                try {
                    stopGently(limit);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Stops the server within a limit: for two thirds of it, it may close connections and write its memory to disk; for
     * the rest it may stop without that; finally it is killed.
     */
    private void stopGently(Duration limit) throws IOException {
        Duration rest = limit.dividedBy(3);
        // After a crash of the server its pid file remains, and the pid may belong to another program by now.
        if (owner().isEmpty() || pgCtlStop("fast", limit.minus(rest)) || owner().isEmpty()) {
            return;
        }
        log.atWarn().log("PostgreSQL did not stop in time; forcing it (it recovers at the next start)");
        if (!pgCtlStop("immediate", rest)) {
            owner().ifPresent(owner -> new RunningProcess(owner.pid()).kill());
        }
    }

    private Optional<Integer> adopt(Deadline deadline) throws IOException {
        PidFile pidFile = PidFile.of(cluster.data());
        if (!Files.exists(pidFile.path())) {
            return Optional.empty();
        }
        Optional<PidFile.Owner> owner = owner();
        if (owner.isEmpty()) {
            pidFile.disown();
            return Optional.empty();
        }
        if (isAsWeStartIt(owner.get()) && awaitLogin(owner.get(), deadline)) {
            log.atInfo().addKeyValue("pid", owner.get().pid()).log("reusing PostgreSQL of a killed server");
            return Optional.of(owner.get().port());
        }
        if (owner().isPresent()) {
            log.atInfo().addKeyValue("pid", owner.get().pid()).log("stopping PostgreSQL of a killed server");
            stop();
        }
        return Optional.empty();
    }

    /** The running process that serves this data folder; empty if there is none. */
    private Optional<PidFile.Owner> owner() throws IOException {
        return PidFile.of(cluster.data())
                .read()
                .filter(owner -> new RunningProcess(owner.pid()).servesDataFolder(cluster.data()));
    }

    /**
     * Whether the running server uses the programs and settings of this version and an acceptable port. Otherwise it is
     * restarted, so that an upgrade takes effect.
     */
    private boolean isAsWeStartIt(PidFile.Owner owner) {
        List<String> ours = settings.commandLine(programs.path("postgres"), cluster.data(), owner.port());
        return ports.suits(owner.port())
                && new RunningProcess(owner.pid()).commandLine().equals(String.join(" ", ours));
    }

    /** Waits until the server accepts logins: it may still be recovering, or be stopping. */
    private boolean awaitLogin(PidFile.Owner owner, Deadline deadline) throws IOException {
        DatabaseUri uri = cluster.uri(owner.port());
        while (!deadline.passed() && owner().isPresent()) {
            switch (Login.attempt(uri)) {
                case ACCEPTED -> {
                    return true;
                }
                case REFUSED -> {
                    return false;
                }
                case NOT_YET -> Deadline.pause(PAUSE);
            }
        }
        return false;
    }

    /**
     * Starts the server once. Returns the error, or empty on success. pg_ctl starts the server in its own session, so
     * that a Ctrl-C in the terminal does not stop it. An interrupt takes effect only after the pid file exists: before
     * that, only pg_ctl knows the process, and nothing could stop it.
     */
    private Optional<String> tryStart(int port) throws IOException {
        long logBefore = serverLog.sizeBytes();
        Program.Result result = programs.runUntilFound(
                START_STEP.plusSeconds(5),
                this::isFound,
                "pg_ctl",
                List.of(
                        "start",
                        "--wait",
                        "--timeout=" + START_STEP.toSeconds(),
                        "--pgdata=" + cluster.data(),
                        "--log=" + serverLog.file(),
                        "--options=" + String.join(" ", settings.options(port))));
        return result.succeeded() ? Optional.empty() : Optional.of(result.output() + serverLog.since(logBefore));
    }

    private boolean isFound() {
        try {
            return isRunning();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private boolean pgCtlStop(String mode, Duration limit) {
        return programs.run(
                        limit,
                        "pg_ctl",
                        List.of(
                                "stop",
                                "--wait",
                                "--mode=" + mode,
                                "--timeout=" + (limit.toSeconds() + 1), // whole seconds; the limit above is exact
                                "--pgdata=" + cluster.data()))
                .succeeded();
    }

    private StoreStartException startFailed(String said) {
        String reason = said.lines()
                .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                .reduce((earlier, later) -> later)
                .orElseGet(() -> said.lines()
                        .filter(line -> !line.isBlank())
                        .reduce((a, b) -> b)
                        .orElse("no reason given"));
        return new StoreStartException(
                "PostgreSQL did not start (" + reason.strip() + "): see " + serverLog.file() + " or set database.url");
    }
}
