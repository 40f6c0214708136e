package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.Patience;
import io.reprise.testing.Permissions;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of a running server that it may not read any more, and then may again. */
@Timeout(600)
class ReloadDeniedIT {
    private static final String DENIED = "permission denied";

    @TempDir
    private Path folder;

    private ServerProcess server;
    private String admin;

    @BeforeEach
    void start() throws IOException {
        write("reprise.yaml", "run:\n  stepsMax: 30\n");
        write("agents/helper.yaml", "title: Helper\n");
        write("tools/look.yaml", """
                description: Looks.
                arguments: {type: object, properties: {at: {type: string}}, required: [at]}
                request: {url: "https://example.org/{at}"}
                """);
        server = ServerProcess.startObedient(Map.of(
                "config", folder.resolve("reprise.yaml").toString(),
                "database.url", TestDatabase.fresh().reveal(),
                "reload.pollMs", "500"));
        admin = server.token("root", "admin");
    }

    @AfterEach
    void stop() throws IOException {
        for (String name : new String[] {"", "agents", "tools"}) Permissions.give(folder.resolve(name));
        server.close();
    }

    @Test
    void a_settings_file_that_may_not_be_read_changes_nothing_until_it_may() throws IOException {
        Path file = folder.resolve("reprise.yaml");
        Permissions.take(file);
        awaitError("reprise.yaml");
        Path next = Files.writeString(folder.resolve(".next"), "run:\n  stepsMax: 35\n");
        Permissions.take(next);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);

        assertThat(stepsMax()).isEqualTo(30);
        Permissions.give(file);

        awaitNoError();
        assertThat(stepsMax()).isEqualTo(35);
    }

    /** Symptom: the agents of a folder that could not be read were gone. Cause: it was taken for an empty one. */
    @Test
    void a_folder_that_may_not_be_read_keeps_what_was_in_it() throws IOException {
        for (String name : new String[] {"agents", "tools", "agents/helper.yaml"}) {
            Permissions.take(folder.resolve(name));
            awaitError(name);

            assertAllIsThere();
            Permissions.give(folder.resolve(name));
            awaitNoError();
            assertAllIsThere();
        }
    }

    @Test
    void the_whole_folder_may_be_closed_for_a_while() throws IOException {
        Permissions.take(folder);
        awaitError("reprise.yaml");

        assertAllIsThere();
        assertThat(stepsMax()).isEqualTo(30);
        Permissions.give(folder);
        write("reprise.yaml", "run:\n  stepsMax: 40\n");

        await().atMost(Patience.LIMIT).until(() -> stepsMax() == 40);
        awaitNoError();
        assertAllIsThere();
    }

    private void awaitError(String name) {
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(config().getJsonObject("lastError", new JsonObject())
                                .encode())
                        .contains(name, DENIED));
    }

    private void awaitNoError() {
        await().atMost(Patience.LIMIT).until(() -> !config().containsKey("lastError"));
    }

    private void assertAllIsThere() {
        assertThat(server.call("GET", "/api/v1/agents/helper", admin, null).statusCode())
                .isEqualTo(200);
        // Without its argument it is refused; a tool that is unknown is not found.
        assertThat(server.call("POST", "/tools/v1/look", admin, "{}").statusCode())
                .isEqualTo(400);
    }

    private JsonObject config() {
        return new JsonObject(server.call("GET", "/api/v1/config", admin, null).body());
    }

    private int stepsMax() {
        return new JsonObject(
                        server.call("GET", "/api/v1/settings", admin, null).body())
                .getJsonArray("settings").stream()
                        .map(JsonObject.class::cast)
                        .filter(shown -> shown.getString("key").equals("run.stepsMax"))
                        .findFirst()
                        .orElseThrow()
                        .getInteger("value");
    }

    private void write(String name, String text) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
