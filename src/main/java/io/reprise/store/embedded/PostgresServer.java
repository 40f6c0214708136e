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
    private static final Duration FAST_STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration IMMEDIATE_STOP_LIMIT = Duration.ofSeconds(10);
    private static final int ATTEMPTS_MAX = 50;
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** Failures that pass by themselves: a port taken in between, the last children of a killed server, a slow start. */
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

    /** Returns the port once the server answers on it. */
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

    /** The same server from now on: on this port only, which its clients know. */
    PostgresServer at(int port) {
        return new PostgresServer(programs, cluster, settings, new LoopbackPort(port, ports.memory()), serverLog);
    }

    /** Whether the process is there; it may still be recovering. */
    boolean isRunning() throws IOException {
        return owner().isPresent();
    }

    /** An interrupt of the caller does not cut it short: no process may stay. */
    void stop() throws IOException {
        try {
            Uninterrupted.run(() -> {
                try {
                    stopGently();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Gentle first: without its clients the server stores what is in memory; then without waiting; then by force. */
    private void stopGently() throws IOException {
        // A server that crashed left its pid file, and its pid may be another program's by now.
        if (owner().isEmpty() || pgCtlStop("fast", FAST_STOP_LIMIT) || owner().isEmpty()) {
            return;
        }
        log.atWarn().log("PostgreSQL did not stop in time; forcing it (it recovers at the next start)");
        if (!pgCtlStop("immediate", IMMEDIATE_STOP_LIMIT)) {
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

    /** The process that really serves our data folder now. */
    private Optional<PidFile.Owner> owner() throws IOException {
        return PidFile.of(cluster.data())
                .read()
                .filter(owner -> new RunningProcess(owner.pid()).servesDataFolder(cluster.data()));
    }

    /** Same programs, same settings, a port that suits: otherwise an upgrade would never take effect. */
    private boolean isAsWeStartIt(PidFile.Owner owner) {
        List<String> ours = settings.commandLine(programs.path("postgres"), cluster.data(), owner.port());
        return ports.suits(owner.port())
                && new RunningProcess(owner.pid()).commandLine().equals(String.join(" ", ours));
    }

    /** It may still be recovering, or be on its way down. */
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
     * pg_ctl gives the server a session of its own, so the terminal's Ctrl-C, meant for us, does not stop it. An
     * interrupt is obeyed once the server can be found by its pid file, so that it can be stopped: without pg_ctl nobody
     * would know of it before that.
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
                        limit.plusSeconds(5),
                        "pg_ctl",
                        List.of(
                                "stop",
                                "--wait",
                                "--mode=" + mode,
                                "--timeout=" + limit.toSeconds(),
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
