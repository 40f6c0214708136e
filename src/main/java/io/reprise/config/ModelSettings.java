package io.reprise.config;

import io.reprise.config.model.Connection;
import io.reprise.config.model.ModelRules;
import io.reprise.config.model.OpenAiApi;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of the model.
 *
 * @param systemPrompt empty for none
 * @param temperature empty for the provider's default
 * @param maxTokens most tokens of one answer; empty for the provider's default
 * @param contextTokens most tokens of a request and its answer; empty if unknown
 * @param takes kinds of files that it takes; empty for the provider's default
 */
public record ModelSettings(
        Provider provider,
        String systemPrompt,
        Optional<Double> temperature,
        Optional<Integer> maxTokens,
        Optional<Integer> contextTokens,
        Optional<List<String>> takes,
        Connection connection,
        OpenAi openai,
        Anthropic anthropic,
        Ollama ollama) {
    static final String NAME = "model";

    /** Kinds of files that models take or not. */
    private static final Set<String> KINDS = Set.of("image", "pdf");

    private static final String PDF = "pdf";

    /** The provider of the model. */
    public enum Provider {
        DEMO,
        OPENAI,
        ANTHROPIC,
        OLLAMA
    }

    /** OpenAI and services with a compatible API. */
    public record OpenAi(String name, OpenAiApi api) {
        static OpenAi read(Section section) {
            return new OpenAi(section.anyText("name", ""), OpenAiApi.read(section));
        }
    }

    /** @param thinkingTokens most tokens for thinking before an answer; 0 turns thinking off */
    public record Anthropic(String baseUrl, String name, Optional<SecretReference> apiKey, int thinkingTokens) {
        static Anthropic read(Section section) {
            return new Anthropic(
                    ModelRules.address(section, "baseUrl", "https://api.anthropic.com/v1"),
                    section.anyText("name", ""),
                    section.secret("apiKey"),
                    ModelRules.thinkingTokens(section));
        }
    }

    /** @param apiKey only for an Ollama that requires one; sent as {@code Bearer KEY} */
    public record Ollama(String baseUrl, String name, Optional<SecretReference> apiKey) {
        static Ollama read(Section section) {
            return new Ollama(
                    ModelRules.address(section, "baseUrl", "http://127.0.0.1:11434"),
                    section.anyText("name", ""),
                    section.secret("apiKey"));
        }
    }

    static ModelSettings read(Section given) {
        Section section = given.fromFile();
        ModelSettings model = new ModelSettings(
                section.choice("provider", Provider.DEMO, Provider.values()),
                section.anyText("systemPrompt", ""),
                section.live().optionalDecimal("temperature", 0, 2),
                section.live().optionalInteger("maxTokens", 1, 1_000_000),
                section.live().optionalInteger("contextTokens", ModelRules.CONTEXT_MIN, ModelRules.CONTEXT_MAX),
                section.optionalList("takes", "one of image, pdf", KINDS::contains),
                Connection.read(section),
                OpenAi.read(section.section("openai")),
                Anthropic.read(section.section("anthropic")),
                Ollama.read(section.section("ollama")));
        model.check(section);
        return model;
    }

    private void check(Section section) {
        if (provider == Provider.DEMO) return;
        if (provider == Provider.OLLAMA && takes.orElse(List.of()).contains(PDF)) {
            section.problem("takes", PDF, "cannot be sent to ollama, whose API has no PDF");
        }
        Section inner = section.section(section());
        if (name().isBlank()) {
            inner.problem("name", "", "must name a model when model.provider is " + section());
        }
        if (provider == Provider.ANTHROPIC) {
            temperature
                    .filter(given -> given > 1)
                    .ifPresent(given -> section.problem(
                            "temperature", String.valueOf(given), "must be a number from 0 to 1 for anthropic"));
            ModelRules.checkThinking(section, inner, anthropic.thinkingTokens, maxTokens, temperature);
        }
    }

    void checkSecrets(Section section, Map<String, String> environment) {
        if (provider == Provider.DEMO) return;
        boolean needed = provider == Provider.ANTHROPIC || provider == Provider.OPENAI && openai.api.isOpenAi();
        ModelRules.checkKey(section.section(section()), apiKey(), needed, environment);
    }

    /** The name of the model at its provider. */
    public String name() {
        return switch (provider) {
            case DEMO -> "demo";
            case OPENAI -> openai.name;
            case ANTHROPIC -> anthropic.name;
            case OLLAMA -> ollama.name;
        };
    }

    private Optional<SecretReference> apiKey() {
        return switch (provider) {
            case DEMO -> Optional.empty();
            case OPENAI -> openai.api.apiKey();
            case ANTHROPIC -> anthropic.apiKey;
            case OLLAMA -> ollama.apiKey;
        };
    }

    /** The name of the section of the chosen provider. */
    private String section() {
        return provider.name().toLowerCase(Locale.ROOT);
    }
}
