package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.frame.CommandReader;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation of the contract and every type of frame, with every kind of bad token and with somebody else's. */
class TokensIT {

    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = TestServer.start(BadTokens.settings(folder));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<String> kinds() {
        return BadTokens.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void no_operation_is_open_to_a_bad_token(String kind) {
        String bad = BadTokens.of(kind);
        Map<String, Integer> answers = new HashMap<>();

        for (Operation operation : Examples.operations()) {
            if (!Examples.isProtected(operation)) continue;
            HttpResponse<String> answer = call(operation, Map.of(), bad);
            boolean refused = answer.statusCode() == 401
                    && BadTokens.CODES.contains(new JsonObject(answer.body()).getString("code"));
            if (!refused) answers.put(operation.getOperationId(), answer.statusCode());
        }

        assertThat(answers).isEmpty();
    }

    @Test
    void the_same_operations_are_open_to_a_good_token() {
        String good = BadTokens.good();

        // Signing out and erasing are tried elsewhere; here, what only reads.
        assertThat(Examples.operations().stream()
                        .filter(Examples::isProtected)
                        .filter(operation -> !Examples.changes(operation)))
                .hasSizeGreaterThan(10)
                .allSatisfy(
                        operation -> assertThat(call(operation, Map.of(), good).statusCode())
                                .as(operation.getOperationId())
                                .isIn(200, 400, 404));
    }

    @Test
    void only_these_operations_need_no_token() {
        assertThat(Examples.operations().stream()
                        .filter(operation -> !Examples.isProtected(operation))
                        .map(Operation::getOperationId))
                .containsExactlyInAnyOrder(
                        "signOut",
                        "visit",
                        "waysToSignIn",
                        "oidcSignIn",
                        "oidcCallback",
                        "oidcSignOut",
                        "issueDevToken");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void no_socket_is_open_to_a_bad_token_and_none_goes_on_with_one(String kind) {
        String bad = BadTokens.of(kind);

        try (TestClient refused = TestClient.open(server.port(), "/ws")) {
            refused.say(frame("hello").put("version", 1).put("token", bad));
            assertThat(refused.awaitClose()).isIn(4500, 4005);
        }
        if (bad == null) return;
        try (TestClient open = server.client("ada")) {
            open.say(frame("token").put("token", bad));
            assertThat(open.await("the refusal", frame -> "f".equals(frame.getString("id")))
                            .getString("code"))
                    .isIn(BadTokens.CODES);
        }
    }

    static Stream<String> frames() {
        return Stream.concat(FuzzFrames.OTHERS.stream(), new TreeSet<>(CommandReader.TYPES).stream());
    }

    @ParameterizedTest
    @MethodSource("frames")
    void no_frame_is_accepted_before_hello(String type) {
        try (TestClient socket = TestClient.open(server.port(), "/ws")) {
            socket.say(frame(type).put("session", "s_x").put("text", "hello"));
            assertThat(socket.awaitClose()).isEqualTo(4502);
        }
    }

    @Test
    void nothing_of_somebody_else_is_found_by_any_operation_or_frame() {
        String ada = server.token("ada");
        String bob = server.token("bob");
        Map<String, String> hers = belongingsOf(ada);
        String before = seenBy(ada, hers);

        for (Operation operation : Examples.operations()) {
            boolean names = operation.getOpenAPIPath().matches(".*\\{(session|recall)}.*");
            if (!names) continue;
            HttpResponse<String> answer = call(operation, hers, bob);
            // Operations of administrators are refused before anything is looked for.
            assertThat(answer.statusCode())
                    .as("%s %s", operation.getOperationId(), answer.body())
                    .isEqualTo(operation.getTags().contains("administration") ? 403 : 404);
        }
        try (TestClient socket = server.client("bob")) {
            Stream.concat(Stream.of("attach"), CommandReader.TYPES.stream())
                    .filter(type -> !type.equals(CommandReader.CREATE))
                    .forEach(type -> assertThat(
                                    socket.ask(type, fields(type, hers)).getString("code"))
                            .as(type)
                            .isEqualTo("not_found"));
        }

        assertThat(seenBy(ada, hers)).isEqualTo(before);
    }

    private static Map<String, String> belongingsOf(String token) {
        String session = new JsonObject(
                        server.call("POST", "/api/v1/sessions", token, "{}").body())
                .getString("session");
        String path = "/api/v1/sessions/" + session;
        server.call("POST", path + "/recalls", token, """
                {"text": "later", "schedule": {"kind": "delay", "afterMs": 3600000}}""");
        String recall = new JsonObject(
                        server.call("GET", path + "/recalls", token, null).body())
                .getJsonArray("recalls")
                .getJsonObject(0)
                .getString("id");
        return Map.of("session", session, "recall", recall, "version", "0");
    }

    private static String seenBy(String token, Map<String, String> its) {
        String session = "/api/v1/sessions/" + its.get("session");
        return Stream.of(session, session + "/messages", session + "/recalls", "/api/v1/recalls/" + its.get("recall"))
                .map(path -> server.call("GET", path, token, null).body())
                .toList()
                .toString();
    }

    private static JsonObject fields(String type, Map<String, String> its) {
        JsonObject fields = new JsonObject().put("session", its.get("session"));
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

    private static JsonObject frame(String type) {
        return new JsonObject().put("type", type).put("id", "f");
    }

    private static HttpResponse<String> call(Operation operation, Map<String, String> names, String token) {
        return server.call(
                operation.getHttpMethod().name(),
                Examples.path(operation, names),
                token,
                Examples.text(Examples.body(operation)));
    }
}
