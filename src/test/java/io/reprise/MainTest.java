package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void the_shipped_configuration_is_valid() {
        assertThat(run(Map.of(), "--check-config")).isZero();
        assertThat(text(out)).isEqualTo("configuration is valid\n");
    }

    @Test
    void a_bad_configuration_is_refused_with_every_problem() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.yaml"), "server:\n  port: 1x\nlogg: {}\n");

        int code = run(Map.of("REPRISE_RUN_AGENTS", "99"), "--config", file.toString(), "--check-config");

        assertThat(code).isEqualTo(1);
        assertThat(text(err).lines()).hasSize(3).allMatch(line -> line.startsWith("reprise: "));
        assertThat(text(err)).contains("server.port", "logg", "run.agents");
    }

    @Test
    void the_file_named_on_the_command_line_wins_over_the_environment() throws IOException {
        Path good = Files.writeString(folder.resolve("good.yaml"), "server:\n  port: 1\n");
        Map<String, String> environment =
                Map.of("REPRISE_CONFIG", folder.resolve("absent.yaml").toString());

        assertThat(run(environment, "--check-config")).isEqualTo(1);
        assertThat(text(err)).contains("absent.yaml: does not exist");
        assertThat(run(environment, "--config", good.toString(), "--check-config"))
                .isZero();
    }

    @Test
    void help_and_version_are_printed() {
        assertThat(run(Map.of(), "--help")).isZero();
        assertThat(run(Map.of(), "--version")).isZero();
        assertThat(text(out)).contains("usage:", "--check-config", "reprise ");
    }

    @Test
    void an_unknown_argument_is_refused() {
        assertThat(run(Map.of(), "--chekc-config")).isEqualTo(2);
        assertThat(run(Map.of(), "--config")).isEqualTo(2);
        assertThat(text(err)).contains("unknown argument --chekc-config", "--config needs a file");
    }

    private int run(Map<String, String> environment, String... args) {
        return new Main(environment, print(out), print(err)).run(args);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
