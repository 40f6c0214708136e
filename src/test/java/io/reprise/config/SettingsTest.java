package io.reprise.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.config.access.AuthSettings;
import io.reprise.config.read.SettingsReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings: where they come from, and what is wrong with them. */
class SettingsTest extends SettingsBench {
    @Test
    void defaults_are_valid_and_private() {
        Settings settings = Settings.defaults();

        assertThat(settings.server().port()).isEqualTo(8080);
        assertThat(settings.server().isLoopback()).isTrue();
        assertThat(settings.server().webroot()).isEqualTo(Path.of("webroot"));
        assertThat(settings.database().isPrivate()).isTrue();
        assertThat(settings.auth().mode()).isEqualTo(AuthSettings.Mode.DEV);
        assertThat(settings.auth().secret()).isEmpty();
        assertThat(settings.log().flushMs()).isEqualTo(500);
        assertThat(settings.logging().level()).isEqualTo(LoggingSettings.Level.INFO);
    }

    @Test
    void loading_nothing_gives_the_defaults() throws IOException {
        assertThat(Settings.load(Map.of())).isEqualTo(new LoadedSettings.Valid(Settings.defaults()));
        assertThat(load("")).isEqualTo(new LoadedSettings.Valid(Settings.defaults()));
        assertThat(load("# only a remark\nlog:\n  # flushMs: 1\n"))
                .isEqualTo(new LoadedSettings.Valid(Settings.defaults()));
    }

    @Test
    void overrides_change_single_keys() {
        Settings settings = Settings.with(Map.of("log.flushMs", "0", "server.port", "0"));

        assertThat(settings.log().flushMs()).isZero();
        assertThat(settings.server().port()).isZero();
        assertThat(settings.run()).isEqualTo(Settings.defaults().run());
    }

    @Test
    void reads_have_at_most_half_as_many_connections_as_writes() {
        assertThat(Settings.defaults().database().readers()).isEqualTo(4);
        assertThat(Settings.with(Map.of("database.poolSize", "1")).database().readers())
                .isEqualTo(1);
        assertThat(Settings.with(Map.of("database.readPoolSize", "2"))
                        .database()
                        .readers())
                .isEqualTo(2);
        assertThatThrownBy(() -> Settings.with(Map.of("database.readPoolSize", "5")))
                .hasMessageContaining("database.readPoolSize = \"5\": must be at most half of database.poolSize (8)");
    }

    @Test
    void overrides_that_are_wrong_throw_with_every_reason() {
        assertThatThrownBy(() -> Settings.with(Map.of("log.flushMs", "-1", "log.flushMS", "0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("log.flushMs = \"-1\": must be an integer from 0 to 60000 (override)")
                .hasMessageContaining("log.flushMS: unknown key; did you mean log.flushMs?");
    }

    @Test
    void the_environment_wins_over_the_file() throws IOException {
        String text = "server:\n  port: 1000\n  origins: [https://a.example]\nlog:\n  flushMs: 7\n";

        Settings settings = valid(load(
                text,
                Map.of("REPRISE_SERVER_PORT", "2000", "REPRISE_SERVER_ORIGINS", "https://b.example, http://c:81")));

        assertThat(settings.server().port()).isEqualTo(2000);
        assertThat(settings.server().origins()).containsExactly("https://b.example", "http://c:81");
        assertThat(settings.log().flushMs()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "log.flushMs, REPRISE_LOG_FLUSH_MS",
        "data.dir, REPRISE_DATA_DIR",
        "run.toolResultBytesMax, REPRISE_RUN_TOOL_RESULT_BYTES_MAX"
    })
    void variables_are_named_after_the_key(String path, String variable) {
        assertThat(SettingsReader.variable(path)).isEqualTo(variable);
    }

    @ParameterizedTest
    @CsvSource({
        "server.port, -1, 0, 65535, 65536",
        "server.connectionsMax, 0, 1, 1000000, 1000001",
        "run.stepsMax, 4, 5, 100, 101",
        "run.timeMs, 9999, 10000, 600000, 600001",
        "sessions.ttlMinutes, 0, 1, 1440, 1441",
        "sessions.userTtlMinutes, -1, 0, 525600, 525601",
        "recalls.chainMax, 0, 1, 10000, 10001",
        "hooks.toleranceMs, 999, 1000, 3600000, 3600001",
        "shutdown.drainMs, -1, 0, 600000, 600001",
        "shutdown.closeMs, 999, 1000, 600000, 600001",
        "shutdown.spreadMs, 0, 1, 600000, 600001"
    })
    void both_bounds_of_a_range_are_allowed_and_nothing_beyond(
            String path, String below, String first, String last, String above) {
        assertThat(Settings.with(Map.of(path, first))).isNotNull();
        assertThat(Settings.with(Map.of(path, last))).isNotNull();
        assertThatThrownBy(() -> Settings.with(Map.of(path, below)))
                .hasMessageContaining("from " + first + " to " + last);
        assertThatThrownBy(() -> Settings.with(Map.of(path, above)))
                .hasMessageContaining("from " + first + " to " + last);
    }

    @Test
    void checkpoints_are_kept_for_1_to_365_days() {
        for (int days : List.of(1, 365))
            assertThat(Settings.with(keptFor(days))).isNotNull();
        for (int days : List.of(0, 366)) {
            assertThatThrownBy(() -> Settings.with(keptFor(days))).hasMessageContaining("from 1 to 365");
        }
    }

    private static Map<String, String> keptFor(int days) {
        return Map.of("checkpoints.retentionDays", String.valueOf(days), "interrupts.expiryMinutes", "60");
    }

    /** Whoever leaves a server alone relies on them. */
    @Test
    void limits_of_time_have_the_defaults_that_are_documented() {
        Settings defaults = Settings.defaults();

        assertThat(defaults.sessions().expiry().ttlMinutes()).isEqualTo(10);
        assertThat(defaults.sessions().expiry().userTtlMinutes()).isZero();
        assertThat(defaults.sessions().expiry().graceMs()).isEqualTo(30_000);
        assertThat(defaults.sessions().claimHours()).isEqualTo(24);
        assertThat(defaults.checkpoints().retentionDays()).isEqualTo(7);
        assertThat(defaults.run().timeMs()).isEqualTo(120_000);
        assertThat(defaults.run().stepsMax()).isEqualTo(25);
        assertThat(defaults.recalls().chainMax()).isEqualTo(20);
        assertThat(defaults.hooks().toleranceMs()).isEqualTo(300_000);
        assertThat(defaults.webhooks().failuresMax()).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({"1.5", "5.", "5.01", "1e3", "0x10", "99999999999999999999", "' '", "''", "5s", "１２"})
    void a_number_is_digits_only(String text) {
        assertThatThrownBy(() -> Settings.with(Map.of("log.flushMs", text))).hasMessageContaining("log.flushMs");
    }

    @Test
    void every_problem_is_told_at_once_with_value_range_and_source() throws IOException {
        String text = """
                server:
                  port: 70000
                  hots: 127.0.0.1
                logging:
                  level: loud
                sesions:
                  shards: 1
                store: 5
                """;

        List<String> problems = problems(load(
                text,
                Map.of(
                        "REPRISE_LOG_FLUSH_MS", "soon",
                        "REPRISE_SERVER_PROT", "1",
                        "REPRISE_CONFIG", "x",
                        "REPRISE_JAVA_OPTIONS", "-Xmx1g",
                        "PATH", "/bin")));

        String file = folder.resolve("reprise.yaml").toString();
        assertThat(problems)
                .containsExactlyInAnyOrder(
                        "server.port = \"70000\": must be an integer from 0 to 65535 (" + file + ", line 2)",
                        "log.flushMs = \"soon\": must be an integer from 0 to 60000"
                                + " (environment variable REPRISE_LOG_FLUSH_MS)",
                        "logging.level = \"loud\": must be one of trace, debug, info, warn, error (" + file
                                + ", line 5)",
                        "server.hots: unknown key; did you mean server.host? (" + file + ", line 3)",
                        "sesions: unknown section; did you mean sessions? (" + file + ", line 6)",
                        "store: must be a section with keys below it (" + file + ", line 8)",
                        "REPRISE_SERVER_PROT: unknown setting; did you mean REPRISE_SERVER_PORT? (environment)");
    }

    @Test
    void a_key_in_the_wrong_section_is_reported_with_its_place() throws IOException {
        assertThat(problems(load("log:\n  queueMax: 3\n")))
                .singleElement()
                .asString()
                .contains("log.queueMax: unknown key; did you mean sessions.queueMax?");
    }

    @Test
    void an_unknown_key_without_a_value_and_a_key_given_twice_are_problems() throws IOException {
        assertThat(problems(load("log:\n  nonsense:\n  flushMs: 1\n  flushMs: 2\n")))
                .anyMatch(problem -> problem.startsWith("log.nonsense: unknown key"))
                .anyMatch(problem -> problem.startsWith("log.flushMs: is set twice") && problem.contains("line 4"))
                .hasSize(2);
    }

    @Test
    void a_value_of_the_wrong_shape_is_a_problem() throws IOException {
        assertThat(problems(load("log:\n  flushMs: [1]\n  pageEvents:\n    a: 1\nserver:\n  origins: [{a: 1}]\n")))
                .anyMatch(problem -> problem.startsWith("log.flushMs: must be an integer"))
                .anyMatch(problem -> problem.startsWith("log.pageEvents: must be an integer"))
                .anyMatch(problem -> problem.startsWith("server.origins: must be a list of strings"));
    }

    @Test
    void a_file_that_is_not_yaml_not_sections_or_not_there_is_a_problem() throws IOException {
        assertThat(problems(load("log:\n  flushMs: \"1\n")))
                .singleElement()
                .asString()
                .contains("is not YAML");
        assertThat(problems(load("- a\n"))).singleElement().asString().contains("must consist of sections");
        assertThat(problems(load("log: {}\n---\nrun: {}\n")))
                .singleElement()
                .asString()
                .contains("one document");
        assertThat(problems(Settings.load(folder.resolve("absent.yaml"), Map.of())))
                .singleElement()
                .asString()
                .contains("does not exist");
    }

    @ParameterizedTest
    @CsvSource({"https://a.example/", "https://a.example/path", "a.example", "ftp://a.example", "*", "https://a b"})
    void an_origin_is_scheme_host_and_port_only(String origin) {
        assertThatThrownBy(() -> Settings.with(Map.of("server.origins", origin)))
                .hasMessageContaining(origin);
    }

    @Test
    void a_refused_value_causes_no_second_problem_by_comparison() {
        assertThatThrownBy(() -> Settings.with(Map.of("gateway.beatMs", "never", "gateway.forgetMs", "300")))
                .hasMessageContaining("gateway.beatMs")
                .hasMessageNotContaining("gateway.forgetMs");
    }
}
