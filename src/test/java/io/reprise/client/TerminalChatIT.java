package io.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.CutProxy;
import io.reprise.testing.Interrupts;
import io.reprise.testing.Patience;
import io.reprise.testing.Ports;
import io.reprise.testing.Programs;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chat of {@code scripts/chat}, in a pipe and at a terminal. */
class TerminalChatIT {
    private static final char CTRL_C = 3;

    @TempDir
    private Path folder;

    private TestServer server;
    private CutProxy proxy;
    private Process chat;

    @BeforeEach
    void start() {
        server = TestServer.start(Map.of("interrupts.tools", "sleep"));
        proxy = CutProxy.before(server.port());
    }

    @AfterEach
    void stop() {
        if (chat != null) {
            chat.descendants().forEach(ProcessHandle::destroyForcibly);
            chat.destroyForcibly();
        }
        proxy.close();
        server.close();
    }

    @Test
    void in_a_pipe_only_the_answer_is_printed() throws Exception {
        assertThat(piped("/echo the answer", server.url())).isZero();

        assertThat(printed()).isEqualTo("the answer\n");
        assertThat(errors()).isEmpty();
    }

    @Test
    void in_a_pipe_a_session_goes_on_and_its_history_is_not_printed() throws Exception {
        String token = server.token("ada");
        String session;
        try (TestClient other = TestClient.connect(server.port(), token)) {
            session = other.create();
        }
        assertThat(piped("/echo one", server.url(), "--session", session, "--token", token))
                .isZero();
        assertThat(piped("/tool time {}", server.url(), "--session", session, "--token", token))
                .isZero();

        assertThat(printed()).isNotBlank().doesNotContain("one", "/tool");
        assertThat(server.messages(token, session, 20).encode()).contains("/echo one", "/tool time");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/fail 500                | model_error",
                "/tool sleep {}           | without a complete answer: interrupt",
                "' '                      | there is no question",
            })
    void in_a_pipe_a_question_without_an_answer_is_an_error(String question, String error) throws Exception {
        assertThat(piped(question, server.url())).isEqualTo(1);

        assertThat(printed()).isEmpty();
        assertThat(errors()).startsWith("chat: ").contains(error);
    }

    @Test
    void a_server_that_cannot_be_reached_and_bad_arguments_are_errors() throws Exception {
        String nobody = "http://127.0.0.1:" + Ports.free();
        assertThat(piped("hello", nobody)).isEqualTo(1);
        assertThat(errors()).contains("chat: no connection to " + nobody);
        assertThat(piped("hello", server.url(), "--token", "wrong")).isEqualTo(1);
        assertThat(errors()).contains("(4500)");
        assertThat(piped("hello", "localhost")).isEqualTo(1);
        assertThat(errors()).contains("chat: --url must be an address such as");
        assertThat(piped("hello", server.url(), "--colour")).isEqualTo(1);
        assertThat(errors()).contains("chat: unknown option --colour");
    }

    @Test
    void in_a_pipe_an_answer_survives_cuts() throws Exception {
        begin(false, url(), List.of());
        say("/stream 200 100");
        chat.getOutputStream().close();
        for (int cut = 0; cut < 3; cut++) {
            int words = 20 + cut * 40;
            await().atMost(Patience.LIMIT).until(() -> streamed().contains("w" + words + " "));
            proxy.cut();
        }

        assertThat(chat.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(printed()).isEqualTo(TestClient.words(200) + "\n");
    }

    @Test
    void at_a_terminal_calls_are_shown_and_decided() throws Exception {
        terminal();
        awaitText("> ");
        say("/tool time {}");
        awaitText("[time {} → ");
        say("/tool sleep {\"seconds\":0.01}");
        awaitText("approve, edit {arguments}, reject [reason], respond TEXT?");
        say("nonsense");
        awaitText("[no such decision: nonsense]\n[May sleep be called?]");
        say("re");
        awaitText("[re can be reject or respond]\n[May sleep be called?]");
        say("edit {\"seconds\":0.02}");
        awaitText("[sleep {\"seconds\":0.01} → ");
        say("/tool sleep {}");
        awaitText("May sleep be called?", 4);
        say("respond slept for you");
        awaitText("→ slept for you]");
        chat.getOutputStream().write(4); // Ctrl-D at the beginning of a line
        chat.getOutputStream().flush();

        assertThat(chat.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(chat.exitValue()).as("%s", printed()).isZero();
    }

    @Test
    void at_a_terminal_the_first_ctrl_c_stops_the_run_and_the_second_leaves() throws Exception {
        terminal();
        awaitText("> ");
        say("/stream 100000 20");
        awaitText("w5 ");
        type(CTRL_C);
        awaitText("[stopped]");
        type(CTRL_C);

        assertThat(chat.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(chat.exitValue()).as("%s", printed()).isEqualTo(130);
    }

    @Test
    void at_a_terminal_the_chat_goes_on_after_a_restart_of_the_server() throws Exception {
        terminal();
        awaitText("> ");
        say("/stream 400 50");
        awaitText("w10 ");
        proxy.follow(0);
        server.stop();
        awaitText("[connection lost; trying again]");
        server = TestServer.start(server.database(), Map.of());
        proxy.follow(server.port());
        awaitText("w400 ");
        say("/echo still here");
        awaitText("still here", 2); // the terminal repeats what is typed
    }

    @Test
    void a_text_cannot_control_the_terminal() throws Exception {
        assertThat(piped("/echo a\u001b[31mb\u0007\u202ec", server.url())).isZero();

        assertThat(printed()).isEqualTo("a[31mbc\n");
    }

    // --- steps

    /** What the server has of the newest session's answer. */
    private String streamed() {
        String token = server.token("ada");
        JsonObject list = new JsonObject(
                server.call("GET", "/api/v1/sessions", token, null).body());
        if (list.getJsonArray("sessions").isEmpty()) return "";
        String session = list.getJsonArray("sessions").getJsonObject(0).getString("id");
        try (var client = TestClient.connect(server.port(), token)) {
            client.place(session, client.attach(session).getString("epoch"), 0).attachLive(session);
            return client.text(session, null);
        }
    }

    private String url() {
        return "http://127.0.0.1:" + proxy.port();
    }

    private int piped(String question, String url, String... more) throws Exception {
        begin(false, url, List.of(more));
        say(question);
        chat.getOutputStream().close();
        assertThat(chat.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return chat.exitValue();
    }

    /** A pseudo terminal, by the program of util-linux. */
    private void terminal() throws IOException {
        assumeThat(Programs.has("script"))
                .as("script of util-linux is not installed")
                .isTrue();
        begin(true, url(), List.of());
    }

    private void begin(boolean terminal, String url, List<String> more) throws IOException {
        List<String> java = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dreprise.chat.terminal=" + terminal,
                "-cp",
                ClientJarIT.classPath(),
                "io.reprise.client.chat.Chat",
                "--url",
                url));
        java.addAll(more);
        List<String> words = new ArrayList<>(Interrupts.heeded());
        if (terminal) words.addAll(List.of("script", "-qefc", String.join(" ", java), "/dev/null"));
        else words.addAll(java);
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("REPRISE"));
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        chat = builder.start();
    }

    private void say(String line) throws IOException {
        OutputStream out = chat.getOutputStream();
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void type(char key) throws IOException {
        chat.getOutputStream().write(key);
        chat.getOutputStream().flush();
    }

    private void awaitText(String text) throws IOException {
        awaitText(text, 1);
    }

    private void awaitText(String text, int times) throws IOException {
        await(text)
                .atMost(Patience.LIMIT)
                .until(() -> !chat.isAlive() || printed().split(Pattern.quote(text), -1).length > times);
        assertThat(printed()).contains(text);
    }

    private String printed() throws IOException {
        return Files.readString(folder.resolve("out")).replace("\r\n", "\n");
    }

    private String errors() throws IOException {
        return Files.readString(folder.resolve("err"));
    }
}
