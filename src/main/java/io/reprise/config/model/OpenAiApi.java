package io.reprise.config.model;

import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * OpenAI and services with a compatible API.
 *
 * @param apiKeyHeader {@code Authorization} sends {@code Bearer KEY}, any other header only the key
 * @param headers additional headers, {@code Name: value}
 * @param query additional parameters of the URL, {@code name=value}
 * @param askUsage whether to request the number of tokens; some services send it anyway and reject the request for it
 * @param sendThoughts when the model receives its own thoughts of earlier turns
 */
public record OpenAiApi(
        String baseUrl,
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

    /** The name of the limit in requests. OpenAI has renamed it, and other services support only one of the names. */
    public enum MaxTokensAs {
        MAX_COMPLETION_TOKENS,
        MAX_TOKENS;

        public static MaxTokensAs read(Section section) {
            return section.choice("maxTokensAs", MAX_COMPLETION_TOKENS, values());
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

    public static OpenAiApi read(Section section) {
        return new OpenAiApi(
                ModelRules.address(section, "baseUrl", BASE_URL),
                section.secret("apiKey"),
                section.text("apiKeyHeader", "Authorization", "the name of a header", TOKEN),
                section.concealedList("headers", "Name: value", HEADER),
                section.concealedList("query", "name=value", PARAMETER),
                MaxTokensAs.read(section),
                section.bool("askUsage", true),
                section.choice("sendThoughts", SendThoughts.WITH_TOOLS, SendThoughts.values()));
    }

    /** Whether it is OpenAI itself, which answers nobody without a key. */
    public boolean isOpenAi() {
        return baseUrl.equals(BASE_URL);
    }
}
