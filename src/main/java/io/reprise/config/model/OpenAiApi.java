package io.reprise.config.model;

import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * OpenAI and services with a compatible API.
 *
 * @param apiKeyHeader {@code Authorization} sends {@code Bearer KEY}, any other header only the key
 * @param headers additional headers, {@code Name: value}; the value may be a reference to a secret, and must be one if
 *     the name says that it is secret
 * @param query additional parameters of the URL, {@code name=value}, with the same rule
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
    private static final TextForm TOKEN = TextForm.of("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9!#$%&'*+.^_`|~-]+):\\s*([ -~]+)");
    private static final Pattern PARAMETER = Pattern.compile("([^=\\s]+)=(\\S+)");

    /** Names such as X-Api-Key and access_token. */
    private static final Pattern SECRET_NAME = Pattern.compile(
            "(?:.*[-_.])?(?:api[-_]?key|key|token|secret|password|auth|authorization|cookie|credentials?|signature)",
            Pattern.CASE_INSENSITIVE);

    private static final String SECRET = " (env:NAME or file:PATH as the value of a secret)";

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
                section.concealedList("headers", "Name: value" + SECRET, form(HEADER)),
                section.concealedList("query", "name=value" + SECRET, form(PARAMETER)),
                MaxTokensAs.read(section),
                section.bool("askUsage", true),
                section.choice("sendThoughts", SendThoughts.WITH_TOOLS, SendThoughts.values()));
    }

    private static TextForm form(Pattern pair) {
        return TextForm.of(pair.pattern()).also(given -> isPair(pair, given));
    }

    private static boolean isPair(Pattern form, String given) {
        Matcher pair = form.matcher(given);
        return pair.matches()
                && (SecretReference.parse(pair.group(2)).isPresent()
                        || !SECRET_NAME.matcher(pair.group(1)).matches());
    }

    /** The secrets that headers and parameters refer to. */
    public List<SecretReference> secrets() {
        return Stream.concat(values(HEADER, headers), values(PARAMETER, query))
                .flatMap(value -> SecretReference.parse(value).stream())
                .toList();
    }

    private static Stream<String> values(Pattern form, List<String> pairs) {
        return pairs.stream().map(form::matcher).filter(Matcher::matches).map(pair -> pair.group(2));
    }

    /**
     * With secrets in place of what refers to them in headers and parameters.
     *
     * @throws IllegalArgumentException naming a secret that does not exist
     */
    public OpenAiApi resolved(Map<String, String> environment) {
        return new OpenAiApi(
                baseUrl,
                apiKey,
                apiKeyHeader,
                headers.stream()
                        .map(each -> resolved(HEADER, ": ", each, environment))
                        .toList(),
                query.stream()
                        .map(each -> resolved(PARAMETER, "=", each, environment))
                        .toList(),
                maxTokensAs,
                askUsage,
                sendThoughts);
    }

    private static String resolved(Pattern form, String separator, String given, Map<String, String> environment) {
        Matcher pair = form.matcher(given);
        if (!pair.matches()) return given;
        return SecretReference.parse(pair.group(2))
                .map(secret -> pair.group(1)
                        + separator
                        + secret.resolve(environment)
                                .orElseThrow(() -> new IllegalArgumentException("missing or empty: " + secret)))
                .orElse(given);
    }

    /** Whether it is OpenAI itself, which answers nobody without a key. */
    public boolean isOpenAi() {
        return baseUrl.equals(BASE_URL);
    }
}
