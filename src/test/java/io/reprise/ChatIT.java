package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The main path: a message goes in, a streamed answer comes out, and the log keeps it. */
class ChatIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void an_answer_is_streamed_and_stored() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            JsonObject verdict = tab.attachLive(session);
            assertThat(verdict.getString("mode")).isEqualTo("snapshot");

            String run = tab.send(session, "/stream 200 0").getString("run");
            JsonObject end = tab.awaitEnd(session, run);

            assertThat(TestClient.event(end).getJsonObject("outcome").getString("type"))
                    .isEqualTo("success");
            assertThat(tab.text(session, run)).isEqualTo(TestClient.words(200));
            try (TestClient other = server.client("ada")) {
                other.attachLive(session);
                assertThat(other.view(session).messages.encode()).contains("w200 ");
            }
        }
    }
}
