package io.reprise.config.model;

import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import java.util.Map;
import java.util.Optional;

/** Rules for several keys of a model or its provider, wherever these keys are. */
public final class ModelRules {
    /** What {@link #address} reads, in words. */
    private static final String ADDRESS_EXPECTED = "an address such as https://host/v1, without a query";

    private static final TextForm ADDRESS = TextForm.of("https?://[^/?#\\s@]+(/[^?#\\s]*)?");
    private static final int THINKING_TOKENS_MIN = 1_024;
    private static final int THINKING_TOKENS_MAX = 100_000;

    /** Bounds of the size of a model's context, in tokens. */
    public static final int CONTEXT_MIN = 256;

    public static final int CONTEXT_MAX = 100_000_000;

    private ModelRules() {}

    /** The address of an API. */
    public static String address(Section section, String key, String standard) {
        return section.text(key, standard, ADDRESS_EXPECTED, ADDRESS);
    }

    /** Most tokens for thinking before an answer; 0 for none. */
    public static int thinkingTokens(Section section) {
        return section.integer("thinkingTokens", 0, 0, THINKING_TOKENS_MAX);
    }

    /** Reports what would make the first answer fail: a required key that is missing or cannot be read. */
    public static void checkKey(
            Section section, Optional<SecretReference> key, boolean needed, Map<String, String> environment) {
        checkKeyIsNamed(section, key, needed);
        key.filter(reference -> reference.resolve(environment).isEmpty())
                .ifPresent(reference ->
                        section.problem("apiKey", reference.toString(), "names a secret that is missing or empty"));
    }

    /** Reports a required key that is missing. */
    public static void checkKeyIsNamed(Section section, Optional<SecretReference> key, boolean needed) {
        if (key.isEmpty() && needed) section.missing("apiKey", SecretReference.EXPECTED);
    }

    /**
     * Reports what Anthropic refuses when a model thinks.
     *
     * @param section has {@code maxTokens} and {@code temperature}
     * @param thinking has {@code thinkingTokens}
     */
    public static void checkThinking(
            Section section,
            Section thinking,
            int thinkingTokens,
            Optional<Integer> maxTokens,
            Optional<Double> temperature) {
        if (thinkingTokens == 0) return;
        String path = thinking.path("thinkingTokens");
        if (thinkingTokens < THINKING_TOKENS_MIN) {
            thinking.problem(
                    "thinkingTokens", String.valueOf(thinkingTokens), "must be 0 or at least " + THINKING_TOKENS_MIN);
        }
        maxTokens.ifPresent(max -> section.above("maxTokens", max, path, thinkingTokens));
        temperature
                .filter(given -> given != 1)
                .ifPresent(given -> section.problem(
                        "temperature", String.valueOf(given), "must be empty or 1 when " + path + " is set"));
    }
}
