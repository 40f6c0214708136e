package io.reprise.model.provider;

import dev.langchain4j.model.anthropic.AnthropicTokenUsage;
import dev.langchain4j.model.googleai.GoogleAiGeminiTokenUsage;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.model.output.TokenUsage;
import io.reprise.model.ModelUsage;

/** Makes the counts of all providers comparable: they differ in what the number of input and output tokens includes. */
final class Usages {
    private Usages() {}

    /** @param usage null if there is none */
    static ModelUsage of(TokenUsage usage) {
        return switch (usage) {
            case null -> ModelUsage.UNKNOWN;
            case AnthropicTokenUsage its -> anthropic(its);
            case OpenAiTokenUsage its -> openAi(its);
            case GoogleAiGeminiTokenUsage its -> gemini(its);
            default -> ModelUsage.of(counted(usage.inputTokenCount()), counted(usage.outputTokenCount()));
        };
    }

    /** The input tokens are only those that the cache has nothing to do with. */
    private static ModelUsage anthropic(AnthropicTokenUsage usage) {
        Integer read = counted(usage.cacheReadInputTokens());
        Integer written = counted(usage.cacheCreationInputTokens());
        Integer input = sum(sum(counted(usage.inputTokenCount()), read), written);
        return new ModelUsage(input, read, written, counted(usage.outputTokenCount()), null);
    }

    private static ModelUsage openAi(OpenAiTokenUsage usage) {
        var input = usage.inputTokensDetails();
        var output = usage.outputTokensDetails();
        return new ModelUsage(
                counted(usage.inputTokenCount()),
                input == null ? null : counted(input.cachedTokens()),
                null,
                counted(usage.outputTokenCount()),
                output == null ? null : counted(output.reasoningTokens()));
    }

    /** The output tokens are without those of thoughts. */
    private static ModelUsage gemini(GoogleAiGeminiTokenUsage usage) {
        Integer thoughts = counted(usage.thoughtsTokenCount());
        return new ModelUsage(
                counted(usage.inputTokenCount()),
                counted(usage.cachedContentTokenCount()),
                null,
                sum(counted(usage.outputTokenCount()), thoughts),
                thoughts);
    }

    private static Integer sum(Integer a, Integer b) {
        if (a == null) return b;
        return b == null ? a : Integer.valueOf(a + b);
    }

    /** Treats 0 as unknown: a provider that did not count tokens sends null or 0. */
    private static Integer counted(Integer tokens) {
        return tokens == null || tokens == 0 ? null : tokens;
    }
}
