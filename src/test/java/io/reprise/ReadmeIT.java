package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.Patience;
import io.reprise.testing.Programs;
import io.reprise.testing.TestDatabase;
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

/** The README tells how to get the first token of a server in {@code auth.mode: jwt}, and that token works. */
class ReadmeIT {
    private static final Pattern TO_SERVE_OTHERS =
            Pattern.compile("To serve others:\n\n```sh\n(.*?)```", Pattern.DOTALL);
    private static final Pattern READY = Pattern.compile("Reprise is ready: (http://127\\.0\\.0\\.1:\\d+)");
    private static final long PATIENCE_SECONDS = Patience.LIMIT.toSeconds();

    @TempDir
    private Path folder;

    @Test
    void following_the_readme_to_serve_others_gives_a_working_token() throws Exception {
        // The README set a key and did not say how to get the first token.
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

    private static String found(Pattern snippet) throws IOException {
        Matcher readme = snippet.matcher(Files.readString(Path.of("README.md")));
        assertThat(readme.find()).isTrue();
        return readme.group(1);
    }
}
