package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Patience;
import io.reprise.testing.Programs;
import io.reprise.testing.TestServer;
import java.io.IOException;
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
}
