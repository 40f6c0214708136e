package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.Patience;
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
    private static final Pattern SNIPPET = Pattern.compile("```js\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TO_SERVE_OTHERS =
            Pattern.compile("To serve others:\n\n```sh\n(.*?)```", Pattern.DOTALL);
    private static final Pattern READY = Pattern.compile("Reprise is ready: (http://127\\.0\\.0\\.1:\\d+)");
    private static final long PATIENCE_SECONDS = Patience.LIMIT.toSeconds();

    @Test
    void the_client_of_the_readme_prints_an_answer_and_ends(@TempDir Path folder)
            throws IOException, InterruptedException {
        Matcher readme = SNIPPET.matcher(Files.readString(Path.of("README.md")));
        assertThat(readme.find()).isTrue();
        String webroot = Path.of("webroot").toAbsolutePath().toUri().toString();
        Path script =
                Files.writeString(folder.resolve("ask.mjs"), readme.group(1).replace("'./webroot/", "'" + webroot));
        try (TestServer server = TestServer.start(Map.of())) {
            ProcessBuilder builder =
                    new ProcessBuilder(Programs.find("node").toString(), "--experimental-websocket", script.toString());
            builder.environment().put("REPRISE_URL", server.url());

            Path printed = folder.resolve("printed");
            Process node = builder.redirectErrorStream(true)
                    .redirectOutput(printed.toFile())
                    .start();
            boolean ended = node.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            node.destroyForcibly();
            String output = Files.readString(printed);

            assertThat(ended).as("%s", output).isTrue();
            assertThat(node.exitValue()).as("%s", output).isZero();
            assertThat(output).contains("user: hello", "assistant: You said: *hello*", "nothing will be missing.");
        }
    }

    @Test
    void who_serves_others_as_the_readme_says_has_a_token_to_sign_in_with(@TempDir Path folder) throws Exception {
        // The README set a key and told nobody how to come by the first token.
        Matcher readme = TO_SERVE_OTHERS.matcher(Files.readString(Path.of("README.md")));
        assertThat(readme.find()).isTrue();
        String script = readme.group(1)
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
                        "REPRISE_DATABASE_URL", TestDatabase.fresh().reveal()));
        return builder.redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
    }
}
