package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.reprise.testing.Ports;
import io.reprise.testing.Signed;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of a server in use. */
class MetricsIT {
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(Map.of());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void metrics_count_and_time_a_conversation() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            double delivered = value("reprise_events_delivered_total");

            String run = tab.send(session, "/stream 100 0").getString("run");
            tab.awaitEnd(session, run);
            String calls = tab.send(session, "/tool time {}").getString("run");
            tab.awaitEnd(session, calls);

            await().untilAsserted(() -> {
                assertThat(value("reprise_connections")).isEqualTo(1);
                assertThat(value("reprise_runs_active")).isZero();
                assertThat(value("reprise_run_seconds_count{code=\"\",origin=\"user\",outcome=\"success\"}"))
                        .isEqualTo(2);
            });
            assertThat(value("reprise_events_delivered_total")).isGreaterThan(delivered + 10);
            assertThat(value("reprise_model_first_token_seconds_count{model=\"demo\",provider=\"demo\"}"))
                    .isEqualTo(3);
            assertThat(value("reprise_tool_seconds_count{outcome=\"success\",tool=\"time\"}"))
                    .isEqualTo(1);
            assertThat(value("reprise_attach_verdicts_total{mode=\"snapshot\",reason=\"\"}"))
                    .isEqualTo(1);
            assertThat(value("reprise_append_seconds_count{outcome=\"stored\"}"))
                    .isGreaterThan(3);
            assertThat(value("reprise_command_seconds_count{outcome=\"accepted\",type=\"send\"}"))
                    .isEqualTo(2);
            assertThat(text()).contains("jvm_memory_used_bytes", "process_cpu_usage");
        }
        await().untilAsserted(() -> {
            assertThat(value("reprise_connections")).isZero();
            assertThat(value("reprise_connections_closed_total{code=\"client\"}"))
                    .isEqualTo(1);
        });
    }

    @Test
    void calls_of_models_are_metrics_by_the_names_of_the_conventions_too() {
        String called = "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"demo\",gen_ai_request_model=\"demo\"";
        String nowhere = ",server_address=\"\",server_port=\"\"}";
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);

            tab.awaitEnd(session, tab.send(session, "one two three").getString("run"));
            String failed = tab.send(session, "/fail 429").getString("run");
            String code = TestClient.event(tab.awaitEnd(session, failed)).getString("code");

            String ended = "gen_ai_client_operation_duration_seconds_count{error_type=\"";
            assertThat(value(ended + "\"," + called + nowhere)).isEqualTo(1);
            assertThat(value(ended + code + "\"," + called + nowhere)).isEqualTo(1);
            assertThat(value("gen_ai_client_operation_time_to_first_chunk_seconds_count{" + called + nowhere))
                    .isEqualTo(1);
            for (String type : List.of("input", "output")) {
                String labels = called + ",gen_ai_token_type=\"" + type + "\"" + nowhere;
                assertThat(value("gen_ai_client_token_usage_count{" + labels)).isEqualTo(1);
                assertThat(value("gen_ai_client_token_usage_sum{" + labels)).isGreaterThan(2);
            }
        }
    }

    @Test
    void metrics_contain_no_personal_data_and_no_texts() {
        try (TestClient tab = server.client("secretive-user")) {
            String session = tab.create();
            tab.attachLive(session);
            String run = tab.send(session, "/tool no-such-tool {}").getString("run");
            tab.awaitEnd(session, run);

            assertThat(text()).doesNotContain("secretive-user", session, run, "no-such-tool");
        }
    }

    @Test
    void with_a_management_port_the_public_port_serves_no_health_and_no_metrics() throws IOException {
        int port = Ports.free();
        try (TestServer apart = TestServer.start(Map.of("server.managementPort", "" + port))) {
            URI management = URI.create("http://127.0.0.1:" + port);
            URI open = URI.create(apart.url());

            assertThat(get(management.resolve("/metrics")).body()).contains("reprise_connections 0.0");
            assertThat(get(management.resolve("/health/ready")).statusCode()).isEqualTo(200);
            assertThat(get(management.resolve("/api/v1/sessions")).statusCode()).isEqualTo(404);
            assertThat(get(open.resolve("/metrics")).statusCode()).isEqualTo(404);
            assertThat(get(open.resolve("/health/ready")).statusCode()).isEqualTo(404);

            String openPort = String.valueOf(open.getPort());
            assertThat(healthy(Map.of(
                            "REPRISE_SERVER_PORT", openPort, "REPRISE_SERVER_MANAGEMENT_PORT", String.valueOf(port))))
                    .isZero();
            assertThat(healthy(Map.of(), String.valueOf(port))).isZero();
            assertThat(healthy(Map.of("REPRISE_SERVER_PORT", openPort)))
                    .as("this port has no health probes")
                    .isOne();
        }
    }

    /** The health check of the container, {@code conf/deploy/healthy}. */
    private static int healthy(Map<String, String> variables, String... words) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Path.of("conf", "deploy", "healthy").toString()));
        command.addAll(List.of(words));
        ProcessBuilder check =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        check.environment().keySet().removeIf(name -> name.startsWith("REPRISE_"));
        check.environment().putAll(variables);
        return check.start().onExit().join().exitValue();
    }

    @Test
    void on_a_public_address_metrics_need_the_role_admin(@TempDir Path folder) throws IOException {
        String secret = "0123456789abcdef0123456789abcdef";
        Path file = Files.writeString(folder.resolve("secret"), secret);
        Map<String, String> settings =
                Map.of("server.host", "0.0.0.0", "auth.mode", "jwt", "auth.secret", "file:" + file);
        try (TestServer open = TestServer.start(settings)) {
            URI metrics = URI.create(open.url() + "/metrics");

            assertThat(get(metrics).statusCode()).isEqualTo(401);
            assertThat(get(metrics, token(secret, "user")).statusCode()).isEqualTo(403);
            assertThat(get(metrics, token(secret, "staff")).statusCode()).isEqualTo(403);
            assertThat(get(metrics, token(secret, "admin")).body()).contains("reprise_connections 0.0");
            assertThat(get(URI.create(open.url() + "/health/ready")).statusCode())
                    .isEqualTo(200);
        }
    }

    private static String token(String secret, String role) {
        JsonObject claims = new JsonObject()
                .put("iss", "reprise")
                .put("sub", "ada")
                .put("roles", new JsonArray().add(role))
                .put("exp", Instant.now().plusSeconds(3_600).getEpochSecond());
        return Signed.by(
                new OctetSequenceKey.Builder(secret.getBytes(StandardCharsets.UTF_8)).build(), "HS256", claims);
    }

    private double value(String series) {
        Matcher line = Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(text());
        return line.find() ? Double.parseDouble(line.group(1)) : 0;
    }

    private String text() {
        HttpResponse<String> response = get(URI.create(server.url() + "/metrics"));
        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        return response.body();
    }

    private static HttpResponse<String> get(URI address) {
        return get(HttpRequest.newBuilder(address).build());
    }

    private static HttpResponse<String> get(URI address, String token) {
        return get(HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + token)
                .build());
    }

    private static HttpResponse<String> get(HttpRequest request) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
