package io.reprise.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.ModelSettings.Provider;
import io.reprise.config.model.OpenAiApi;
import io.reprise.config.model.OpenAiApi.MaxTokensAs;
import io.reprise.config.model.OpenAiApi.SendThoughts;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSettingsTest {
    @TempDir
    private Path folder;

    @Test
    void the_demo_answers_by_default() {
        ModelSettings model = Settings.defaults().model();

        assertThat(model.provider()).isEqualTo(Provider.DEMO);
        assertThat(model.temperature()).isEmpty();
        assertThat(model.maxTokens()).isEmpty();
    }

    @Test
    void a_section_may_be_inside_another() throws IOException {
        String text = """
                model:
                  provider: openai
                  temperature: 0.5
                  maxTokens: 100
                  openai:
                    baseUrl: https://mine.openai.azure.com/openai/deployments/small
                    name: small
                    apiKey: env:SOME_KEY
                    apiKeyHeader: api-key
                    headers: ["X-Title: Mine"]
                    query: [api-version=2024-10-21]
                    maxTokensAs: max_tokens
                    sendThoughts: never
                """;

        ModelSettings model = valid(load(text, Map.of("SOME_KEY", "k"))).model();

        assertThat(model.provider()).isEqualTo(Provider.OPENAI);
        assertThat(model.temperature()).hasValue(0.5);
        assertThat(model.maxTokens()).hasValue(100);
        assertThat(model.openai().name()).isEqualTo("small");
        assertThat(model.openai().api())
                .isEqualTo(new OpenAiApi(
                        "https://mine.openai.azure.com/openai/deployments/small",
                        SecretReference.parse("env:SOME_KEY"),
                        "api-key",
                        List.of("X-Title: Mine"),
                        List.of("api-version=2024-10-21"),
                        MaxTokensAs.MAX_TOKENS,
                        true,
                        SendThoughts.NEVER));
    }

    @Test
    void its_keys_have_variables_too() {
        Map<String, String> environment = Map.of(
                "REPRISE_MODEL_PROVIDER", "ollama",
                "REPRISE_MODEL_OLLAMA_BASE_URL", "http://10.0.0.7:11434",
                "REPRISE_MODEL_OLLAMA_NAME", "llama3.2",
                "REPRISE_MODEL_OLLAMA_API_KEY", "env:REPRISE_OLLAMA_KEY",
                "REPRISE_OLLAMA_KEY", "k");

        ModelSettings model = valid(Settings.load(environment)).model();

        assertThat(model.ollama().baseUrl()).isEqualTo("http://10.0.0.7:11434");
        assertThat(model.ollama().apiKey())
                .isEqualTo(Optional.of(
                        SecretReference.parse("env:REPRISE_OLLAMA_KEY").get()));
    }

    @Test
    void a_key_that_is_unknown_in_an_inner_section_is_named_with_its_line() throws IOException {
        assertThat(problems(load("model:\n  openai:\n    baseURL: http://a\n  opnai:\n    name: a\n", Map.of())))
                .anyMatch(p -> p.startsWith("model.openai.baseURL: unknown key; did you mean model.openai.baseUrl?")
                        && p.endsWith("line 3)"))
                .anyMatch(p -> p.startsWith("model.opnai: unknown key"))
                .hasSize(2);
        assertThat(problems(load("model:\n  openai: small\n", Map.of())))
                .singleElement()
                .asString()
                .contains("model.openai: must be a section");
    }

    @Test
    void a_key_outside_its_section_is_reported_with_its_place() throws IOException {
        assertThat(problems(load("model:\n  apiKeyHeader: api-key\n", Map.of())))
                .singleElement()
                .asString()
                .contains("did you mean model.openai.apiKeyHeader?");
    }

    @Test
    void settings_that_would_fail_at_the_first_answer_are_reported() {
        assertThat(problems(Settings.load(Map.of("REPRISE_MODEL_PROVIDER", "openai"))))
                .anyMatch(p -> p.startsWith("model.openai.name: must name a model"))
                .anyMatch(p -> p.startsWith("model.openai.apiKey: must be given: env:NAME"))
                .hasSize(2);
        assertThat(problems(Settings.load(Map.of(
                        "REPRISE_MODEL_PROVIDER", "anthropic",
                        "REPRISE_MODEL_ANTHROPIC_NAME", "claude",
                        "REPRISE_MODEL_ANTHROPIC_API_KEY", "env:NOWHERE"))))
                .singleElement()
                .asString()
                .contains("model.anthropic.apiKey = \"env:NOWHERE\": names a secret that is missing or empty");
    }

    @Test
    void a_private_address_may_need_no_key() {
        assertThat(valid(Settings.load(Map.of(
                                "REPRISE_MODEL_PROVIDER", "openai",
                                "REPRISE_MODEL_OPENAI_BASE_URL", "http://127.0.0.1:8000/v1",
                                "REPRISE_MODEL_OPENAI_NAME", "small")))
                        .model()
                        .openai()
                        .api()
                        .apiKey())
                .isEmpty();
    }

    @Test
    void thinking_has_its_own_rules() {
        Map<String, String> claude = new HashMap<>(Map.of(
                "REPRISE_MODEL_PROVIDER", "anthropic",
                "REPRISE_MODEL_ANTHROPIC_NAME", "claude",
                "REPRISE_MODEL_ANTHROPIC_API_KEY", "env:KEY",
                "KEY", "k",
                "REPRISE_MODEL_ANTHROPIC_THINKING_TOKENS", "1000",
                "REPRISE_MODEL_MAX_TOKENS", "1000",
                "REPRISE_MODEL_TEMPERATURE", "0.3"));

        assertThat(problems(Settings.load(claude)))
                .anyMatch(p -> p.contains("thinkingTokens = \"1000\": must be 0 or at least 1024"))
                .anyMatch(p -> p.contains("temperature = \"0.3\": must be empty or 1"))
                .hasSize(2);
        claude.remove("REPRISE_MODEL_TEMPERATURE");
        claude.put("REPRISE_MODEL_ANTHROPIC_THINKING_TOKENS", "1024");
        assertThat(problems(Settings.load(claude)))
                .singleElement()
                .asString()
                .contains("maxTokens = \"1000\": must be more than model.anthropic.thinkingTokens");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.temperature | 2.1 | a number from 0 to 2",
                "model.temperature | -1 | a number from 0 to 2",
                "model.maxTokens | 0 | an integer from 1",
                "model.openai.baseUrl | api.openai.com | an address",
                "model.openai.baseUrl | https://a/v1?key=x | an address",
                "model.openai.baseUrl | https://me:secret@a/v1 | an address",
                "model.openai.apiKeyHeader | a b | the name of a header",
            })
    void wrong_values_are_refused(String key, String value, String expected) {
        assertThat(problems(Settings.load(Map.of(SettingsReader.variable(key), value))))
                .singleElement()
                .asString()
                .contains(key, "must be " + expected);
    }

    @Test
    void ollama_cannot_be_said_to_take_a_pdf() {
        Map<String, String> ollama =
                new HashMap<>(Map.of("REPRISE_MODEL_PROVIDER", "ollama", "REPRISE_MODEL_OLLAMA_NAME", "small"));
        ollama.put("REPRISE_MODEL_TAKES", "image");
        valid(Settings.load(ollama));
        ollama.put("REPRISE_MODEL_TAKES", "image,pdf");

        assertThat(problems(Settings.load(ollama)))
                .singleElement()
                .asString()
                .contains("model.takes", "cannot be sent to ollama");
    }

    @Test
    void a_key_given_instead_of_a_reference_is_not_printed() {
        for (String name : List.of("OPENAI_API_KEY", "OPENAI_HEADERS", "OPENAI_QUERY", "ANTHROPIC_API_KEY")) {
            assertThat(problems(Settings.load(Map.of("REPRISE_MODEL_" + name, "sk-very-secret"))))
                    .isNotEmpty()
                    .noneMatch(problem -> problem.contains("very-secret"));
        }
    }

    private LoadedSettings load(String text, Map<String, String> environment) throws IOException {
        return Settings.load(Files.writeString(folder.resolve("reprise.yaml"), text), environment);
    }

    private static Settings valid(LoadedSettings loaded) {
        assertThat(loaded).isInstanceOf(LoadedSettings.Valid.class);
        return ((LoadedSettings.Valid) loaded).settings();
    }

    private static List<String> problems(LoadedSettings loaded) {
        assertThat(loaded).isInstanceOf(LoadedSettings.Invalid.class);
        return ((LoadedSettings.Invalid) loaded)
                .problems().stream().map(SettingsProblem::toString).toList();
    }
}
