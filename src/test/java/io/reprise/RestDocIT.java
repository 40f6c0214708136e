package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Patience;
import io.reprise.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the document about REST do what it says. */
class RestDocIT {
    private static final Pattern SNIPPET = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final long PATIENCE_SECONDS = Patience.LIMIT.toSeconds();

    /**
     * Twice: symptom were answers {@code 404} from the second time on, for a day; cause were keys that named the session
     * which the last example had deleted.
     */
    @Test
    void the_examples_run_one_after_the_other_and_again(@TempDir Path folder) throws IOException, InterruptedException {
        String document = Files.readString(Path.of("webroot/docs/rest.md"));
        String all = SNIPPET.matcher(document).results().map(RestDocIT::shell).collect(Collectors.joining("\necho\n"));
        Path script = Files.writeString(folder.resolve("examples.sh"), "set -eu\n" + all);
        try (TestServer server = TestServer.start(Map.of("server.commentMs", "200"))) {
            for (int time = 1; time <= 2; time++) {
                assertShown(run(script, server.url(), folder.resolve("printed-" + time)));
            }
        }
    }

    private static void assertShown(String output) {
        assertThat(output)
                .contains("{\"session\":\"s_")
                .contains("\"status\":\"started\"")
                .contains("event: attached", "\"mode\":\"replay\"", "RUN_FINISHED") // Live or not: it may be over.
                .contains("\"content\":\"w1 w2 w3")
                .containsPattern("(?s)\\{\"session\":\"s_.*\\{\"session\":\"s_") // The second is a fork.
                .contains("{\"stopped\":[],\"unqueued\":[]}")
                .containsPattern("204\n")
                .contains("`limit` must be from 1 to 200.")
                .doesNotContain("Session not found");
        assertThat(output.lines().filter(line -> line.startsWith("id: ")).count())
                .isGreaterThan(5);
    }

    /** What the script printed, which must end by itself and well. */
    private static String run(Path script, String url, Path printed) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString());
        builder.environment().put("REPRISE", url);
        Process shell = builder.redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        boolean ended = shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        shell.destroyForcibly();
        String output = Files.readString(printed);
        assertThat(ended).as("%s", output).isTrue();
        assertThat(shell.exitValue()).as("%s", output).isZero();
        return output;
    }

    private static String shell(MatchResult snippet) {
        return snippet.group(1);
    }
}
