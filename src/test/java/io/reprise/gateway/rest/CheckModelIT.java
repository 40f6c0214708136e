package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.model.provider.FakeAnswer;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.Wire;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An administrator asks a model whether it answers, and reads why not. */
@Timeout(300)
class CheckModelIT {
    private static final String KEY = "key-of-the-check";
    private static int entries;

    private static TestServer server;
    private static String admin;
    private static Path keyFile;
    private FakeProvider provider;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        keyFile = Files.writeString(folder.resolve("llm"), KEY);
        server = TestServer.start(Map.of("catalog.secretFolders", folder.toString(), "catalog.checksMax", "1"));
        admin = server.token("root", "admin");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void begin() {
        provider = FakeProvider.start(Wire.OPENAI);
    }

    @AfterEach
    void end() {
        provider.close();
    }

    @Test
    void a_model_that_answers_works_and_the_check_is_in_the_audit_log() throws Exception {
        String model = model(provider.url());
        provider.answering(answer -> answer.text("yes"));

        JsonObject result = json(check(model));

        assertThat(result.getBoolean("works")).as(result.encode()).isTrue();
        assertThat(result.getString("reason")).isEqualTo("works");
        assertThat(provider.calls.getFirst().headers().get("Authorization")).isEqualTo("Bearer " + KEY);
        provider.calls.getFirst().awaitGone();
        assertThat(call("GET", "/audit?action=model.checked", null).body())
                .contains("\"target\":\"" + model + "\"", "\"reason\":\"works\"")
                .doesNotContain(KEY);
    }

    @Test
    void a_wrong_key_a_wrong_name_and_an_address_where_nothing_answers_are_told_apart() {
        JsonObject key = checked(answer -> answer.refuse(401, "invalid_api_key", "Not " + KEY + "!"));
        JsonObject name = checked(answer -> answer.refuse(404, "model_not_found", "No such model"));
        provider.close();
        JsonObject address = json(check(model(provider.url())));

        assertThat(key.getString("reason")).isEqualTo("api_key");
        assertThat(key.getString("text")).contains("Check the variable or file that apiKey names");
        assertThat(key.getString("said")).contains("Not ***!").doesNotContain(KEY);
        assertThat(name.getString("reason")).isEqualTo("model");
        assertThat(address.getString("reason")).isEqualTo("connection");
        assertThat(address.getBoolean("works")).isFalse();
    }

    @Test
    void a_model_is_checked_before_it_is_switched_on_and_one_without_its_key_says_so() throws IOException {
        String off = "m" + ++entries;
        made("/models", off, "{\"provider\":\"" + provider(provider.url()) + "\",\"name\":\"x\",\"enabled\":false}");
        provider.answering(answer -> answer.text("yes"));
        assertThat(json(check(off)).getBoolean("works")).isTrue();

        Files.delete(keyFile);
        JsonObject without = json(check(off));
        Files.writeString(keyFile, KEY);

        assertThat(without.getString("reason")).isEqualTo("settings");
        assertThat(without.getString("text")).contains("apiKey: missing or empty");
    }

    @Test
    void one_check_more_than_the_limit_is_refused_until_another_has_ended() throws Exception {
        String slow = model(provider.url());
        CompletableFuture<HttpResponse<String>> first = CompletableFuture.supplyAsync(() -> check(slow));
        FakeProvider.Call begun = provider.take();

        HttpResponse<String> refused = check("default");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(json(refused).getBoolean("retryable")).isTrue();

        begun.answer().text("yes");
        assertThat(json(first.get(120, TimeUnit.SECONDS)).getBoolean("works")).isTrue();
        assertThat(check("default").statusCode()).isEqualTo(200);
    }

    @Test
    void silence_ends_with_the_limit_of_time() {
        try (TestServer hasty = TestServer.start(Map.of("catalog.checkMs", "1000"))) {
            String token = hasty.token("root", "admin");
            hasty.call("POST", "/api/v1/providers", token, """
                    {"name":"p","settings":{"type":"openai","baseUrl":"%s"}}""".formatted(provider.url()));
            hasty.call("POST", "/api/v1/models", token, """
                    {"name":"m","settings":{"provider":"p","name":"x"}}""");

            JsonObject result = json(hasty.call("POST", "/api/v1/models/m/check", token, null));

            assertThat(result.getString("reason")).isEqualTo("timeout");
        }
    }

    @Test
    void only_administrators_check_models() {
        for (String role : new String[] {"user", "staff"}) {
            HttpResponse<String> refused =
                    server.call("POST", "/api/v1/models/default/check", server.token("eva", role), null);
            assertThat(refused.statusCode()).as(role).isEqualTo(403);
        }
        assertThat(check("nothing").statusCode()).isEqualTo(404);
        assertThat(json(check("default")).getBoolean("works")).isTrue();
    }

    private JsonObject checked(Consumer<FakeAnswer> answers) {
        provider.answering(answers);
        return json(check(model(provider.url())));
    }

    private static String provider(String url) {
        String name = "p" + ++entries;
        made(
                "/providers",
                name,
                "{\"type\":\"openai\",\"baseUrl\":\"" + url + "\",\"apiKey\":\"file:" + keyFile + "\"}");
        return name;
    }

    private static String model(String url) {
        String name = "m" + ++entries;
        made("/models", name, "{\"provider\":\"" + provider(url) + "\",\"name\":\"small-1\"}");
        return name;
    }

    private static void made(String path, String name, String settings) {
        HttpResponse<String> made = call("POST", path, "{\"name\":\"" + name + "\",\"settings\":" + settings + "}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }

    private static HttpResponse<String> check(String model) {
        return call("POST", "/models/" + model + "/check", null);
    }

    private static HttpResponse<String> call(String method, String path, String body) {
        return server.call(method, "/api/v1" + path, admin, body);
    }

    private static JsonObject json(HttpResponse<String> answer) {
        return new JsonObject(answer.body());
    }
}
