package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.Patience;
import io.reprise.testing.Ports;
import io.reprise.testing.Programs;
import io.reprise.testing.Shell;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example program prints a complete answer, or exits with code 1 and the reason on stderr. */
class AskIT {
    private static final Path PROGRAM = Path.of("webroot/docs/ask.mjs").toAbsolutePath();
    private static final String ENDLESS = "/stream 1000000 50";

    @TempDir
    private Path folder;

    @Test
    void an_answer_is_printed_with_a_final_newline() {
        try (TestServer server = TestServer.start(Map.of())) {
            Shell.Ended ask = ask(server.url(), Map.of(), "hello");

            assertThat(ask.code()).as("%s", ask).isZero();
            assertThat(ask.out())
                    .startsWith("user: hello\nassistant: You said: *hello*")
                    .endsWith("nothing will be missing.\n");
        }
    }

    /** Symptom: the program printed nothing and never ended. Cause: nothing reacted to the state of the client. */
    @Test
    void a_server_that_cannot_be_reached_is_an_error() {
        String nobody = "http://127.0.0.1:" + Ports.free();

        assertFailed(ask(nobody, Map.of("TOKEN", "any"), "hello"), "ask: no connection to " + nobody);
        assertFailed(ask(nobody, Map.of(), "hello"), "ask: no connection to " + nobody);
    }

    @Test
    void a_node_without_web_sockets_is_an_error() throws IOException {
        String text = "delete globalThis.WebSocket\nawait import('" + PROGRAM.toUri() + "')\n";
        Path without = Files.writeString(folder.resolve("without.mjs"), text);

        Shell.Ended ask =
                Shell.run(folder, Map.of(), List.of(Programs.find("node").toString(), without.toString()));

        assertFailed(ask, "ask: There is no WebSocket here", "--experimental-websocket");
    }

    /** Symptom: only the first word of a question without quotes was asked; an address without a scheme was an error of `fetch`. */
    @Test
    void bad_arguments_are_an_error_and_nothing_is_asked() {
        List<String> words = List.of(Programs.find("node").toString(), PROGRAM.toString(), "What", "is", "new?");
        Map<String, String> nobody = Map.of("REPRISE", "http://127.0.0.1:" + Ports.free());

        assertFailed(Shell.run(folder, nobody, words), "ask: one question is expected, in quotes");
        assertFailed(ask(nobody.get("REPRISE"), Map.of(), " "), "ask: one question is expected, in quotes");
        assertFailed(ask("localhost:8080", Map.of(), "hello"), "ask: REPRISE must be an address such as http://");
    }

    @Test
    void a_wrong_token_is_an_error() {
        try (TestServer server = TestServer.start(Map.of())) {
            assertFailed(ask(server.url(), Map.of("TOKEN", "wrong"), "hello"), "closed the connection (4500)");
        }
    }

    @Test
    void a_server_without_development_tokens_is_an_error() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef");
        Map<String, String> settings = Map.of("auth.mode", "jwt", "auth.secret", "file:" + secret);
        try (TestServer server = TestServer.start(settings)) {
            assertFailed(ask(server.url(), Map.of(), "hello"), "ask: no token (404): set TOKEN");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a refused message | LONG            | ask: the server refused (too_large)",
                "a failed run      | /fail 500       | ask: the run ended with an error (model_error)",
                "an interrupted run| /tool time {}   | ask: the run ended without a complete answer: interrupt",
            })
    void a_question_without_a_complete_answer_is_an_error(String kind, String question, String message) {
        Map<String, String> settings = Map.of("sessions.textBytesMax", "1024", "interrupts.tools", "time");
        try (TestServer server = TestServer.start(settings)) {
            String asked = question.equals("LONG") ? "x".repeat(1_025) : question;

            assertFailed(ask(server.url(), Map.of(), asked), message);
        }
    }

    @Test
    void a_stopped_run_is_an_error_after_the_partial_answer() {
        try (TestServer server = TestServer.start(Map.of());
                Shell ask = startedAnswer(server)) {
            server.call("POST", session(server) + "/stop", server.token("ada"), null);

            assertCutOff(ask.awaitEnd(), "ask: the run ended without a complete answer: cancelled");
        }
    }

    @Test
    void a_deleted_session_is_an_error() {
        try (TestServer server = TestServer.start(Map.of());
                Shell ask = startedAnswer(server)) {
            server.call("DELETE", session(server), server.token("ada"), null);

            assertCutOff(ask.awaitEnd(), "ask: the session was deleted");
        }
    }

    @Test
    void a_closed_socket_is_an_error() {
        try (TestServer server = TestServer.start(Map.of());
                Shell ask = startedAnswer(server)) {
            server.stop();

            assertCutOff(ask.awaitEnd(), "ask: no connection to " + server.url());
        }
    }

    /** The program while it prints an endless answer. */
    private Shell startedAnswer(TestServer server) {
        Shell ask = Shell.start(folder, environment(server.url(), Map.of()), command(ENDLESS));
        await().atMost(Patience.LIMIT).until(() -> !ask.isAlive() || ask.out().contains("assistant: w1 w2"));
        return ask;
    }

    private static String session(TestServer server) {
        String list = server.call("GET", "/api/v1/sessions", server.token("ada"), null)
                .body();
        JsonObject newest = new JsonObject(list).getJsonArray("sessions").getJsonObject(0);
        return "/api/v1/sessions/" + newest.getString("id");
    }

    private Shell.Ended ask(String url, Map<String, String> more, String question) {
        return Shell.run(folder, environment(url, more), command(question));
    }

    private static List<String> command(String question) {
        return List.of(Programs.find("node").toString(), PROGRAM.toString(), question);
    }

    private static Map<String, String> environment(String url, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(more);
        all.put("REPRISE", url);
        return all;
    }

    private static void assertFailed(Shell.Ended ask, String... messages) {
        assertThat(ask.code()).as("%s", ask).isEqualTo(1);
        assertThat(ask.err()).contains(messages);
    }

    private static void assertCutOff(Shell.Ended ask, String message) {
        assertFailed(ask, message);
        assertThat(ask.out()).contains("assistant: w1 w2").endsWith("\n");
    }
}
