package io.reprise.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.SettingsLayers.Layered;
import io.reprise.config.read.FileText;
import io.reprise.config.read.Reload;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.SettingsReader.Source;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Defaults, file, administrators and environment, one over the other. */
class SettingsLayersTest {
    private static final String FILE = """
            run:
              stepsMax: 30
              timeMs: 60000
            """;

    @Test
    void administrators_take_precedence_over_the_file_and_the_environment_over_them() {
        SettingsLayers layers = layers(FILE, Map.of("REPRISE_RUN_IDLE_MS", "2000"));

        Layered layered = layers.with(Map.of("run.stepsMax", "40", "run.idleMs", "3000"));

        assertThat(layered.settings().run().stepsMax()).isEqualTo(40);
        assertThat(layered.settings().run().timeMs()).isEqualTo(60_000);
        assertThat(layered.settings().run().idleMs()).isEqualTo(2_000);
        assertThat(state(layered, "run.stepsMax"))
                .returns(40, SettingState::value)
                .returns(30, SettingState::configured)
                .returns(Source.TABLE, SettingState::source);
        assertThat(state(layered, "run.timeMs").where()).isEqualTo("conf.yaml, line 3");
        assertThat(state(layered, "run.idleMs"))
                .returns(Source.ENVIRONMENT, SettingState::source)
                .returns("the environment variable REPRISE_RUN_IDLE_MS takes precedence", SettingState::ignored);
        assertThat(state(layered, "run.toolMs").source()).isEqualTo(Source.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "run.stepsMax, 4, must be an integer from 5 to 100",
        "run.stepsMax, many, must be an integer from 5 to 100",
        "run.stepMax, 5, 'unknown key; did you mean run.stepsMax?'",
        "server.port, 90, 'cannot change while the server runs: set it in the settings file and start the server again'",
        "auth.blockedUsers, ada, can only be changed in the settings file",
        "logging.level, loud, 'must be one of trace, debug, info, warn, error'",
    })
    void a_value_that_cannot_be_used_is_ignored_and_told_by_name(String key, String value, String why) {
        SettingsLayers layers = layers(FILE, Map.of());

        Layered layered = layers.with(Map.of(key, value, "run.toolMs", "7000"));

        assertThat(layered.settings().run().toolMs()).isEqualTo(7_000);
        assertThat(layered.settings().run().stepsMax()).isEqualTo(30);
        layered.state(key).ifPresent(state -> assertThat(state.ignored()).isEqualTo(why));
        assertThat(layers.problems(Map.of(key, value)))
                .singleElement()
                .returns(key, SettingsProblem::path)
                .returns(why, SettingsProblem::fault);
    }

    @Test
    void a_value_that_no_longer_fits_to_the_file_is_ignored() {
        // The fault is told of the key in the file, and the value of the administrator is the other half of it.
        SettingsLayers layers = layers("interrupts:\n  expiryMinutes: 10080\n", Map.of());

        Layered layered = layers.with(Map.of("checkpoints.retentionDays", "3", "run.stepsMax", "50"));

        assertThat(layered.settings().checkpoints().retentionDays()).isEqualTo(7);
        assertThat(layered.settings().run().stepsMax()).isEqualTo(50);
        assertThat(state(layered, "checkpoints.retentionDays").ignored())
                .contains("interrupts.expiryMinutes = \"10080\": must be at most checkpoints.retentionDays");
    }

    @Test
    void values_that_only_fit_together_are_used_together() {
        SettingsLayers layers = layers("", Map.of());

        Layered layered = layers.with(Map.of("store.retryMs", "5000", "store.retryMaxMs", "6000"));

        assertThat(layered.settings().store().retryMs()).isEqualTo(5_000);
        assertThat(layers.problems(Map.of("store.retryMs", "5000"))).isNotEmpty();
    }

    @Test
    void every_problem_is_told_at_once() {
        assertThat(layers(FILE, Map.of())
                        .problems(Map.of("run.stepsMax", "1", "run.timeMs", "1", "server.port", "1", "no.key", "1")))
                .extracting(SettingsProblem::path)
                .containsExactlyInAnyOrder("run.stepsMax", "run.timeMs", "server.port", "no.key");
    }

    @Test
    void what_may_be_a_secret_is_not_shown_but_a_change_of_it_is_noticed() {
        String url = "postgresql://u:%s@localhost/x";
        Layered one =
                layers("", Map.of("REPRISE_DATABASE_URL", url.formatted("a"))).with(Map.of());
        Layered other =
                layers("", Map.of("REPRISE_DATABASE_URL", url.formatted("b"))).with(Map.of());

        assertThat(state(one, "database.url").value()).isNull();
        assertThat(state(one, "database.url").digest())
                .isNotEqualTo(state(other, "database.url").digest());
        assertThat(state(one, "database.url").toString()).doesNotContain("u:a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sessions.ttlMinutes",
                "sessions.userTtlMinutes",
                "checkpoints.retentionDays",
                "run.timeMs",
                "run.stepsMax",
                "limits.userCommandsPerMinute",
                "recalls.perUserMax",
                "search.timeMs",
                "sessions.queueMax",
                "logging.level",
                "model.temperature"
            })
    void what_an_operator_would_turn_is_live(String key) {
        assertThat(state(layers("", Map.of()).with(Map.of()), key).key().reload())
                .isEqualTo(Reload.LIVE);
    }

    private static SettingState state(Layered layered, String key) {
        return layered.state(key).orElseThrow();
    }

    private static SettingsLayers layers(String file, Map<String, String> environment) {
        return SettingsSource.of(Path.of("conf.yaml"), environment).layers(FileText.of("conf.yaml", file));
    }
}
