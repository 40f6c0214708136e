package io.reprise;

import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.message.content.Content;
import io.reprise.store.database.DatabaseUri;
import io.reprise.support.StopSignal;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The size of checkpoints in PostgreSQL, compared with the log of their session. */
@Timeout(300)
class CheckpointSizeIT {
    private static final int EXCHANGES = 100;

    /**
     * Symptom: 100 exchanges of 4 KB had 0.9 MB of log and 40 MB of checkpoints. Cause: each was a copy of all earlier
     * messages.
     */
    @Test
    void the_checkpoints_of_a_hundred_exchanges_take_at_most_twice_their_log() {
        DatabaseUri database = TestDatabase.fresh();
        try (TestServer server = TestServer.start(database, Map.of("checkpoints.sessionMax", "1000"));
                TestClient tab = server.client("ada")) {
            String plain = attached(tab);
            String called = attached(tab);

            for (int i = 0; i < EXCHANGES; i++) {
                ends(tab, plain, "/echo " + "x".repeat(4_000));
                ends(tab, called, "/tool time");
            }

            assertThat(count(database, plain)).as("nothing to go on with").isZero();
            await().atMost(TestServer.PATIENCE).until(() -> count(database, called) == 2 * EXCHANGES);
            long log = bytes(database, "session_event", "payload", called);
            long checkpoints = bytes(database, "checkpoint", "body", called);
            System.out.println("CheckpointSizeIT: log " + log + " bytes, checkpoints " + checkpoints + " bytes");
            assertThat(checkpoints).isLessThanOrEqualTo(2 * log);
        }
    }

    /** Symptom: above 4 MB a run could not resume after a crash, and ended `too_large` when it needed a decision. */
    @Test
    void a_large_conversation_has_a_small_checkpoint() {
        DatabaseUri database = TestDatabase.fresh();
        Map<String, String> settings =
                Map.of("interrupts.tools", "time", "run.toolResultBytesMax", "1048576", "checkpoints.bytesMax", "1024");
        try (TestServer server = TestServer.start(database, settings, List.of(new Large()));
                TestClient tab = server.client("ada")) {
            String session = attached(tab);
            for (int i = 0; i < 3; i++) ends(tab, session, "/tool large");

            JsonObject end = ends(tab, session, "/tool time");

            assertThat(TestClient.event(end).getJsonObject("outcome").getString("type"))
                    .isEqualTo("interrupt");
            assertThat(bytes(database, "session_event", "payload", session)).isGreaterThan(4_194_304);
            assertThat(bytes(database, "checkpoint", "body", session)).isBetween(1L, 7 * 1_024L);
        }
    }

    private static final class Large implements Tool {
        @Override
        public String name() {
            return "large";
        }

        @Override
        public String description() {
            return "Says much.";
        }

        @Override
        public String schema() {
            return "{\"type\":\"object\"}";
        }

        @Override
        public Content call(ToolCall call, StopSignal stop) {
            return Content.of("x".repeat(1_000_000));
        }
    }

    private static String attached(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        return session;
    }

    private static JsonObject ends(TestClient tab, String session, String text) {
        JsonObject end = tab.awaitEnd(session, tab.send(session, text).getString("run"));
        assertThat(type(end)).isEqualTo("RUN_FINISHED");
        return end;
    }

    private static long count(DatabaseUri database, String session) {
        return number(database, "SELECT count(*) FROM checkpoint WHERE session_id = '" + session + "'");
    }

    private static long bytes(DatabaseUri database, String table, String column, String session) {
        return number(
                database,
                "SELECT coalesce(sum(octet_length(" + column + ")), 0)::bigint FROM " + table + " WHERE session_id = '"
                        + session + "'");
    }

    private static long number(DatabaseUri database, String sql) {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
