package io.reprise.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The training run after a build, whose cache {@code scripts/run} uses. */
class TrainingIT {
    @TempDir
    private Path temporary;

    @Test
    void the_server_is_used_for_many_chats_one_long_chat_and_many_readers() {
        try (TestServer server = TestServer.start(Map.of())) {
            new Usage("http://127.0.0.1:" + server.port(), 3, 10).run();

            assertThat(sessions(server, "ada")).isEqualTo(1);
            assertThat(sessions(server, "ben")).isEqualTo(3);
            assertThat(sessions(server, "cleo")).isEqualTo(1);
        }
    }

    @Test
    void a_server_that_does_not_start_is_a_failure_and_leaves_no_files() throws Exception {
        Process training = training("-jar", temporary.resolve("missing.jar").toString());

        assertThat(training.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(training.exitValue()).isEqualTo(1);
        assertThat(new String(training.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("the server did not start");
        assertThat(temporary).isEmptyDirectory();
    }

    private Process training(String... arguments) throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        List<String> command = new ArrayList<>(List.of(
                java,
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Training.class.getName(),
                java));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    private static int sessions(TestServer server, String user) {
        JsonObject list = new JsonObject(server.call("GET", "/api/v1/sessions", server.token(user), null)
                .body()
                .toString());
        return list.getJsonArray("sessions", new JsonArray()).size();
    }
}
