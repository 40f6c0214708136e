package io.reprise.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.ModelDefinition;
import io.reprise.catalog.definition.ProviderDefinition;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.ModelSettings;
import io.reprise.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings below {@code model} as entries mean the same as the settings themselves. */
class SettingsEntriesTest {
    static Stream<Map<String, String>> settings() {
        return Stream.of(
                Map.of(),
                Map.of("model.systemPrompt", "Be brief."),
                Map.of(
                        "model.provider", "openai",
                        "model.openai.name", "large",
                        "model.openai.apiKey", "env:KEY",
                        "model.openai.headers", "X-One: 1",
                        "model.openai.query", "a=b",
                        "model.openai.maxTokensAs", "max_tokens",
                        "model.openai.askUsage", "false",
                        "model.temperature", "0.5"),
                Map.of(
                        "model.provider", "anthropic",
                        "model.anthropic.name", "large",
                        "model.anthropic.apiKey", "file:/run/key",
                        "model.anthropic.thinkingTokens", "2000",
                        "model.maxTokens", "4000",
                        "model.connectMs", "1000"),
                Map.of("model.provider", "ollama", "model.ollama.name", "small"));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void entries_mean_the_same_as_the_settings(Map<String, String> given) {
        ModelSettings model = Settings.with(given).model();

        Catalog catalog = Catalog.of(0, SettingsEntries.of(model), List.of(), new EntryReader(new ProviderTypes()));

        assertThat(catalog.all())
                .allSatisfy(listed -> assertThat(listed.problems()).isEmpty());
        ProviderDefinition provider = catalog.provider("default").orElseThrow();
        assertThat(provider.settings()).isEqualTo(ProviderSettings.of(model));
        ModelDefinition options = catalog.model(catalog.standardModel()).orElseThrow();
        assertThat(options.options()).isEqualTo(ModelOptions.of(model));
        assertThat(catalog.prompt("default").isPresent())
                .isEqualTo(!model.systemPrompt().isBlank());
        assertThat(catalog.agent("default")).isPresent();
    }
}
