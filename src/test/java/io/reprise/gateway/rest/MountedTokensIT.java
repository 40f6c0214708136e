package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.Routes.Mounted;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that the server answers beside the contract, with every kind of bad token. */
class MountedTokensIT extends TokensBench {
    /** The page with its documents, what a browser comes back to, probes, and what has tokens or signatures of its own. */
    private static final List<String> OPEN = List.of(
            "GET /",
            "HEAD /",
            "GET /index.html",
            "HEAD /index.html",
            "GET /assets/*",
            "HEAD /assets/*",
            "GET /image",
            "GET /docs/index.json",
            "GET /openapi.yaml",
            "HEAD /openapi.yaml",
            "GET /client-metadata.json",
            "GET /oauth/callback",
            "GET /health/live",
            "GET /health/ready",
            "GET /metrics", // for callers on this machine
            "POST /hooks/:hook",
            "GET /ws");

    /** As clients of another interface know them. */
    private static final List<String> OTHER_CODES = List.of("invalid_api_key");

    @ParameterizedTest
    @MethodSource("kinds")
    void nothing_but_what_is_open_answers_a_bad_token(String kind) {
        Map<String, String> answers = new HashMap<>();

        for (Mounted mounted : server.mounted()) {
            if (OPEN.contains(name(mounted))) continue;
            HttpResponse<String> answer = call(mounted, BadTokens.of(kind));
            if (!isRefused(mounted, answer)) answers.put(name(mounted), answer.statusCode() + " " + answer.body());
        }

        assertThat(answers).isEmpty();
    }

    /** A handler of all methods only says which of them it takes, or finds nothing; others ask for a token. */
    private static boolean isRefused(Mounted mounted, HttpResponse<String> answer) {
        if (mounted.method() == null && List.of(404, 405).contains(answer.statusCode())) return true;
        return answer.statusCode() == 401 && isKnown(code(new JsonObject(answer.body())));
    }

    private static boolean isKnown(String code) {
        return BadTokens.CODES.contains(code) || OTHER_CODES.contains(code);
    }

    private static String code(JsonObject body) {
        return body.getValue("error") instanceof JsonObject error ? error.getString("code") : body.getString("code");
    }

    @Test
    void the_others_are_open_to_a_good_token_and_what_is_open_is_there() {
        assertThat(server.mounted())
                .filteredOn(mounted -> mounted.method() != null && !OPEN.contains(name(mounted)))
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        mounted -> assertThat(call(mounted, BadTokens.good()).statusCode())
                                .as(name(mounted))
                                .isIn(200, 400, 404));
        assertThat(server.mounted())
                .extracting(MountedTokensIT::name)
                .contains("POST /agui/:agent", "POST /v1/chat/completions", "POST /tools/v1/:tool")
                .containsAll(OPEN);
    }

    private static String name(Mounted mounted) {
        return (mounted.method() == null ? "any" : mounted.method()) + " " + mounted.path()
                + (mounted.exact() ? "" : "*");
    }

    private static HttpResponse<String> call(Mounted mounted, String token) {
        JsonObject body = Mounts.body(mounted, "t_1", "r_1");
        String method = mounted.method() == null ? "PATCH" : mounted.method();
        return server.call(method, Mounts.path(mounted, Map.of()), token, Examples.text(body));
    }
}
