package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.frame.CommandReader;
import io.reprise.testing.TestClient;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation of the contract and every type of frame, with every kind of bad token. */
class TokensIT extends TokensBench {
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
