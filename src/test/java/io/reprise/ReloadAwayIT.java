package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.DatabaseProxy;
import io.reprise.testing.LogLines;
import io.reprise.testing.Patience;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings file changes while the database is away. */
class ReloadAwayIT {
    @TempDir
    private Path folder;

    /** Symptom: the change was in use, but the audit log knew nothing of it. */
    @Test
    void a_change_of_the_file_while_the_database_is_away_is_in_the_audit_log_when_it_is_back() throws IOException {
        DatabaseUri database = TestDatabase.fresh();
        Path file = folder.resolve("reprise.yaml");
        Files.writeString(file, "run:\n  stepsMax: 30\n");
        try (DatabaseProxy proxy = DatabaseProxy.before(database);
                LogLines log = LogLines.of("io.reprise.reload.FileChanges");
                TestServer server = TestServer.startWithFile(
                        file, proxy.uri(), Map.of("database.timeoutMs", "2000", "reload.pollMs", "100"))) {
            proxy.refuse();
            Files.writeString(file, "run:\n  stepsMax: 35\n");
            await().atMost(Patience.LIMIT)
                    .until(() ->
                            !log.with("cannot be recorded in the audit log").isEmpty());

            proxy.heal();

            await().atMost(Patience.LIMIT).until(() -> !entries(server).isEmpty());
            JsonObject detail = entries(server).getJsonObject(0).getJsonObject("detail");
            assertThat(detail.getJsonArray("keys")).containsExactly("run.stepsMax");
            assertThat(detail.getString("since")).isNotBlank();
        }
    }

    /** Empty also while the server cannot read its database yet. */
    private static JsonArray entries(TestServer server) {
        HttpResponse<String> answer =
                server.call("GET", "/api/v1/audit?action=config.changed", server.token("root", "admin"), null);
        return answer.statusCode() == 200 ? new JsonObject(answer.body()).getJsonArray("entries") : new JsonArray();
    }
}
