package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.Patience;
import io.reprise.testing.Ports;
import io.reprise.testing.Programs;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README tells a newcomer to do works. */
class ReadmeIT {
    private static final Pattern PROGRAM = Pattern.compile("```js\n(.*?)```", Pattern.DOTALL);
    private static final Pattern RECALLS = Pattern.compile("## Recalls\n.*?```sh\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TO_SERVE_OTHERS =
            Pattern.compile("To serve others:\n\n```sh\n(.*?)```", Pattern.DOTALL);
    private static final Pattern READY = Pattern.compile("Reprise is ready: (http://127\\.0\\.0\\.1:\\d+)");
    private static final long PATIENCE_SECONDS = Patience.LIMIT.toSeconds();

    @TempDir
    private Path folder;

    @Test
    void the_client_of_the_readme_prints_an_answer_and_ends() throws IOException, InterruptedException {
        try (TestServer server = TestServer.start(Map.of())) {
            Ended ask = run(server.url(), node(), "--experimental-websocket", program());

            assertThat(ask.code()).as("%s", ask.output()).isZero();
            assertThat(ask.output())
                    .contains("user: hello", "assistant: You said: *hello*", "nothing will be missing.\n");
        }
    }

    /** Symptom: it said nothing and never ended; cause: the client tries again for ever, and nobody listened to it. */
    @Test
    void the_client_of_the_readme_says_why_it_cannot_work() throws IOException, InterruptedException {
        String nobody = "http://127.0.0.1:" + Ports.free();

        Ended ask = run(nobody, node(), "--experimental-websocket", program());

        assertThat(ask.code()).as("%s", ask.output()).isEqualTo(1);
        assertThat(ask.output()).contains("No connection to " + nobody);
    }

    /** Symptom: the same silence with a Node that has no WebSocket. */
    @Test
    void the_client_says_what_it_lacks() throws IOException, InterruptedException {
        String without = Files.writeString(
                        folder.resolve("without.mjs"),
                        "delete globalThis.WebSocket\nawait import(" + "'"
                                + Path.of(program()).toUri() + "')\n")
                .toString();

        Ended ask = run("http://127.0.0.1:1", node(), without);

        assertThat(ask.code()).as("%s", ask.output()).isEqualTo(1);
        assertThat(ask.output()).contains("There is no WebSocket here", "--experimental-websocket");
    }

    /** Symptom: {@code 405}, as nothing told where the session and the token come from. */
    @Test
    void the_recall_of_the_readme_is_made_each_time() throws IOException, InterruptedException {
        String script = Files.writeString(folder.resolve("recall.sh"), "set -eu\n" + found(RECALLS))
                .toString();
        try (TestServer server = TestServer.start(Map.of())) {
            for (int time = 1; time <= 2; time++) {
                Ended curl = run(server.url(), "sh", script);

                assertThat(curl.code()).as("%s", curl.output()).isZero();
                assertThat(curl.output()).contains("\"text\":\"Summarise what is new\"", "\"status\":\"pending\"");
            }
        }
    }

    @Test
    void following_the_readme_to_serve_others_gives_a_working_token() throws Exception {
        // The README set a key and told nobody how to come by the first token.
        String script = found(TO_SERVE_OTHERS)
                .replace("0.0.0.0", "127.0.0.1")
                .replaceFirst("(?m)^scripts/run$", "exec scripts/run")
                .replace("scripts/run", "\"$JAVA\" -cp \"$CLASSES\" io.reprise.Main");
        Path printed = folder.resolve("printed");
        Process server = shell(script, printed);
        try {
            await().atMost(Patience.LIMIT)
                    .until(() -> !server.isAlive()
                            || READY.matcher(Files.readString(printed)).find());
            String output = Files.readString(printed);
            Matcher ready = READY.matcher(output);
            assertThat(ready.find()).as("%s", output).isTrue();

            String token = output.lines().findFirst().orElseThrow();
            HttpResponse<String> me = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(ready.group(1) + "/api/v1/me"))
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(me.statusCode()).as("%s", me.body()).isEqualTo(200);
            assertThat(me.body()).contains("\"user\":\"ada\"", "\"roles\":[\"admin\"]");
        } finally {
            server.destroy();
            if (!server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) server.destroyForcibly();
        }
    }

    private static Process shell(String script, Path printed) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Programs.find("bash").toString(), "-euc", script);
        builder.environment().keySet().removeIf(name -> name.startsWith("REPRISE_"));
        builder.environment()
                .putAll(Map.of(
                        "JAVA",
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                        "CLASSES", System.getProperty("java.class.path"),
                        "REPRISE_SERVER_PORT", "0",
                        "REPRISE_DATABASE_URL", TestDatabase.empty().reveal()));
        return builder.redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
    }

    private static String node() {
        return Programs.find("node").toString();
    }

    private String program() throws IOException {
        String webroot = Path.of("webroot").toAbsolutePath().toUri().toString();
        String text = found(PROGRAM).replace("'./webroot/", "'" + webroot);
        return Files.writeString(folder.resolve("ask.mjs"), text).toString();
    }

    private static String found(Pattern snippet) throws IOException {
        Matcher readme = snippet.matcher(Files.readString(Path.of("README.md")));
        assertThat(readme.find()).isTrue();
        return readme.group(1);
    }

    private record Ended(int code, String output) {}

    /** Runs it to its end, which must come by itself. */
    private Ended run(String url, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("REPRISE_URL", url);
        builder.environment().put("REPRISE", url);
        Path printed = folder.resolve("printed");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String output = Files.readString(printed);
        assertThat(ended).as("%s", output).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
