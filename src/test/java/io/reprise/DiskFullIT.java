package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.OwnDatabase;
import io.reprise.testing.Patience;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.SmallDisk;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the private PostgreSQL is full, and later there is space again; the server runs all the time. */
@EnabledIfSystemProperty(named = "test.soak", matches = "true", disabledReason = "needs scripts/test --soak")
class DiskFullIT {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final int DISK_MB = 500;
    private static final int MESSAGES_MAX = 2_000;
    private static final String USER = "ada";
    private static final String LONG = "many words ".repeat(5_000);

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private final Map<String, JsonObject> accepted = new LinkedHashMap<>();
    private SmallDisk disk;
    private OwnDatabase database;
    private ServerProcess server;
    private TestClient tab;

    @BeforeEach
    void start_on_a_small_disk() {
        disk = SmallDisk.mounted(folder, DISK_MB);
        database = OwnDatabase.prepared(disk.folder());
        server = ServerProcess.startOn(
                disk.folder(),
                Map.of("database.checkMs", "200", "database.restartsMax", "1", "store.waitMs", "600000"));
        tab = server.client(USER);
    }

    @AfterEach
    void stop_everything() {
        if (server != null) server.close();
        if (database != null) database.close();
        if (disk != null) disk.close();
    }

    @Test
    void commands_are_refused_in_clear_words_while_tables_cannot_grow_and_all_continues_when_they_can() {
        String running = tab.create();
        tab.attachLive(running);
        String run = tab.send(running, "/stream 1000000 50").getString("run");
        disk.fill();

        String refused = sendUntilRefused();

        awaitNotReady();
        assertThat(server.call("GET", "/health/live", null, null).statusCode()).isEqualTo(200);
        disk.empty();
        awaitContinued(refused);
        tab.ask("stop", new JsonObject().put("session", running).put("run", run));
        tab.awaitEnd(running, run);
        assertNothingLost();
        StoredLog.of(database.uri(), running).assertWhole().assertShownTo(tab, Long.MAX_VALUE);
    }

    /** PostgreSQL ends itself when it cannot write its log of changes, and cannot start before there is space. */
    @Test
    void a_postgresql_that_ended_for_lack_of_space_starts_when_there_is_space_again() {
        sendOne();
        disk.fill();

        useUpTheLogOfChanges();

        awaitNotReady();
        await().atMost(PATIENCE)
                .until(() -> !server.logged("the disk is full: PostgreSQL cannot start until there is space again")
                        .isEmpty());
        disk.empty();
        awaitContinued(UUID.randomUUID().toString());
        assertNothingLost();
    }

    // --- helpers

    /** The id of the first one that was refused. */
    private String sendUntilRefused() {
        for (int i = 0; i < MESSAGES_MAX; i++) {
            String id = UUID.randomUUID().toString();
            JsonObject answer = send(id);
            if (answer.getString("type").equals("result")) continue;
            assertThat(answer.getString("code")).as(answer.encode()).isEqualTo("unavailable");
            assertThat(answer.getBoolean("retryable")).isTrue();
            return id;
        }
        throw new AssertionError("the disk is not full");
    }

    private void sendOne() {
        assertThat(send(UUID.randomUUID().toString()).getString("type")).isEqualTo("result");
    }

    private JsonObject send(String id) {
        JsonObject created = tab.ask("create", new JsonObject());
        if (!created.getString("type").equals("result")) return created;
        String session = created.getString("session");
        JsonObject command = new JsonObject().put("session", session).put("text", "/hang " + LONG);
        JsonObject answer = tab.ask("send", id, command);
        if (answer.getString("type").equals("result")) accepted.put(id, command);
        return answer;
    }

    private void useUpTheLogOfChanges() {
        try (Connection connection = TestDatabase.connect(database.uri());
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 100; i++)
                statement.execute("SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000))");
            throw new AssertionError("the disk is not full");
        } catch (SQLException ended) {
            // It has ended itself.
        }
    }

    private void awaitNotReady() {
        await().atMost(PATIENCE).until(() -> ready() == 503);
    }

    private void awaitContinued(String id) {
        await().atMost(PATIENCE).until(() -> ready() == 200);
        await().atMost(PATIENCE).until(() -> send(id).getString("type").equals("result"));
    }

    private int ready() {
        return server.call("GET", "/health/ready", null, null).statusCode();
    }

    private void assertNothingLost() {
        accepted.forEach((id, command) -> assertThat(StoredLog.of(database.uri(), command.getString("session"))
                        .assertWhole()
                        .messagesOf(id))
                .isEqualTo(1));
        assertThat(accepted).isNotEmpty();
    }
}
