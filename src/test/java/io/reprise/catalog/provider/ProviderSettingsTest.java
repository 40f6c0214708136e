package io.reprise.catalog.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.config.model.Connection;
import io.reprise.config.model.OpenAiApi.MaxTokensAs;
import io.reprise.config.read.FileText;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import io.reprise.config.read.SettingKey;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.SettingsReader;
import io.reprise.config.read.YamlFile;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProviderSettingsTest {
    private static final ProviderTypes TYPES = new ProviderTypes();

    static List<String> types() {
        return TYPES.names();
    }

    @ParameterizedTest
    @MethodSource("types")
    void every_type_has_a_reader_that_reads_the_same_keys_whatever_they_say(String type) {
        SettingsReader none = reader("entry: {}");
        SettingsReader given = reader("entry: {type: " + type + "}");

        ProviderSettings read = TYPES.read(type, none.section("entry"));
        ProviderSettings named = TYPES.read(given.section("entry"));

        assertThat(read.type()).isEqualTo(type);
        assertThat(named).isEqualTo(read);
        assertThat(none.problems()).allMatch(problem -> problem.fault().startsWith("must be given"));
        assertThat(given.known().stream().map(SettingKey::path))
                .containsExactlyElementsOf(
                        none.known().stream().map(SettingKey::path).toList());
    }

    @Test
    void the_types_are_those_that_the_documents_name() {
        assertThat(TYPES.names())
                .containsExactly("demo", "openai", "azure", "anthropic", "ollama", "huggingface", "gemini", "mistral");
        assertThat(problems("entry: {type: bedrock}", section -> TYPES.read(section)))
                .singleElement()
                .asString()
                .contains("entry.type", "must be one of demo, openai, azure");
        assertThatThrownBy(() -> TYPES.read("bedrock", reader("entry: {}").section("entry")))
                .hasMessageContaining("bedrock");
    }

    @Test
    void the_keys_of_azure_and_anthropic_are_read() {
        assertThat(TYPES.read(reader("""
                                entry:
                                  type: azure
                                  endpoint: https://mine.openai.azure.com/
                                  apiVersion: 2024-10-21
                                  deployment: small
                                  apiKey: env:AZURE_KEY
                                  maxTokensAs: max_tokens
                                  askUsage: false
                                  connectMs: 900
                                """).section("entry")))
                .isEqualTo(new ProviderSettings.Azure(
                        "https://mine.openai.azure.com/",
                        "2024-10-21",
                        "small",
                        SecretReference.parse("env:AZURE_KEY"),
                        MaxTokensAs.MAX_TOKENS,
                        false,
                        new Connection(900, 1_000, 16_777_216)));
        assertThat(TYPES.read(reader("{\"entry\": {\"type\": \"anthropic\", \"cache\": {\"tools\": false}}}")
                        .section("entry")))
                .isEqualTo(new ProviderSettings.Anthropic(
                        "https://api.anthropic.com/v1",
                        Optional.empty(),
                        new ProviderSettings.Anthropic.Cache(true, false, true),
                        Connection.STANDARD));
    }

    @ParameterizedTest
    @CsvSource({
        "openai, true",
        "azure, true",
        "anthropic, true",
        "huggingface, true",
        "gemini, true",
        "mistral, true",
        "ollama, false",
        "demo, false"
    })
    void a_provider_that_needs_a_key_is_refused_without_one(String type, boolean needed) {
        String text = "entry: {type: " + type + (type.equals("azure") ? ", endpoint: 'https://a'}" : "}");

        List<String> problems = problems(text, section -> TYPES.read(section).check(section));

        assertThat(problems).hasSize(needed ? 1 : 0);
        assertThat(problems).allMatch(problem -> problem.startsWith("entry.apiKey: must be given: env:NAME"));
    }

    @ParameterizedTest
    @CsvSource({
        "'X-Api-Key: abc', false",
        "'authorization: Bearer abc', false",
        "'X-Session-Token:abc', false",
        "'X-Api-Key: env:KEY', true",
        "'X-Max-Tokens: 5', true",
        "'X-Keyboard: de', true"
    })
    void a_header_whose_name_says_that_it_is_secret_has_a_reference(String header, boolean fits) {
        List<String> problems = problems(
                "entry: {type: openai, apiKey: env:KEY, headers: ['" + header + "'], query: ['"
                        + header.replaceFirst(":\\s*", "=").replace(' ', '+') + "']}",
                TYPES::read);

        assertThat(problems).hasSize(fits ? 0 : 2).noneMatch(problem -> problem.contains("abc"));
    }

    @Test
    void an_absent_endpoint_is_reported() {
        assertThat(problems("entry: {type: azure, apiKey: env:KEY}", TYPES::read))
                .singleElement()
                .asString()
                .startsWith("entry.endpoint: must be given: an address");
    }

    @Test
    void all_keys_of_a_model_are_read() {
        ModelOptions options = ModelOptions.read(reader("""
                entry:
                  name: small-1
                  temperature: 0.5
                  maxTokens: 100
                  thinkingTokens: 2048
                  numCtx: 8192
                  takes: [pdf]
                  contextTokens: 128000
                  extra:
                    top_p: 0.9
                    seed: 7
                    user: "7"
                    safe: true
                    nothing:
                    stop: [a, {b: 1}]
                  prices: {input: 3, cachedInput: 0.3, output: 15.25}
                  enabled: false
                """).section("entry"));

        assertThat(options.extra())
                .containsEntry("top_p", 0.9)
                .containsEntry("seed", 7)
                .containsEntry("user", "7")
                .containsEntry("safe", true)
                .containsEntry("nothing", null)
                .containsEntry("stop", List.of("a", Map.of("b", 1)));
        assertThat(options.takes()).contains(Set.of(Attachment.PDF));
        assertThat(options.prices().cachedInput().map(BigDecimal::toPlainString))
                .contains("0.3");
        assertThat(options.prices().output().map(BigDecimal::toPlainString)).contains("15.25");
        assertThat(options.prices().cacheWrite()).isEmpty();
        assertThat(List.of(
                        options.name(),
                        options.temperature().orElseThrow(),
                        options.maxTokens().orElseThrow(),
                        options.thinkingTokens(),
                        options.numCtx().orElseThrow(),
                        options.contextTokens().orElseThrow(),
                        options.enabled()))
                .containsExactly("small-1", 0.5, 100, 2048, 8192, 128_000, false);
    }

    @Test
    void a_model_takes_what_its_provider_takes_unless_it_says_otherwise() {
        ProviderSettings ollama = TYPES.read("ollama", reader("entry: {}").section("entry"));
        ProviderSettings gemini = TYPES.read("gemini", reader("entry: {}").section("entry"));

        assertThat(options("entry: {name: a}").takes(ollama)).containsExactly(Attachment.IMAGE);
        assertThat(options("entry: {name: a}").takes(gemini)).isEqualTo(Set.of(Attachment.IMAGE, Attachment.PDF));
        assertThat(options("entry: {name: a, takes: []}").takes(gemini)).isEmpty();
    }

    @Test
    void what_a_model_takes_of_itself_can_be_sent() {
        for (String type : TYPES.names()) {
            ProviderSettings provider = TYPES.read(type, reader("entry: {}").section("entry"));
            assertThat(ModelBounds.of(type).sends()).as(type).containsAll(provider.takes());
        }
    }

    @Test
    void extra_members_may_be_json_text_and_never_what_the_server_decides() {
        assertThat(options("entry: {extra: '{\"top_k\": [1, {\"a\": null}]}'}").extra())
                .containsOnlyKeys("top_k");
        for (String refused : List.of(
                "{model: x}", "{messages: []}", "{stream: false}", "{tools: []}", "[a]", "'{\"a\": 1'", "'[]'")) {
            assertThat(problems("entry: {extra: " + refused + "}", ModelOptions::read))
                    .singleElement()
                    .asString()
                    .startsWith("entry.extra: must be an object without the members");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anthropic | thinkingTokens: 1000 | must be 0 or at least 1024",
                "anthropic | thinkingTokens: 2000, maxTokens: 1000 | entry.maxTokens = \"1000\": must be more than entry.thinkingTokens",
                "anthropic | thinkingTokens: 2000, temperature: 0.3 | must be empty or 1 when entry.thinkingTokens is set",
                "anthropic | temperature: 1.5 | must be a number from 0 to 1",
                "openai | thinkingTokens: 2000 | must be 0: providers of type openai have no such limit",
                "mistral | numCtx: 2000 | must be empty: only providers of type ollama know it",
                "gemini | numCtx: 2000 | must be empty: only providers of type ollama know it",
                "ollama | 'takes: [image, pdf]' | entry.takes = \"pdf\": cannot be sent to providers of type ollama",
                "mistral | takes: [pdf] | cannot be sent to providers of type mistral",
                "huggingface | takes: [pdf] | cannot be sent to providers of type huggingface",
            })
    void what_does_not_go_with_the_provider_is_reported(String type, String keys, String fault) {
        ProviderSettings provider = TYPES.read(type, reader("entry: {}").section("entry"));

        assertThat(problems(
                        "entry: {name: a, " + keys + "}",
                        section -> ModelOptions.read(
                                        section, ModelBounds.of(type).forReading())
                                .check(section, provider)))
                .singleElement()
                .asString()
                .contains(fault);
    }

    @Test
    void a_model_needs_a_name_except_for_the_demo() {
        assertThat(problems(
                        "entry: {}",
                        section -> ModelOptions.read(section)
                                .check(
                                        section,
                                        TYPES.read("ollama", reader("entry: {}").section("entry")))))
                .singleElement()
                .asString()
                .startsWith("entry.name: must be the name");
        assertThat(problems(
                        "entry: {}", section -> ModelOptions.read(section).check(section, new ProviderSettings.Demo())))
                .isEmpty();
    }

    private static ModelOptions options(String yaml) {
        return ModelOptions.read(reader(yaml).section("entry"));
    }

    private static List<String> problems(String yaml, Consumer<Section> reading) {
        SettingsReader reader = reader(yaml);
        reading.accept(reader.section("entry"));
        return reader.problems().stream()
                .map(SettingsProblem::toString)
                .filter(problem -> !problem.contains("unknown key"))
                .toList();
    }

    private static SettingsReader reader(String yaml) {
        return SettingsReader.of(YamlFile.read(FileText.of("entry.yaml", yaml)), Map.of());
    }
}
