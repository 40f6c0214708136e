package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.gateway.frame.CommandReader;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Patience;
import io.reprise.testing.Planted;
import io.reprise.testing.SecretKeyFile;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every operation of the contract and every type of frame, with ids of what belongs to somebody else. */
class ForeignIT {
    private static final String ADA = "ada-of-kumquat";
    private static final String BOB = "bob-of-plum";

    /** Parameters of paths that name what belongs to nobody: entries of the catalogue, jobs, and people for administrators. */
    private static final Set<String> OF_NOBODY = Set.of("name", "number", "job", "user");

    private static DatabaseUri database;
    private static TestServer server;
    private static Map<String, String> hers;

    @BeforeAll
    static void start() {
        database = TestDatabase.fresh();
        server = TestServer.start(database, Map.of("secrets.key", SecretKeyFile.reference()));
        hers = belongings();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void nothing_of_somebody_else_is_found_or_changed_by_any_operation() {
        Map<String, List<String>> before = rowsOfAda();
        assertThat(before)
                .containsKeys("session", "recall", "hook", "webhook", "push_subscription", "memory", "api_key")
                .containsKeys("attachment", "mcp_sign_in", "feedback");
        String bob = server.token(BOB);
        Map<String, String> wrong = new TreeMap<>();
        int tried = 0;

        for (Operation operation : Examples.operations()) {
            List<String> names = namesInPath(operation);
            assertThat(names)
                    .as(
                            "parameters of %s, which name what belongs to a person or to nobody",
                            operation.getOperationId())
                    .allMatch(name -> hers.containsKey(name) || OF_NOBODY.contains(name));
            if (names.stream().noneMatch(hers::containsKey)) continue;
            tried++;
            HttpResponse<String> answer = call(operation, hers, bob);
            // Operations of administrators are refused before anything is looked for.
            boolean isForStaff = operation.getTags().contains("administration");
            String code = answer.statusCode() + " " + new JsonObject(answer.body()).getString("code");
            if (!code.equals(isForStaff ? "403 forbidden" : "404 not_found")) {
                wrong.put(operation.getOperationId(), answer.body());
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(tried).isGreaterThan(40);
        assertThat(rowsOfAda()).isEqualTo(before);
    }

    @Test
    void what_belongs_to_her_session_is_not_found_in_his_own() {
        String bob = server.token(BOB);
        Map<String, String> mixed = new HashMap<>(hers);
        mixed.put("session", session(bob));

        for (Operation operation : Examples.operations()) {
            if (!namesInPath(operation).contains("attachment")) continue;
            assertThat(call(operation, mixed, bob).statusCode()).isEqualTo(404);
        }
        JsonObject hook = new JsonObject()
                .put("session", hers.get("session"))
                .put("name", "x")
                .put("template", "x");
        assertThat(server.call("POST", "/api/v1/hooks", bob, hook.encode()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void nothing_of_somebody_else_is_found_or_changed_by_any_frame() {
        Map<String, List<String>> before = rowsOfAda();

        try (TestClient socket = server.client(BOB)) {
            Stream.concat(Stream.of("attach"), CommandReader.TYPES.stream())
                    .filter(type -> !type.equals(CommandReader.CREATE))
                    .forEach(type -> assertThat(socket.ask(type, fields(type)).getString("code"))
                            .as(type)
                            .isEqualTo("not_found"));
        }

        assertThat(rowsOfAda()).isEqualTo(before);
    }

    // --- helpers

    /** One of everything that a person can have. */
    private static Map<String, String> belongings() {
        String token = server.token(ADA);
        try (TestClient tab = server.client(ADA)) {
            String session = tab.create();
            tab.attachLive(session);
            String run = tab.send(session, "/echo hello").getString("run");
            tab.awaitEnd(session, run);
            // It is recorded later, and what is compared must not change by itself.
            await().atMost(Patience.LIMIT)
                    .until(() -> !StoredLog.strings(
                                    database, "SELECT run_id FROM model_use WHERE run_id = '" + run + "'")
                            .isEmpty());
            String path = "/api/v1/sessions/" + session + "/recalls";
            server.call("POST", path, token, """
                    {"text": "later", "schedule": {"kind": "delay", "afterMs": 86400000}}""");
            String recall = new JsonObject(server.call("GET", path, token, null).body())
                    .getJsonArray("recalls")
                    .getJsonObject(0)
                    .getString("id");
            Planted.rows(database, ADA, session);
            return Map.ofEntries(
                    Map.entry("session", session),
                    Map.entry("run", run),
                    Map.entry("recall", recall),
                    Map.entry("version", "0"),
                    Map.entry("message", "m_x"),
                    Map.entry("attachment", "at_x"),
                    Map.entry("hook", "hk_x"),
                    Map.entry("webhook", "wh_x"),
                    Map.entry("device", "pd_x"),
                    Map.entry("memory", "me_x"),
                    Map.entry("key", "k_x"),
                    Map.entry("server", "house"));
        }
    }

    /** By table, everything that names her or her session. */
    private static Map<String, List<String>> rowsOfAda() {
        Map<String, List<String>> rows = new TreeMap<>();
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            List<String> tables = texts(
                    statement,
                    "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'");
            for (String table : tables) {
                List<String> found = texts(
                        statement,
                        "SELECT t::text FROM %s AS t WHERE t::text LIKE '%%%s%%' OR t::text LIKE '%%%s%%' ORDER BY 1"
                                .formatted(table, ADA, hers.get("session")));
                if (!found.isEmpty()) rows.put(table, found);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    private static List<String> texts(Statement statement, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) texts.add(rows.getString(1));
        }
        return texts;
    }

    private static List<String> namesInPath(Operation operation) {
        return operation.getParameters().stream()
                .filter(parameter -> parameter.getIn() == Location.PATH)
                .map(Parameter::getName)
                .toList();
    }

    private static String session(String token) {
        return new JsonObject(
                        server.call("POST", "/api/v1/sessions", token, "{}").body())
                .getString("session");
    }

    private static JsonObject fields(String type) {
        JsonObject fields = new JsonObject().put("session", hers.get("session"));
        return switch (type) {
            case "attach", "stop" -> fields;
            case "send" -> fields.put("text", "hello");
            case "feedback" -> fields.put("message", "m_1").put("rating", "up");
            case "unqueue" -> fields.put("message", "m_1");
            case "background" -> fields.put("call", "call_1");
            case "requeue", "regenerate" -> fields.put("message", "m_1").put("text", "hello");
            case "answer" -> fields.put("interrupt", "i_1").put("decision", "approve");
            default -> throw new AssertionError("add the fields of the new frame " + type);
        };
    }

    private static HttpResponse<String> call(Operation operation, Map<String, String> names, String token) {
        return server.call(
                operation.getHttpMethod().name(),
                Examples.path(operation, names),
                token,
                Examples.text(Examples.body(operation)));
    }
}
