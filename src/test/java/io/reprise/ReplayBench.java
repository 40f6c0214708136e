package io.reprise;

import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.SharedServers;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Readers of sessions of servers that tests share. */
abstract class ReplayBench {
    @RegisterExtension
    static final SharedServers SERVERS = new SharedServers();

    /** Every delta is a separate event; rows of the log are cut every {@code flushMs}. */
    static Map<String, String> eventPerDelta(int flushMs) {
        return Map.of("run.mergeMs", "0", "run.mergeDeltasMax", "1", "log.flushMs", "" + flushMs);
    }

    static void assertRecovered(JsonObject verdict) {
        assertThat(verdict.getString("mode")).as(verdict.encode()).isEqualTo("replay");
        assertThat(verdict.getBoolean("recovered")).isTrue();
        assertThat(verdict.containsKey("reason")).isFalse();
        assertThat(verdict.containsKey("missing")).isFalse();
    }

    /** A run of about 210 events and one of about 10; the tab is live at the head. */
    static String sessionWithTwoRuns(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        tab.awaitEnd(session, tab.send(session, "/stream 200 0").getString("run"));
        tab.awaitEnd(session, tab.send(session, "/echo the end").getString("run"));
        return session;
    }

    static TestClient open(TestServer server, String user, String session) {
        TestClient client = TestClient.open(server.port(), "/ws?session=" + session);
        client.say(new JsonObject()
                .put("type", "hello")
                .put("id", "hello")
                .put("version", 1)
                .put("token", server.token(user)));
        return client;
    }

    static boolean isEvent(JsonObject frame, String type) {
        return frame.getString("type").equals("event") && type(frame).equals(type);
    }

    static List<JsonObject> frames(TestClient tab, String session, String type) {
        return tab.frames().stream()
                .filter(frame -> type.equals(frame.getString("type")) && session.equals(frame.getString("session")))
                .toList();
    }
}
