package io.reprise.store.embedded;

import io.reprise.store.database.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Stops PostgreSQL when the process of the server has ended without doing so, as after {@code kill -9}. A small shell
 * process waits until its standard input ends, which happens however the server ends, and then some time, in which the
 * next server may take PostgreSQL over.
 *
 * <p>A guard has a file. The next server deletes it, or the guard renames it before it stops PostgreSQL: only one of both
 * succeeds.
 */
final class OrphanGuard {
    private static final String PREFIX = "guard-";
    private static final String STOPPING = "stopping-";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration END_LIMIT = Duration.ofSeconds(2);

    /**
     * Arguments: the guard's file, its name while it stops PostgreSQL, the data of PostgreSQL, the seconds to wait, the
     * words of pg_ctl. A pid file may be older than its process, whose pid another program may have by now.
     */
    private static final String SCRIPT = """
            trap '' HUP INT QUIT TERM
            own=$1 stopping=$2 data=$3 left=$4
            shift 4
            read -r _
            while [ -e "$own" ] && [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done
            mv "$own" "$stopping" 2> /dev/null || exit 0
            pid=$(head -n 1 "$data/postmaster.pid" 2> /dev/null)
            if [ -r /proc/self/cmdline ]; then words=$(tr '\\0' ' ' < "/proc/${pid:-none}/cmdline")
            else words=$(ps -ww -o command= -p "${pid:-0}"); fi 2> /dev/null
            case "$words " in
              *"postgres -D $data "*)
                "$@" stop --wait --mode=fast --timeout=40 --pgdata="$data" ||
                  "$@" stop --wait --mode=immediate --timeout=20 --pgdata="$data" ;;
            esac
            rm -f "$stopping"
            """;

    private final Path file;
    private final Process process;

    private OrphanGuard(Path file, Process process) {
        this.file = file;
        this.process = process;
    }

    /**
     * Disarms guards of earlier servers, or waits until one that is stopping PostgreSQL has done so. Only the holder of
     * the data folder may call it.
     */
    static void disarmOthers(Path folder) throws IOException {
        for (Path other : Folders.childrenStartingWith(folder, PREFIX)) Files.deleteIfExists(other);
        Deadline deadline = Deadline.in(STOP_LIMIT);
        for (Path stopping : Folders.childrenStartingWith(folder, STOPPING)) {
            while (isAtWork(stopping) && !deadline.passed()) Deadline.pause(PAUSE);
            Files.deleteIfExists(stopping);
        }
    }

    /** A guard that was killed itself, as by a power failure, has left its file. */
    private static boolean isAtWork(Path stopping) {
        return Files.exists(stopping)
                && ProcessHandle.allProcesses()
                        .anyMatch(other -> new RunningProcess(other.pid())
                                .commandLine()
                                .contains(stopping.getFileName().toString()));
    }

    /** @param patience how long PostgreSQL may outlive the server, rounded up to seconds */
    static OrphanGuard begin(Path folder, PostgresPrograms programs, Path data, Duration patience) throws IOException {
        String id = UUID.randomUUID().toString();
        Path file = Files.createFile(folder.resolve(PREFIX + id), Folders.OWNER_ONLY_FILE);
        long seconds = (patience.toMillis() + 999) / 1_000;
        List<String> words = new ArrayList<>(List.of("sh", "-c", SCRIPT, "guard"));
        words.addAll(List.of(
                file.toString(), folder.resolve(STOPPING + id).toString(), data.toString(), String.valueOf(seconds)));
        words.addAll(programs.words("pg_ctl", List.of()));
        return new OrphanGuard(file, Program.beginSilent(folder, words));
    }

    /** Ends it, because PostgreSQL has been stopped. */
    void end() {
        try {
            Files.deleteIfExists(file);
            process.getOutputStream().close();
            process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException gone) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
