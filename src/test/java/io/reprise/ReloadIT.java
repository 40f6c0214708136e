package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.Patience;
import io.reprise.testing.Rounds;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server follows its settings file while it runs. */
@Timeout(600)
class ReloadIT {
    private static final int RELOADS = Rounds.of(10, 50);
    private static final int REQUESTS = Rounds.of(200, 1_000);
    private static final int SOCKETS = Rounds.of(20, 200);

    @TempDir
    private Path folder;

    @Test
    void a_good_file_is_used_and_a_bad_one_is_told_and_changes_nothing() throws IOException {
        Path file = write("run:\n  stepsMax: 30\n");
        try (TestServer server = TestServer.startWithFile(file, TestDatabase.fresh(), Map.of());
                TestClient admin = TestClient.connect(server.port(), server.token("root", "admin"))) {
            write("run:\n  stepsMax: 35\n");
            notice(admin, "config.reloaded");
            assertThat(value(server, "run.stepsMax")).isEqualTo(35);

            write("run:\n  stepsMax: 40\nsearch:\n  timeMs: fast\nsessions:\n  shards: 8\n");
            JsonObject rejected = notice(admin, "config.rejected");

            assertThat(rejected.getJsonObject("data").getJsonArray("problems").encode())
                    .contains("search.timeMs", "line 4");
            assertThat(value(server, "run.stepsMax")).isEqualTo(35);
            JsonObject error = config(server).getJsonObject("lastError");
            assertThat(error.getJsonArray("problems").getJsonObject(0).getString("where"))
                    .endsWith("reprise.yaml, line 4");

            write("sessions:\n  shards: 8\n");
            await().atMost(Patience.LIMIT)
                    .until(() ->
                            config(server).getJsonObject("lastError").encode().contains("sessions.shards"));
            write("");
            await().atMost(Patience.LIMIT).until(() -> !config(server).containsKey("lastError"));
            assertThat(value(server, "run.stepsMax")).isEqualTo(25);
        }
    }

    @Test
    void files_of_the_catalogue_are_used_together_with_the_settings_or_not_at_all() throws IOException {
        Path file = write("run:\n  stepsMax: 30\n");
        catalogue("providers/house.yaml", "type: ollama\n");
        try (TestServer server = TestServer.startWithFile(file, TestDatabase.fresh(), Map.of());
                TestClient admin = TestClient.connect(server.port(), server.token("root", "admin"))) {
            int from = admin.frameCount();
            catalogue("models/large.yaml", "provider: house\nname: llama\n");
            assertThat(notice(admin, from, "config.reloaded").encode()).contains("model large");

            from = admin.frameCount();
            catalogue("models/large.yaml", "provider: nobody\nname: llama\n");
            assertThat(notice(admin, from, "config.rejected").encode())
                    .contains("model large: provider", "there is no provider nobody", "large.yaml, line 1");
            from = admin.frameCount();
            write("run:\n  stepsMax: 35\n");
            notice(admin, from, "config.rejected");
            assertThat(value(server, "run.stepsMax")).isEqualTo(30);

            from = admin.frameCount();
            catalogue("models/large.yaml", "provider: house\nname: llama\nmaxTokens: 5\n");
            assertThat(notice(admin, from, "config.reloaded").encode()).contains("model large", "run.stepsMax");
            assertThat(value(server, "run.stepsMax")).isEqualTo(35);
        }
    }

    @Test
    void a_wrong_file_of_the_catalogue_prevents_the_start_and_is_named() throws IOException {
        Path file = write("");
        catalogue("agents/helper.yaml", "title: Helper\nmodel: none\n");

        assertThatThrownBy(() -> TestServer.startWithFile(file, TestDatabase.fresh(), Map.of()))
                .hasMessageContaining("agent helper: model")
                .hasMessageContaining("helper.yaml, line 2");
    }

    private void catalogue(String name, String text) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        Path other = folder.resolve("." + path.getFileName());
        Files.writeString(other, text);
        Files.move(other, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void without_a_watch_an_administrator_reloads() throws IOException {
        Path file = write("run:\n  stepsMax: 30\n");
        Map<String, String> settings = Map.of("reload.watch", "false");
        try (TestServer server = TestServer.startWithFile(file, TestDatabase.fresh(), settings)) {
            write("run:\n  stepsMax: 35\n");

            String answer = server.call("POST", "/api/v1/config/reload", server.token("root", "admin"), null)
                    .body();

            assertThat(new JsonObject(answer).getString("outcome")).isEqualTo("reloaded");
            assertThat(value(server, "run.stepsMax")).isEqualTo(35);
        }
    }

    @Test
    void a_hangup_signal_reloads_where_there_is_no_terminal() throws IOException {
        Path file = write("run:\n  stepsMax: 30\n");
        Map<String, String> settings = Map.of(
                "config",
                file.toString(),
                "reload.watch",
                "false",
                "database.url",
                TestDatabase.fresh().reveal());
        try (ServerProcess server = ServerProcess.start(settings)) {
            write("run:\n  stepsMax: 35\n");

            server.signal("HUP");

            await().atMost(Patience.LIMIT)
                    .until(() -> !server.logged("changed settings are in use").isEmpty());
            assertThat(server.logged("changed settings are in use").getFirst().encode())
                    .contains("run.stepsMax");
            server.client("ada").close();
        }
    }

    @Test
    void the_level_of_the_log_changes_while_the_server_runs() throws IOException {
        Path file = write("");
        Map<String, String> settings = Map.of(
                "config",
                file.toString(),
                "reload.watch",
                "false",
                "database.url",
                TestDatabase.fresh().reveal());
        try (ServerProcess server = ServerProcess.start(settings)) {
            server.call("GET", "/api/v1/sessions", "nonsense", null);
            assertThat(server.logged("token refused")).isEmpty();

            write("logging:\n  level: debug\n");
            server.signal("HUP");

            await().atMost(Patience.LIMIT).until(() -> {
                server.call("GET", "/api/v1/sessions", "nonsense", null);
                return !server.logged("token refused").isEmpty();
            });
        }
    }

    @Test
    void reloads_under_load_fail_no_request_and_drop_no_socket() throws Exception {
        Path file = write(settings(0));
        try (TestServer server = TestServer.startWithFile(file, TestDatabase.fresh(), Map.of());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicBoolean over = new AtomicBoolean();
            String token = server.token("ada");
            List<Future<Integer>> streams = new ArrayList<>();
            List<TestClient> tabs = new ArrayList<>();
            for (int i = 0; i < SOCKETS; i++) {
                TestClient tab = TestClient.connect(server.port(), token);
                tabs.add(tab);
                streams.add(threads.submit(() -> stream(tab, over)));
            }
            Future<Integer> requests = threads.submit(() -> request(server, token, over));

            for (int i = 1; i <= RELOADS; i++) {
                rename(settings(i));
                int wanted = i;
                await().atMost(Patience.LIMIT).until(() -> config(server).getInteger("reloads") >= wanted);
            }
            over.set(true);

            assertThat(requests.get()).isGreaterThanOrEqualTo(REQUESTS);
            int runs = 0;
            for (Future<Integer> stream : streams) runs += stream.get();
            assertThat(runs).isGreaterThanOrEqualTo(SOCKETS);
            for (TestClient tab : tabs) {
                assertThat(tab.ask("ping", new JsonObject()).getString("type")).isEqualTo("pong");
                tab.close();
            }
            System.out.println("ReloadIT: " + RELOADS + " reloads, " + requests.get() + " requests, " + SOCKETS
                    + " sockets, " + runs + " runs");
        }
    }

    /** Also another model, so that parts are replaced while runs use them. */
    private static String settings(int round) {
        return "run:\n  stepsMax: " + (30 + round) + "\nmodel:\n  maxTokens: " + (1_000 + round) + "\n";
    }

    private static int stream(TestClient tab, AtomicBoolean over) {
        String session = tab.create();
        tab.attachLive(session);
        int runs = 0;
        do {
            JsonObject end = tab.awaitEnd(
                    session, tab.send(session, "/echo " + TestClient.words(200)).getString("run"));
            assertThat(end.encode()).doesNotContain("RUN_ERROR");
            runs++;
        } while (!over.get());
        return runs;
    }

    private static int request(TestServer server, String token, AtomicBoolean over) {
        int requests = 0;
        while (!over.get() || requests < REQUESTS) {
            assertThat(server.call("GET", "/api/v1/sessions?limit=1", token, null)
                            .statusCode())
                    .isEqualTo(200);
            requests++;
        }
        return requests;
    }

    private static JsonObject notice(TestClient admin, String kind) {
        return notice(admin, 0, kind);
    }

    /** @param from the number of frames that came before */
    private static JsonObject notice(TestClient admin, int from, String kind) {
        return admin.await(
                kind, from, frame -> frame.getString("type").equals("notice") && kind.equals(frame.getString("kind")));
    }

    private static JsonObject config(TestServer server) {
        return new JsonObject(server.call("GET", "/api/v1/config", server.token("root", "admin"), null)
                .body());
    }

    private static Object value(TestServer server, String key) {
        return new JsonObject(server.call("GET", "/api/v1/settings", server.token("root", "admin"), null)
                        .body())
                .getJsonArray("settings").stream()
                        .map(JsonObject.class::cast)
                        .filter(shown -> shown.getString("key").equals(key))
                        .findFirst()
                        .orElseThrow()
                        .getValue("value");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("reprise.yaml"), text);
    }

    private void rename(String text) throws IOException {
        Path next = Files.writeString(folder.resolve(".next"), text);
        Files.move(
                next,
                folder.resolve("reprise.yaml"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }
}
