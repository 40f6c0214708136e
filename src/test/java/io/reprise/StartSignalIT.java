package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.OwnDatabase;
import io.reprise.testing.Patience;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that is ended by a signal, or that fails, leaves no process, and a folder that the next start can use. */
class StartSignalIT {
    private static final int FIRST_STARTS = Integer.getInteger("reprise.starts", Rounds.of(5, 6));
    private static final int LATER_STARTS = Rounds.of(4, 2 * FIRST_STARTS);
    private static final int TERMINATED = 143;

    /**
     * Files that appear one after the other in a first start; the start may be faster than the check for any of them.
     */
    private static final List<String> MOMENTS =
            List.of("", "reprise.lock", "postgresql/unpacking-", "postgresql/cluster-new-", "postgresql/cluster");

    @TempDir
    Path temp;

    private final Random random = Seed.random("StartSignalIT");
    private Path dataDir;
    private ServerProcess server;

    @AfterEach
    void stop_everything() {
        if (server != null) server.close();
        if (dataDir != null) new OwnDatabase(dataDir).close();
    }

    /**
     * Symptom: after SIGTERM between "PostgreSQL ready" and "ready" a PostgreSQL without a parent kept the data folder.
     * Cause: what a signal has to stop was known only when the whole start was complete.
     */
    @Test
    void a_signal_at_any_moment_of_a_first_start_leaves_nothing_running() {
        for (int i = 0; i < FIRST_STARTS; i++) {
            dataDir = temp.resolve("first-" + i);
            server = ServerProcess.launch(Map.of("data.dir", dataDir.toString()));
            String moment = MOMENTS.get(i % MOMENTS.size());
            awaitFile(moment);
            pause(random.nextInt(1_500));

            assertEndsWithoutATrace("first start, after " + moment);
        }
        assertStarts();
    }

    @Test
    void a_signal_at_any_moment_of_a_later_start_leaves_nothing_running() {
        dataDir = OwnDatabase.prepared(temp.resolve("later")).dataDir();
        server = ServerProcess.startOn(dataDir, Map.of("shutdown.drainMs", "0"));
        assertEndsWithoutATrace("running");
        for (int i = 0; i < LATER_STARTS; i++) {
            server = ServerProcess.launch(Map.of("data.dir", dataDir.toString(), "shutdown.drainMs", "0"));
            if (i % 2 == 0) awaitFile("postgresql/cluster/data/postmaster.pid");
            pause(random.nextInt(2_500));

            assertEndsWithoutATrace("later start");
        }
        assertStarts();
    }

    /** Children of initdb continue without their parent, unless the next start ends them. */
    @Test
    void a_start_that_is_killed_while_it_makes_the_database_is_redone_and_leaves_nothing_running() {
        dataDir = temp.resolve("killed");
        server = ServerProcess.launch(Map.of("data.dir", dataDir.toString()));
        awaitFile("postgresql/cluster-new-");
        pause(random.nextInt(500));
        server.kill();

        assertStarts();

        assertThat(entries("postgresql", "cluster-new-")).isEmpty();
        assertThat(entries("postgresql", "unpacking-")).isEmpty();
        assertThat(commands("initdb")).isEmpty();
    }

    /** Symptom: a port in use was reported after a database had been created, without its number. */
    @Test
    void a_port_in_use_is_reported_before_anything_is_created() throws IOException {
        dataDir = temp.resolve("taken");
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = other.getLocalPort();

            server = ServerProcess.launch(Map.of("data.dir", dataDir.toString(), "server.port", "" + port));

            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.complained())
                    .containsExactly("reprise: server.port " + port
                            + " on 127.0.0.1 is in use (REPRISE_SERVER_PORT=9000 scripts/run)");
        }
        assertThat(dataDir).doesNotExist();
    }

    // --- helpers

    private void assertEndsWithoutATrace(String when) {
        server.signal("TERM");
        assertThat(server.awaitExit()).as(when).isEqualTo(TERMINATED);
        assertThat(server.complained()).as(when).noneMatch(line -> line.startsWith("reprise: "));
        // pg_ctl ends by itself when its server has, and a server removes its pid file a moment before it ends.
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(commands("")).as(when).isEmpty());
        assertThat(dataDir.resolve("postgresql/cluster/data/postmaster.pid"))
                .as(when)
                .doesNotExist();
    }

    private void assertStarts() {
        server = ServerProcess.startOn(dataDir, Map.of());
        assertThat(server.logged("reusing PostgreSQL of a killed server")).isEmpty();
        assertThat(server.troubles()).isEmpty();
        server.signal("TERM");
        assertThat(server.awaitExit()).isEqualTo(TERMINATED);
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(commands("")).isEmpty());
    }

    /** Command lines of programs that work in the data folder. */
    private List<String> commands(String word) {
        return ProcessHandle.allProcesses()
                .map(process -> commandLine(process.pid()))
                .filter(line -> line.contains(dataDir + "/") && line.contains(word))
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    private void awaitFile(String path) {
        Path file = dataDir.resolve(path);
        BooleanSupplier there = () -> !entries(
                        dataDir.relativize(file.getParent()).toString(),
                        file.getFileName().toString())
                .isEmpty();
        await().atMost(Patience.LIMIT)
                .pollInterval(5, TimeUnit.MILLISECONDS)
                .until(() -> path.isEmpty()
                        || there.getAsBoolean()
                        || server.logged("ready").size() > 0);
    }

    private List<Path> entries(String folder, String prefix) {
        try (var children = Files.list(dataDir.resolve(folder))) {
            return children.filter(child -> child.getFileName().toString().startsWith(prefix))
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    /** The moment is random here. */
    private static void pause(int ms) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        while (System.nanoTime() < end) LockSupport.parkNanos(end - System.nanoTime());
    }
}
