package io.reprise;

import static io.reprise.testing.AguiClient.error;
import static io.reprise.testing.AguiClient.events;
import static io.reprise.testing.AguiClient.resume;
import static io.reprise.testing.AguiClient.roles;
import static io.reprise.testing.AguiClient.step;
import static io.reprise.testing.AguiClient.text;
import static io.reprise.testing.AguiClient.types;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.AguiClient;
import io.reprise.testing.CopilotPackages;
import io.reprise.testing.DocumentBlocks;
import io.reprise.testing.Patience;
import io.reprise.testing.Ports;
import io.reprise.testing.Programs;
import io.reprise.testing.Shell;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A page's requests to the runtime of CopilotKit, which is the program of the document about clients and has an agent of this
 * server. The page is the client of AG-UI that CopilotKit brings, which is older than that of the other tests.
 */
@Timeout(900)
class CopilotKitIT {
    private static final JsonArray TOOLS = new JsonArray("""
            [{"name": "zoom", "description": "Zooms", "parameters": {"type": "object"}}]""");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path folder;

    private static Path packages;
    private static TestServer server;
    private static Shell runtime;
    private static String url;
    private static int tests;

    private final String thread = "t" + tests++;

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> installed = CopilotPackages.folder();
        assumeThat(installed).as("CopilotKit can be installed").isPresent();
        packages = installed.orElseThrow();
        server = TestServer.start(Map.of("interrupts.tools", "sleep"));
        int port = Ports.free();
        url = "http://127.0.0.1:" + port + "/api/copilotkit";
        Files.createSymbolicLink(folder.resolve("node_modules"), packages.resolve("node_modules"));
        String program = DocumentBlocks.of("clients.md", "### CopilotKit", "js", server.port())
                .replace("listen(4000,", "listen(" + port + ",");
        Path file = Files.writeString(folder.resolve("runtime.mjs"), program);
        URI guard = Path.of("src/test/js/support/no-foreign-hosts.mjs")
                .toAbsolutePath()
                .toUri();
        Map<String, String> environment = Map.of(
                "REPRISE_TOKEN",
                server.token("ada"),
                "COPILOTKIT_TELEMETRY_DISABLED",
                "true",
                "NODE_OPTIONS",
                "--import=" + guard);
        runtime = Shell.start(folder, environment, List.of(Programs.find("node").toString(), file.toString()));
        await().atMost(Patience.LIMIT).ignoreExceptions().until(() -> !runtime.isAlive() || isReady());
        assertThat(runtime.isAlive()).as("%s %s", runtime.out(), runtime.err()).isTrue();
    }

    private static boolean isReady() {
        return call("GET", "/info", "").statusCode() == 200;
    }

    @AfterEach
    void nothing_was_asked_of_other_hosts() {
        assertThat(runtime.err()).doesNotContain("foreign host");
    }

    @AfterAll
    static void stop() {
        if (runtime != null) runtime.close();
        if (server != null) server.close();
    }

    @Test
    void questions_are_answered_and_the_conversation_is_a_session() {
        JsonObject told = page(new JsonArray(), step("r1", "m1", "/stream 30 100"), step("r2", "m2", "/echo second"));

        assertThat(error(told, 0)).isNull();
        assertThat(types(told, 0)).startsWith("RUN_STARTED").endsWith("RUN_FINISHED");
        assertThat(text(told, 0)).isEqualTo(TestClient.words(30));
        assertThat(text(told, 1)).isEqualTo("second");
        assertThat(roles(told)).containsExactly("user", "assistant", "user", "assistant");
        assertThat(contents(messages("/stream 30 100")))
                .containsExactly("/stream 30 100", TestClient.words(30), "/echo second", "second");
    }

    /** Symptom: a run with a front-end tool failed. Cause: an older client refuses {@code pendingToolCallIds}. */
    @Test
    void a_front_end_tool_is_called_and_its_result_goes_on() {
        JsonObject first =
                page(new JsonArray(), step("r1", "m1", "/tool zoom {\"by\":2}").put("tools", TOOLS));
        assertThat(types(first, 0))
                .as("%s", events(first, 0))
                .contains("TOOL_CALL_START")
                .endsWith("RUN_FINISHED");
        String call = events(first, 0).stream()
                .filter(event -> event.getString("type").equals("TOOL_CALL_START"))
                .map(event -> event.getString("toolCallId"))
                .findFirst()
                .orElseThrow();
        JsonObject result = new JsonObject()
                .put("id", "m2")
                .put("role", "tool")
                .put("toolCallId", call)
                .put("content", "zoomed");

        JsonObject second = page(
                first.getJsonArray("messages"),
                new JsonObject().put("runId", "r2").put("message", result).put("tools", TOOLS));

        assertThat(types(second, 0)).contains("TOOL_CALL_RESULT").endsWith("RUN_FINISHED");
        assertThat(text(second, 0)).contains("zoomed");
    }

    @Test
    void an_interrupt_is_answered_in_the_page() {
        JsonObject first = page(new JsonArray(), step("r1", "m1", "/tool sleep {\"seconds\":0.01}"));
        assertThat(events(first, 0).getLast().getJsonObject("outcome").getString("type"))
                .isEqualTo("interrupt");
        JsonArray answers = resume(first, 0, "resolved", new JsonObject().put("approved", true));

        JsonObject second = page(
                first.getJsonArray("messages"),
                new JsonObject().put("runId", "r2").put("resume", answers));

        assertThat(types(second, 0)).contains("TOOL_CALL_RESULT").endsWith("RUN_FINISHED");
        assertThat(text(second, 0)).contains("Slept");
    }

    @Test
    void a_stop_in_the_page_stops_the_run_of_the_server() {
        Thread reader = Thread.startVirtualThread(() -> page(new JsonArray(), step("r1", "m1", "/hang")));
        await().atMost(Patience.LIMIT).until(() -> !messages("/hang").isEmpty());

        await().atMost(Patience.LIMIT)
                .until(() -> call("POST", "/agent/default/stop/" + thread, "{}")
                        .body()
                        .contains("\"stopped\":true"));

        await().atMost(Patience.LIMIT).until(() -> messages("/hang").toString().contains("\"outcome\":\"cancelled\""));
        await().atMost(Patience.LIMIT).until(() -> !reader.isAlive());
    }

    private JsonObject page(JsonArray messages, JsonObject... steps) {
        return new AguiClient(url + "/agent/default/run", "unused", packages).run(thread, messages, steps);
    }

    /** What the session contains that begins with this message; empty while there is none. */
    private static JsonArray messages(String first) {
        String token = server.token("ada");
        JsonArray sessions = new JsonObject(
                        server.call("GET", "/api/v1/sessions", token, null).body())
                .getJsonArray("sessions");
        return sessions.stream()
                .map(one -> server.messages(token, ((JsonObject) one).getString("id"), 100))
                .filter(its -> contents(its).stream().limit(1).anyMatch(first::equals))
                .findFirst()
                .orElseGet(JsonArray::new);
    }

    private static List<String> contents(JsonArray messages) {
        return messages.stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .toList();
    }

    private static HttpResponse<String> call(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
