package io.reprise.config;

import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Settings of the model.
 *
 * @param systemPrompt empty for none
 * @param temperature empty for the provider's default
 * @param maxTokens most tokens of one answer; empty for the provider's default
 */
public record ModelSettings(
        Provider provider,
        String systemPrompt,
        Optional<Double> temperature,
        Optional<Integer> maxTokens,
        int connectMs,
        int connectionsMax,
        int responseBytesMax,
        OpenAi openai,
        Anthropic anthropic,
        Ollama ollama) {
    static final String NAME = "model";

    private static final Predicate<String> URL =
            Pattern.compile("https?://[^/?#\\s@]+(/[^?#\\s]*)?").asMatchPredicate();
    private static final String URL_EXPECTED = "an address such as https://host/v1, without a query";

    /** The provider of the model. */
    public enum Provider {
        DEMO,
        OPENAI,
        ANTHROPIC,
        OLLAMA
    }

    /**
     * OpenAI and services with a compatible API.
     *
     * @param apiKeyHeader {@code Authorization} sends {@code Bearer KEY}, any other header only the key
     * @param headers additional headers, {@code Name: value}
     * @param query additional parameters of the URL, {@code name=value}
     * @param askUsage whether to request the number of tokens; some services send it anyway and reject the request for
     *     it
     * @param sendThoughts when the model receives its own thoughts of earlier turns
     */
    public record OpenAi(
            String baseUrl,
            String name,
            Optional<SecretReference> apiKey,
            String apiKeyHeader,
            List<String> headers,
            List<String> query,
            MaxTokensAs maxTokensAs,
            boolean askUsage,
            SendThoughts sendThoughts) {
        private static final String BASE_URL = "https://api.openai.com/v1";
        private static final Predicate<String> TOKEN =
                Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+").asMatchPredicate();
        private static final Predicate<String> HEADER =
                Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+:[ -~]+").asMatchPredicate();
        private static final Predicate<String> PARAMETER =
                Pattern.compile("[^=\\s]+=\\S+").asMatchPredicate();

        /**
         * The name of the limit in requests. OpenAI has renamed it, and other services support only one of the names.
         */
        public enum MaxTokensAs {
            MAX_COMPLETION_TOKENS,
            MAX_TOKENS
        }

        static OpenAi read(Section section) {
            return new OpenAi(
                    section.text("baseUrl", BASE_URL, URL_EXPECTED, URL),
                    section.anyText("name", ""),
                    section.secret("apiKey"),
                    section.text("apiKeyHeader", "Authorization", "the name of a header", TOKEN),
                    section.concealedList("headers", "Name: value", HEADER),
                    section.concealedList("query", "name=value", PARAMETER),
                    section.choice("maxTokensAs", MaxTokensAs.MAX_COMPLETION_TOKENS, MaxTokensAs.values()),
                    section.bool("askUsage", true),
                    section.choice("sendThoughts", SendThoughts.WITH_TOOLS, SendThoughts.values()));
        }

        boolean needsKey() {
            return baseUrl.equals(BASE_URL);
        }
    }

    /**
     * When a model receives its own thoughts of earlier turns. Some services refuse a request without them, others
     * refuse a request with them.
     */
    public enum SendThoughts {
        /**
         * For turns between two messages of the user in which tools were called. Encrypted reasoning is always sent.
         */
        WITH_TOOLS,
        ALWAYS,
        /** Neither thoughts nor encrypted reasoning are sent or stored. */
        NEVER
    }

    /** @param thinkingTokens most tokens for thinking before an answer; 0 turns thinking off */
    public record Anthropic(String baseUrl, String name, Optional<SecretReference> apiKey, int thinkingTokens) {
        static final int THINKING_TOKENS_MIN = 1_024;

        static Anthropic read(Section section) {
            return new Anthropic(
                    section.text("baseUrl", "https://api.anthropic.com/v1", URL_EXPECTED, URL),
                    section.anyText("name", ""),
                    section.secret("apiKey"),
                    section.integer("thinkingTokens", 0, 0, 100_000));
        }
    }

    /** @param apiKey only for an Ollama that requires one; sent as {@code Bearer KEY} */
    public record Ollama(String baseUrl, String name, Optional<SecretReference> apiKey) {
        static Ollama read(Section section) {
            return new Ollama(
                    section.text("baseUrl", "http://127.0.0.1:11434", URL_EXPECTED, URL),
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
                section.integer("connectMs", 5_000, 100, 60_000),
                section.integer("connectionsMax", 1_000, 1, 10_000),
                section.integer("responseBytesMax", 16_777_216, 65_536, 268_435_456),
                OpenAi.read(section.section("openai")),
                Anthropic.read(section.section("anthropic")),
                Ollama.read(section.section("ollama")));
        model.checkName(section);
        model.checkThinking(section);
        return model;
    }

    private void checkName(Section section) {
        if (provider != Provider.DEMO && name().isBlank()) {
            section.section(section()).problem("name", "", "must name a model when model.provider is " + section());
        }
    }

    /** Checks the rules of Anthropic for thinking. */
    private void checkThinking(Section section) {
        int thinking = anthropic.thinkingTokens;
        if (provider != Provider.ANTHROPIC || thinking == 0) return;
        if (thinking < Anthropic.THINKING_TOKENS_MIN) {
            section.section(section())
                    .problem(
                            "thinkingTokens",
                            String.valueOf(thinking),
                            "must be 0 or at least " + Anthropic.THINKING_TOKENS_MIN);
        }
        maxTokens.ifPresent(max -> section.above("maxTokens", max, "model.anthropic.thinkingTokens", thinking));
        temperature
                .filter(given -> given != 1)
                .ifPresent(given -> section.problem(
                        "temperature",
                        String.valueOf(given),
                        "must be empty or 1 when model.anthropic.thinkingTokens is set"));
    }

    /** Reports what would make the first answer fail: a required key that is missing or cannot be read. */
    void checkSecrets(Section section, Map<String, String> environment) {
        if (provider == Provider.DEMO) return;
        Optional<SecretReference> key = apiKey();
        if (key.isEmpty() && needsKey()) {
            section.section(section()).problem("apiKey", "", "must be " + SecretReference.EXPECTED);
        }
        key.filter(reference -> reference.resolve(environment).isEmpty())
                .ifPresent(reference -> section.section(section())
                        .problem("apiKey", reference.toString(), "names a secret that is missing or empty"));
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
            case OPENAI -> openai.apiKey;
            case ANTHROPIC -> anthropic.apiKey;
            case OLLAMA -> ollama.apiKey;
        };
    }

    private boolean needsKey() {
        return switch (provider) {
            case DEMO, OLLAMA -> false;
            case OPENAI -> openai.needsKey();
            case ANTHROPIC -> true;
        };
    }

    /** The name of the section of the chosen provider. */
    private String section() {
        return provider.name().toLowerCase(Locale.ROOT);
    }
}
