package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.OwnDatabase;
import io.reprise.testing.Patience;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data folder has one server, and a server that was killed leaves no PostgreSQL running, or the next one takes it. */
class OneFolderIT {
    private static final int KILLS = Rounds.of(3, 30);
    private static final String USER = "ada";

    @TempDir
    Path temp;

    private final Random random = Seed.random("OneFolderIT");
    private final List<ServerProcess> started = new ArrayList<>();
    private OwnDatabase database;

    @BeforeEach
    void prepare_the_data_folder() {
        database = OwnDatabase.prepared(temp.resolve("data"));
    }

    @AfterEach
    void stop_everything() {
        started.forEach(ServerProcess::close);
        database.close();
    }

    @Test
    void a_second_server_on_the_folder_is_refused_in_one_line_and_the_first_continues() {
        ServerProcess first = start(Map.of());
        TestClient tab = first.client(USER);
        String session = tab.create();
        tab.attachLive(session);

        try (ServerProcess second =
                ServerProcess.launch(Map.of("data.dir", database.dataDir().toString()))) {
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.complained())
                    .singleElement()
                    .asString()
                    .startsWith("reprise: ")
                    .contains(database.dataDir().toString(), "another");
            assertThat(second.said()).isEmpty();
        }

        tab.awaitEnd(session, tab.send(session, "/echo still mine").getString("run"));
        assertThat(tab.text(session, null)).isEqualTo("still mine");
        assertThat(first.troubles()).isEmpty();
        first.signal("TERM");
        first.awaitExit();
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(commands()).isEmpty());
    }

    /** Symptom: after kill -9 of the server its PostgreSQL ran on, until somebody started the next server. */
    @Test
    void a_killed_server_leaves_nothing_running_and_loses_nothing_that_was_accepted() {
        ServerProcess first = start(Map.of("database.orphanMs", "0"));
        TestClient tab = first.client(USER);
        String session = tab.create();
        tab.attachLive(session);
        tab.send(session, "/hang");
        tab.ask(
                "send",
                "the queued one",
                new JsonObject().put("session", session).put("text", "/echo later"));

        first.kill();

        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(commands()).isEmpty());
        assertThat(database.pidFile()).doesNotExist(); // it was not killed
        start(Map.of());
        assertThat(StoredLog.of(database.uri(), session).queue()).contains("the queued one");
    }

    @Test
    void the_next_server_takes_the_database_over_and_keeps_it() {
        ServerProcess first = start(Map.of());
        ProcessHandle postgres = database.process().orElseThrow();
        first.kill();

        ServerProcess next = start(Map.of());

        assertThat(next.logged("reusing PostgreSQL of a killed server")).hasSize(1);
        await().atMost(Patience.LIMIT)
                .untilAsserted(() ->
                        assertThat(guards()).as("only that of the next server").hasSize(1));
        assertThat(database.process()).contains(postgres);
        assertThat(next.troubles()).isEmpty();
        next.signal("TERM");
        next.awaitExit();
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(commands()).isEmpty());
    }

    /** The guard of the killed server and the next server both want the database, in either order. */
    @Test
    void a_server_that_starts_at_any_moment_after_a_kill_finds_everything_and_is_left_alone() {
        ServerProcess server = start(Map.of("database.orphanMs", "1000"));
        String session = server.client(USER).create();
        for (int i = 0; i < KILLS; i++) {
            TestClient tab = server.client(USER);
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/echo " + i).getString("run"));
            assertThat(tab.text(session, null)).isEqualTo(String.valueOf(i));

            server.kill();
            pause(random.nextInt(800));
            server = start(Map.of("database.orphanMs", "1000"));

            assertThat(server.troubles()).as("start %s", i).isEmpty();
        }
        await().atMost(Patience.LIMIT).untilAsserted(() -> assertThat(guards()).hasSize(1));
        assertThat(server.logged("PostgreSQL process ended; restarting it")).isEmpty();
        assertThat(StoredLog.of(database.uri(), session).assertWhole().runs())
                .hasSize(KILLS)
                .extracting(StoredLog.StoredRun::outcome)
                .containsOnly("success");
    }

    // --- helpers

    private ServerProcess start(Map<String, String> settings) {
        ServerProcess server = ServerProcess.startOn(database.dataDir(), settings);
        started.add(server);
        return server;
    }

    private List<String> guards() {
        return commands().stream().filter(line -> line.contains("/guard-")).toList();
    }

    /** Command lines of programs that work in the data folder, except servers. */
    private List<String> commands() {
        return ProcessHandle.allProcesses()
                .map(process -> commandLine(process.pid()))
                .filter(line -> line.contains(database.dataDir() + "/"))
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

    /** The moment is random here. */
    private static void pause(int ms) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        while (System.nanoTime() < end) LockSupport.parkNanos(end - System.nanoTime());
    }
}
