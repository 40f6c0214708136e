package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
    void a_check_lists_every_problem_of_the_catalogue() throws IOException {
        Path file = Files.writeString(folder.resolve("reprise.yaml"), "");
        Files.createDirectories(folder.resolve("models"));
        Files.writeString(folder.resolve("models/one.yaml"), "provider: none\n");
        Files.writeString(folder.resolve("models/two.yaml"), "temperature: 1\n");

        assertThat(run(Map.of(), "--config", file.toString(), "--check-config")).isEqualTo(1);

        assertThat(text(err)).contains("model one: provider", "there is no provider none", "model two: provider");
    }

    @Test
    void a_model_is_asked_whether_it_answers() throws IOException {
        Path file = Files.writeString(folder.resolve("reprise.yaml"), "");
        Files.createDirectories(folder.resolve("models"));
        Files.writeString(folder.resolve("models/off.yaml"), "provider: default\nname: off\nenabled: false\n");

        assertThat(run(Map.of(), "--config", file.toString(), "--check-model")).isZero();
        assertThat(text(out)).startsWith("model default (demo demo): The model demo answers. [");
        assertThat(run(Map.of(), "--config", file.toString(), "--check-model", "off"))
                .isEqualTo(1);
        assertThat(run(Map.of(), "--config", file.toString(), "--check-model", "none"))
                .isEqualTo(1);
        assertThat(text(err))
                .contains(
                        "model off: it or its provider is not enabled", "model none: is not in the files and settings");
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
        assertThat(text(out)).contains("usage:", "--check-config", "--token USER", "reprise ");
    }

    @Test
    void an_unknown_argument_is_refused() {
        assertThat(run(Map.of(), "--chekc-config")).isEqualTo(2);
        assertThat(run(Map.of(), "--config")).isEqualTo(2);
        assertThat(text(err)).contains("unknown argument --chekc-config", "--config needs a file");
    }

    @Test
    void a_token_is_printed_and_nothing_else() {
        Map<String, String> environment = Map.of(
                "REPRISE_AUTH_MODE", "jwt", "REPRISE_AUTH_SECRET", "env:SIGNING_KEY", "SIGNING_KEY", "k".repeat(32));

        assertThat(run(environment, "--token", "ada", "--roles", "staff,admin", "--hours", "720"))
                .isZero();

        assertThat(text(err)).isEmpty();
        assertThat(text(out)).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\n");
        String claims = text(out).split("\\.")[1];
        assertThat(new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8))
                .contains("\"iss\":\"reprise\"", "\"sub\":\"ada\"", "\"roles\":[\"staff\",\"admin\"]");
    }

    static Stream<Arguments> tokensThatCannotBe() {
        Map<String, String> secret = Map.of("REPRISE_AUTH_SECRET", "env:SIGNING_KEY", "SIGNING_KEY", "k".repeat(32));
        return Stream.of(
                Arguments.of(Map.of(), "--token ada", "--token needs auth.secret"),
                Arguments.of(Map.of("REPRISE_AUTH_SECRET", "env:NONE"), "--token ada", "auth.secret"),
                Arguments.of(
                        Map.of("REPRISE_AUTH_SECRET", "env:BRIEF", "BRIEF", "k".repeat(31)),
                        "--token ada",
                        "auth.secret"),
                Arguments.of(
                        Map.of("REPRISE_RUN_AGENTS", "99", "REPRISE_SERVER_PORT", "x"),
                        "--token ada",
                        "--check-config lists every problem"),
                Arguments.of(secret, "--token ada --roles user,boss", "boss is not one of user, staff, admin"),
                Arguments.of(secret, "--token ada --roles ,", "--roles"),
                Arguments.of(secret, "--token ada --hours 0", "--hours: must be a number from 1 to 720"),
                Arguments.of(secret, "--token ada --hours 721", "--hours"),
                Arguments.of(secret, "--token ada --hours -1", "--hours"),
                Arguments.of(secret, "--token ada --hours 1.5", "--hours"),
                Arguments.of(secret, "--token " + "x".repeat(256), "no valid subject"),
                Arguments.of(with(secret, "REPRISE_AUTH_BLOCKED_USERS", "ada"), "--token ada", "auth.blockedUsers"),
                Arguments.of(with(secret, "REPRISE_AUTH_ISSUERS", "https://a/"), "--token ada", "auth.issuers"),
                Arguments.of(with(secret, "REPRISE_AUTH_AUDIENCES", "us"), "--token ada", "auth.audiences"),
                Arguments.of(with(secret, "REPRISE_AUTH_ALGORITHMS", "HS512"), "--token ada", "auth.algorithms"),
                Arguments.of(with(secret, "REPRISE_AUTH_ROLES_CLAIM", "x"), "--token ada --roles admin", "rolesClaim"));
    }

    @ParameterizedTest
    @MethodSource("tokensThatCannotBe")
    void a_token_that_cannot_be_created_is_reported_in_one_line(
            Map<String, String> environment, String args, String reason) {
        assertThat(run(with(environment, "REPRISE_AUTH_MODE", environment.isEmpty() ? "dev" : "jwt"), args.split(" ")))
                .isEqualTo(1);

        assertThat(text(out)).isEmpty();
        assertThat(text(err).lines())
                .singleElement()
                .asString()
                .startsWith("reprise: ")
                .contains(reason);
    }

    @Test
    void an_erasure_needs_a_user_and_a_database() {
        assertThat(run(Map.of(), "--erase-user")).isEqualTo(2);
        assertThat(run(Map.of("REPRISE_DATA_DIR", "/nowhere"), "--erase-user", "ada"))
                .isEqualTo(1);

        assertThat(text(err)).contains("--erase-user needs a user", "no server runs on /nowhere");
    }

    @Test
    void roles_and_hours_need_a_token_argument() {
        assertThat(run(Map.of(), "--hours", "1")).isEqualTo(2);
        assertThat(run(Map.of(), "--token")).isEqualTo(2);
        assertThat(text(err)).contains("--roles and --hours go with --token", "--token needs a user");
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(key, value);
        return all;
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
