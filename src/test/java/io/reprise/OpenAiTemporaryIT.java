package io.reprise;

import static io.reprise.OpenAiIT.openai;
import static io.reprise.OpenAiIT.said;
import static io.reprise.OpenAiIT.step;
import static io.reprise.OpenAiIT.streaming;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogLines;
import io.reprise.testing.Patience;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call of an OpenAI client without a session leaves nothing behind, however it ends. */
@Timeout(300)
class OpenAiTemporaryIT {
    private final DatabaseUri database = TestDatabase.fresh();
    private TestServer server;
    private String token;

    @BeforeEach
    void start() {
        server = TestServer.start(database, Map.of("log.flushMs", "1"));
        token = server.token("ada");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void nobody_sees_its_session_and_it_is_gone_after_the_answer() {
        sql("INSERT INTO webhook (id, user_id, name, url, events, secret) VALUES"
                + " ('wh_1', 'ada', 'w', 'http://localhost/', '{run.ended}', '')");
        sql("INSERT INTO push_subscription (id, user_id, endpoint, name, service, secret, titles, ends_at) VALUES"
                + " ('ps_1', 'ada', 'e', 'n', 's', '', true, now() + interval '1 day')");
        // What they are told goes with the session, so it is counted when it is recorded.
        sql("CREATE TABLE told (id text)");
        sql("CREATE FUNCTION note_told() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN INSERT INTO told VALUES (NEW.id); RETURN NULL; END $$");
        sql("CREATE TRIGGER t AFTER INSERT ON webhook_delivery FOR EACH ROW EXECUTE FUNCTION note_told()");
        sql("CREATE TRIGGER t AFTER INSERT ON push_message FOR EACH ROW EXECUTE FUNCTION note_told()");
        try (TestClient tab = server.client("ada")) {
            Cut running = Cut.call(server, token, "/hang");
            await().atMost(Patience.LIMIT).until(() -> count("SELECT count(*) FROM run") == 1);

            assertThat(list("")).isZero();
            assertThat(list("?q=hang")).isZero();
            assertThat(list("?archived=true")).isZero();
            running.cut();
            JsonObject told =
                    openai(server, token, step(said("user", "/echo secret"))).getFirst();

            assertThat(told.getString("text")).isEqualTo("secret");
            awaitNothing();
            // A notice would have come before that of a session which is made now.
            String kept = tab.create();
            tab.await("notice", frame -> kept.equals(frame.getString("session")));
            assertThat(tab.frames())
                    .noneMatch(
                            frame -> String.valueOf(frame.getString("session")).startsWith("t_"));
            assertThat(count("SELECT count(*) FROM told")).isZero();
            assertThat(count("SELECT count(*) FROM audit WHERE session_id LIKE 't_%'"))
                    .isZero();
        }
    }

    @Test
    void a_call_that_is_cut_stops_its_run() {
        try (LogLines runs = LogLines.of("io.reprise.agent.run.AgentRun")) {
            for (String text : new String[] {"/hang", "/stream 1000000 100"}) {
                Cut call = Cut.call(server, token, text);
                await().atMost(Patience.LIMIT).until(() -> count("SELECT count(*) FROM run") == 1);
                String run = text("SELECT id FROM run");

                call.cut();

                await().atMost(Patience.LIMIT)
                        .until(() -> runs.with("run ended").stream()
                                .anyMatch(line -> line.contains(run) && line.contains("cancelled")));
                awaitNothing();
            }
        }
    }

    @Test
    void a_call_that_is_cut_lets_the_run_of_a_session_go_on() {
        JsonObject session = new JsonObject().put("X-Session", "mine");
        JsonObject left = openai(
                        server,
                        token,
                        streaming(said("user", "/stream 60 100"))
                                .put("headers", session)
                                .put("leaveAt", 1))
                .getFirst();
        String id = left.getString("session");

        await().atMost(Patience.LIMIT).until(() -> count("SELECT count(*) FROM run WHERE outcome = 'success'") == 1);

        assertThat(server.messages(token, id, 10).getJsonObject(1).getString("content"))
                .isEqualTo(TestClient.words(60));
    }

    @Test
    void what_a_crash_leaves_is_erased_at_the_next_start_and_not_run_again() {
        Cut.call(server, token, "/hang");
        await().atMost(Patience.LIMIT).until(() -> count("SELECT count(*) FROM run WHERE outcome IS NULL") == 1);
        // A crash is a stop after which everything is as it was before.
        sql("CREATE TABLE crashed_session AS SELECT id, user_id, epoch, owner, head_seq FROM session");
        sql("CREATE TABLE crashed_run AS SELECT session_id, id, origin, first_seq, exact, started_at FROM run");
        server.close();
        sql("DELETE FROM session");
        sql("INSERT INTO session (id, user_id, epoch, owner, head_seq) SELECT * FROM crashed_session");
        sql("INSERT INTO run (session_id, id, origin, first_seq, exact, started_at) SELECT * FROM crashed_run");
        sql("INSERT INTO session (id, user_id, epoch, owner) VALUES ('t_idle', 'ada', 'e_1', 1)");
        sql("INSERT INTO session (id, user_id, epoch, owner) VALUES ('s_kept', 'ada', 'e_1', 1)");

        start();

        awaitNothing();
        assertThat(text("SELECT id FROM session")).isEqualTo("s_kept");
    }

    // --- small helpers

    /** A call whose connection can be cut. */
    private record Cut(Socket socket) {
        static Cut call(TestServer server, String token, String text) {
            String body = step(said("user", text)).getJsonObject("body").encode();
            try {
                Socket socket = new Socket("127.0.0.1", server.port());
                OutputStream out = socket.getOutputStream();
                out.write(("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                + "Authorization: Bearer " + token + "\r\nContent-Length: " + body.length()
                                + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.UTF_8));
                out.flush();
                return new Cut(socket);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        void cut() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void awaitNothing() {
        await().atMost(Patience.LIMIT).until(() -> count("SELECT count(*) FROM session WHERE id LIKE 't_%'") == 0);
        for (String table : new String[] {"run", "session_event", "message_text", "claim"}) {
            assertThat(count("SELECT count(*) FROM " + table + " WHERE session_id LIKE 't_%'"))
                    .as(table)
                    .isZero();
        }
    }

    private int list(String query) {
        return new JsonObject(server.call("GET", "/api/v1/sessions" + query, token, null)
                        .body())
                .getJsonArray("sessions")
                .size();
    }

    private int count(String query) {
        return Integer.parseInt(text(query));
    }

    private String text(String query) {
        try (Connection connection = TestDatabase.connect(database);
                ResultSet rows = connection.createStatement().executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sql(String statement) {
        try (Connection connection = TestDatabase.connect(database)) {
            connection.createStatement().execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
