package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.GatewayFixture;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What administrators read of settings and change, and how it is refused. */
class SettingsRoutesIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private GatewayFixture server;

    @BeforeEach
    void start() {
        server = new GatewayFixture("run.stepsMax", "30");
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void settings_are_shown_with_their_range_and_source() throws Exception {
        assertThat(setting("run.stepsMax")).isEqualTo(new JsonObject("""
                        {"key":"run.stepsMax","change":"live",
                         "remark":"Steps (model calls) of one run. [5-100]","kind":"integer","expected":"an integer from 5 to 100",
                         "value":30,"configured":30,"standard":25,"min":5,"max":100,"source":"file","where":"override"}"""));
        assertThat(setting("logging.level").getJsonArray("choices"))
                .isEqualTo(new JsonArray(List.of("trace", "debug", "info", "warn", "error")));
        assertThat(setting("server.port").getString("change")).isEqualTo("start");
        assertThat(setting("auth.blockedUsers").getString("change")).isEqualTo("file");
        assertThat(setting("database.url").containsKey("value")).isFalse();
    }

    @Test
    void values_are_changed_and_go_back() throws Exception {
        HttpResponse<String> changed = call(
                "PATCH",
                "/settings",
                "{\"values\":{\"run.stepsMax\":40,\"logging.level\":\"info\",\"limits.exempt\":[\"10.0.0.0/8\",\"::1\"],"
                        + "\"model.temperature\":0.5}}",
                "admin");

        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        JsonObject steps = setting("run.stepsMax");
        assertThat(steps.getInteger("value")).isEqualTo(40);
        assertThat(steps.getInteger("configured")).isEqualTo(30);
        assertThat(steps.getString("source")).isEqualTo("table");
        assertThat(steps.getString("setBy")).isEqualTo("ada");
        assertThat(setting("limits.exempt").getJsonArray("value")).hasSize(2);
        assertThat(server.stored.values).containsEntry("model.temperature", "0.5");

        call("PATCH", "/settings", "{\"values\":{\"run.stepsMax\":null}}", "admin");

        assertThat(setting("run.stepsMax").getInteger("value")).isEqualTo(30);
        assertThat(setting("run.stepsMax").containsKey("setBy")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"run.stepsMax\":4}                         | run.stepsMax = \"4\": must be an integer from 5 to 100",
                "{\"run.stepsMax\":\"40\"}                    | run.stepsMax: must be an integer from 5 to 100",
                "{\"run.stepsMax\":40.5}                      | run.stepsMax = \"40.5\": must be an integer from 5 to 100",
                "{\"run.stepsMax\":true}                      | run.stepsMax: must be",
                "{\"run.stepsMax\":{}}                        | run.stepsMax: must be",
                "{\"logging.level\":\"loud\"}                 | logging.level = \"loud\": must be one of",
                "{\"limits.exempt\":\"::1\"}                  | limits.exempt: must be",
                "{\"limits.exempt\":[\"a,b\"]}                | limits.exempt: must be a list of texts without a comma",
                "{\"run.stepMax\":40}                         | run.stepMax: unknown key; did you mean run.stepsMax?",
                "{\"server.port\":80}                         | server.port: cannot change while the server runs",
                "{\"database.url\":\"postgresql://a:b@c/d\"}  | database.url: cannot change while the server runs",
                "{\"auth.blockedUsers\":[\"bob\"]}            | auth.blockedUsers: can only be changed in the settings file",
                "{\"interrupts.expiryMinutes\":10080,\"checkpoints.retentionDays\":1} | must be at most checkpoints.retentionDays",
            })
    void what_cannot_be_used_is_refused_by_name(String values, String words) throws Exception {
        HttpResponse<String> refused = call("PATCH", "/settings", "{\"values\":" + values + "}", "admin");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(refused.body()).getString("message"))
                .contains(words)
                .doesNotContain("a:b@c");
        assertThat(server.stored.values).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"values\":{}}", "{\"values\":[]}", "{\"values\":null}", "[]"})
    void a_body_without_values_is_refused(String body) throws Exception {
        assertThat(call("PATCH", "/settings", body, "admin").statusCode()).isEqualTo(400);
    }

    @Test
    void all_faults_are_told_at_once_and_nothing_is_changed() throws Exception {
        HttpResponse<String> refused = call(
                "PATCH",
                "/settings",
                "{\"values\":{\"run.stepsMax\":true,\"run.timeMs\":1,\"server.port\":1,\"run.toolMs\":7000}}",
                "admin");

        assertThat(new JsonObject(refused.body()).getString("message"))
                .contains("run.stepsMax", "run.timeMs", "server.port")
                .doesNotContain("run.toolMs");
        assertThat(server.stored.values).isEmpty();
    }

    @Test
    void a_store_that_is_away_is_told() throws Exception {
        server.stored.away = true;

        assertThat(call("PATCH", "/settings", "{\"values\":{\"run.stepsMax\":40}}", "admin")
                        .statusCode())
                .isEqualTo(503);
        assertThat(setting("run.stepsMax").getInteger("value")).isEqualTo(30);
    }

    @Test
    void the_state_of_the_configuration_has_no_values() throws Exception {
        JsonObject config = new JsonObject(call("GET", "/config", null, "admin").body());

        assertThat(config.getString("version")).startsWith("c_");
        assertThat(config.getJsonObject("sources").getInteger("table")).isZero();
        assertThat(config.containsKey("lastError")).isFalse();
        assertThat(config.getJsonObject("secrets"))
                .isEqualTo(new JsonObject().put("on", false).put("reason", "There is no key."));
        JsonObject reloaded =
                new JsonObject(call("POST", "/config/reload", null, "admin").body());
        assertThat(reloaded.getString("outcome")).isEqualTo("unchanged");
        assertThat(reloaded.getJsonObject("config").getString("version")).isEqualTo(config.getString("version"));
        assertThat(server.audit.recorded).containsExactly("ada config.reload {outcome=unchanged}");
    }

    @Test
    void who_reads_the_file_again_is_told_if_that_could_not_be_recorded() throws Exception {
        server.audit.away = true;

        assertThat(call("POST", "/config/reload", null, "admin").statusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "staff"})
    void everybody_else_is_refused(String role) throws Exception {
        assertThat(call("GET", "/settings", null, role).statusCode()).isEqualTo(403);
        assertThat(call("PATCH", "/settings", "{\"values\":{\"run.stepsMax\":40}}", role)
                        .statusCode())
                .isEqualTo(403);
        assertThat(call("GET", "/config", null, role).statusCode()).isEqualTo(403);
        assertThat(call("POST", "/config/reload", null, role).statusCode()).isEqualTo(403);
        assertThat(server.stored.values).isEmpty();
    }

    private JsonObject setting(String key) throws Exception {
        return new JsonObject(call("GET", "/settings", null, "admin").body())
                .getJsonArray("settings").stream()
                        .map(JsonObject.class::cast)
                        .filter(shown -> shown.getString("key").equals(key))
                        .findFirst()
                        .orElseThrow();
    }

    private HttpResponse<String> call(String method, String path, String body, String role) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port + "/api/v1" + path))
                .header("Authorization", "Bearer " + server.token("ada", role))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) request.header("Content-Type", "application/json");
        return ContractCheck.checked(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    }
}
