package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Symptom: the first command to a session was never answered, and its first attach only after five seconds, when the
 * gateway repeated it. Cause: messages that arrived while the session was loaded waited for its opening, but a session
 * without
 * anything to recover is open from the first moment, so that moment was missed.
 */
class FirstUseIT {
    private static TestServer server;

    @BeforeAll
    static void start_a_server_that_sends_nothing_again() {
        server = TestServer.start(
                Map.of("gateway.answerMs", "60000", "gateway.beatMs", "60000", "gateway.forgetMs", "120000"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void the_first_command_to_a_session_that_is_not_in_memory_is_answered() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();

            JsonObject result =
                    tab.ask("send", new JsonObject().put("session", session).put("text", "/echo hi"));

            assertThat(result.getString("status")).isEqualTo("started");
        }
    }

    @Test
    void the_first_attach_to_a_session_that_is_not_in_memory_is_answered() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();

            JsonObject verdict = tab.attachLive(session);

            assertThat(verdict.getString("mode")).isEqualTo("snapshot");
        }
    }
}
