package io.reprise.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.LoadedSettings;
import io.reprise.config.Settings;
import io.reprise.config.SettingsSource;
import io.reprise.config.read.ConfigFiles;
import io.reprise.config.read.FileText;
import io.reprise.config.read.SettingsProblem;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.NodeMessage.ConfigNews;
import io.reprise.reload.ReloadOutcome.Rejected;
import io.reprise.reload.ReloadOutcome.Reloaded;
import io.reprise.reload.ReloadOutcome.Unchanged;
import io.reprise.support.Current;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that change while a server runs: all of them at once, or none. */
class LiveSettingsTest {
    private static final String FILE = "run:\n  stepsMax: 30\nserver:\n  port: 8081\n";

    private final List<ConfigNews> told = Collections.synchronizedList(new ArrayList<>());
    private final List<String> parts = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger nodes = new AtomicInteger();
    private final MemorySettings table = new MemorySettings();
    private String failing = "";
    private final List<List<String>> changedByFile = new CopyOnWriteArrayList<>();
    private Current.Holder<Settings> settings;
    private LiveSettings live = start(Map.of());

    private LiveSettings start(Map<String, String> environment) {
        SettingsSource source = SettingsSource.of(Path.of("conf.yaml"), environment);
        FileText text = FileText.of("conf.yaml", FILE);
        settings =
                new Current.Holder<>(((LoadedSettings.Valid) source.layers(text).base()).settings());
        return new LiveSettings(
                source,
                ConfigFiles.of(text),
                () -> ConfigFiles.of(text),
                settings,
                table,
                List.of(part("one"), part("two"), part("three")),
                () -> 1_000,
                new LiveSettings.News(nodes::incrementAndGet, told::add, changedByFile::add));
    }

    @AfterEach
    void close() {
        live.close();
    }

    private ReloadPart part(String name) {
        return (next, files) -> {
            if (name.equals(failing)) throw new IllegalStateException(name + " cannot be built");
            parts.add("prepare " + name);
            return new ReloadPart.Prepared() {
                @Override
                public void commit() {
                    parts.add("commit " + name + " with " + settings.get().run().stepsMax());
                }

                @Override
                public void abandon() {
                    parts.add("abandon " + name);
                }
            };
        };
    }

    @Test
    void a_changed_file_is_prepared_as_a_whole_and_then_in_use_at_once() {
        Settings before = settings.get();

        ReloadOutcome outcome = reload("run:\n  stepsMax: 40\n  timeMs: 20000\nserver:\n  port: 8081\n");

        assertThat(outcome).isEqualTo(new Reloaded(List.of("run.timeMs", "run.stepsMax")));
        assertThat(settings.get().run().stepsMax()).isEqualTo(40);
        assertThat(before.run().stepsMax()).isEqualTo(30);
        assertThat(parts)
                .containsExactly(
                        "prepare one",
                        "prepare two",
                        "prepare three",
                        "commit one with 40",
                        "commit two with 40",
                        "commit three with 40");
        assertThat(told).singleElement().returns(List.of("run.timeMs", "run.stepsMax"), ConfigNews::keys);
    }

    @Test
    void what_the_file_changes_is_recorded_and_what_administrators_change_is_not_recorded_again() {
        reload("run:\n  stepsMax: 40\nserver:\n  port: 8081\n");
        reload("run:\n  stepsMax: 40 # a remark\nserver:\n  port: 8081\n");
        live.change(new SettingsStore.Change(Map.of("run.timeMs", Optional.of("30000"))), "ada")
                .toCompletionStage()
                .toCompletableFuture()
                .join();

        assertThat(changedByFile).containsExactly(List.of("run.stepsMax"));
    }

    @Test
    void a_key_that_is_taken_away_goes_back_to_its_default() {
        reload("server:\n  port: 8081\n");

        assertThat(settings.get().run().stepsMax()).isEqualTo(25);
    }

    @Test
    void nothing_happens_when_only_a_remark_has_changed() {
        Settings before = settings.get();

        assertThat(reload("# a remark\n" + FILE)).isEqualTo(new Unchanged());

        assertThat(settings.get()).isEqualTo(before);
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'run:\n  stepsMax: [', conf.yaml, is not YAML, line 2",
        "'run:\n  stepsMax: many\n', run.stepsMax, must be an integer from 5 to 100, line 2",
        "'run:\n  stepsMax: 3\n', run.stepsMax, must be an integer from 5 to 100, line 2",
        "'run:\n\n  stepMax: 30\n', run.stepMax, did you mean run.stepsMax, line 3",
        "'run:\n  stepsMax: 35\nserver:\n  port: 9000\n', server.port, cannot change while the server runs, line 4",
        "'run:\n  stepsMax: 35\n', server.port, cannot change while the server runs, default",
    })
    void what_cannot_be_used_is_told_with_its_place_and_the_last_good_settings_stay(
            String file, String key, String fault, String where) {
        Settings before = settings.get();

        Rejected rejected = (Rejected) reload(file);

        assertThat(rejected.problems()).anySatisfy(problem -> {
            assertThat(problem.path()).isEqualTo(key);
            assertThat(problem.fault()).contains(fault);
            assertThat(problem.source()).endsWith(where);
        });
        assertThat(settings.get()).isSameAs(before);
        assertThat(parts).isEmpty();
        assertThat(told)
                .singleElement()
                .satisfies(news -> assertThat(news.problems())
                        .anySatisfy(problem -> assertThat(problem).contains(key)));
        assertThat(live.view().rejection().problems()).isEqualTo(rejected.problems());
        assertThat(reload(FILE)).isEqualTo(new Reloaded(List.of()));
        assertThat(live.view().rejection()).isNull();
    }

    @Test
    void all_problems_of_a_file_are_told_at_once() {
        Rejected rejected = (Rejected) reload("run:\n  stepsMax: 1\n  timeMs: x\nnothing: 1\n");

        assertThat(rejected.problems())
                .extracting(SettingsProblem::path)
                .containsExactly("run.timeMs", "run.stepsMax", "nothing");
    }

    @Test
    void a_part_that_cannot_be_built_changes_nothing() {
        failing = "three";
        Settings before = settings.get();

        Rejected rejected = (Rejected) reload("run:\n  stepsMax: 40\nserver:\n  port: 8081\n");

        assertThat(rejected.problems()).singleElement().asString().contains("three cannot be built");
        assertThat(settings.get()).isSameAs(before);
        assertThat(parts).containsExactly("prepare one", "prepare two", "abandon one", "abandon two");
    }

    @Test
    void a_missing_file_changes_nothing() {
        Settings before = settings.get();

        ReloadOutcome outcome = await(live.reload(ConfigFiles.of(new FileText("conf.yaml", "", "does not exist"))));

        assertThat(((Rejected) outcome).problems()).singleElement().asString().contains("does not exist");
        assertThat(settings.get()).isSameAs(before);
    }

    @Test
    void values_of_administrators_are_used_at_once_and_go_back_to_those_of_the_file() {
        assertThat(change("run.stepsMax", "50", "run.timeMs", "30000")).isEmpty();
        assertThat(settings.get().run().stepsMax()).isEqualTo(50);
        assertThat(settings.get().run().timeMs()).isEqualTo(30_000);

        assertThat(change("run.stepsMax", null)).isEmpty();

        assertThat(settings.get().run().stepsMax()).isEqualTo(30);
        assertThat(settings.get().run().timeMs()).isEqualTo(30_000);
        assertThat(nodes).hasValue(2);
        assertThat(live.view().stored("run.timeMs")).isPresent();
    }

    @Test
    void of_several_values_all_or_none_is_used_and_all_faults_are_told() {
        Failure refused = change("run.stepsMax", "50", "run.timeMs", "1", "server.port", "1", "no.key", "1")
                .orElseThrow();

        assertThat(refused.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused.message())
                .contains("run.timeMs = \"1\"", "server.port", "no.key")
                .doesNotContain("stepsMax");
        assertThat(settings.get().run().stepsMax()).isEqualTo(30);
        assertThat(table.values).isEmpty();
        assertThat(nodes).hasValue(0);
    }

    @Test
    void values_that_only_fit_together_are_checked_together() {
        assertThat(change("store.retryMs", "5000")).isPresent();
        assertThat(change("store.retryMs", "5000", "store.retryMaxMs", "6000")).isEmpty();
        assertThat(change("store.retryMaxMs", null)).isPresent();
        assertThat(settings.get().store().retryMaxMs()).isEqualTo(6_000);
    }

    @Test
    void a_key_that_the_environment_fixes_cannot_be_changed() {
        live.close();
        live = start(Map.of("REPRISE_RUN_TIME_MS", "40000"));

        Failure refused = change("run.timeMs", "30000").orElseThrow();

        assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(refused.message()).contains("run.timeMs", "REPRISE_RUN_TIME_MS");
    }

    @Test
    void a_file_does_not_take_back_what_an_administrator_has_set() {
        change("run.stepsMax", "50");

        reload("run:\n  stepsMax: 60\nserver:\n  port: 8081\n");

        assertThat(settings.get().run().stepsMax()).isEqualTo(50);
        change("run.stepsMax", null);
        assertThat(settings.get().run().stepsMax()).isEqualTo(60);
    }

    @Test
    void a_stored_value_that_cannot_be_used_does_not_keep_others_from_being_changed() {
        table.values.put("run.stepsMax", "1000");
        await(live.refresh());

        assertThat(settings.get().run().stepsMax()).isEqualTo(30);
        assertThat(live.view().now().state("run.stepsMax").orElseThrow().ignored())
                .contains("5 to 100");
        assertThat(change("run.timeMs", "30000")).isEmpty();
        assertThat(change("run.stepsMax", null)).isEmpty();
        assertThat(table.values).containsOnlyKeys("run.timeMs");
    }

    @Test
    void a_stored_key_that_no_longer_exists_can_be_removed_and_one_that_never_did_cannot() {
        table.values.put("gone.key", "1");
        await(live.refresh());

        assertThat(live.view().now().ignored()).containsOnlyKeys("gone.key");
        assertThat(change("other.key", null).orElseThrow().message()).contains("other.key: unknown key");
        assertThat(change("server.port", null).orElseThrow().message()).contains("server.port");
        assertThat(change("gone.key", null)).isEmpty();
        assertThat(table.values).isEmpty();
    }

    @Test
    void a_file_that_cannot_be_used_is_told_until_another_one_can() {
        reload("run:\n  stepsMax: 1\n");

        change("run.timeMs", "30000");

        assertThat(live.view().rejection().problems()).isNotEmpty();
        assertThat(settings.get().run().timeMs()).isEqualTo(30_000);
    }

    @Test
    void the_version_is_that_of_the_values() {
        String before = live.view().version();
        change("run.stepsMax", "50");
        String changed = live.view().version();
        change("run.stepsMax", null);

        assertThat(changed).isNotEqualTo(before);
        assertThat(live.view().version()).isEqualTo(before);
    }

    private ReloadOutcome reload(String file) {
        return await(live.reload(ConfigFiles.of(FileText.of("conf.yaml", file))));
    }

    /** @param pairs key, value, key, value; null takes a value back */
    private Optional<Failure> change(String... pairs) {
        Map<String, Optional<String>> values = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) values.put(pairs[i], Optional.ofNullable(pairs[i + 1]));
        return await(live.change(new SettingsStore.Change(values), "ada").toCompletionStage());
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
