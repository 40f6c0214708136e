package io.reprise.agent.progress;

import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.model.ModelUsage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up the tokens of a run per provider and model. */
public final class UsageMeter {
    private final Map<String, TokenUsage> byModel = new LinkedHashMap<>();

    /** Adds the usage of earlier steps. */
    public void add(List<TokenUsage> earlier) {
        earlier.forEach(usage -> byModel.merge(usage.provider() + "\n" + usage.model(), usage, UsageMeter::sum));
    }

    public void add(String provider, String model, ModelUsage tokens) {
        TokenUsage usage = new TokenUsage(
                provider,
                model,
                tokens.input(),
                tokens.output(),
                total(tokens.input(), tokens.output()),
                tokens.cachedInput(),
                tokens.cacheWrite(),
                tokens.reasoning());
        byModel.merge(provider + "\n" + model, usage, UsageMeter::sum);
    }

    public List<TokenUsage> total() {
        return List.copyOf(byModel.values());
    }

    private static TokenUsage sum(TokenUsage a, TokenUsage b) {
        Integer input = sum(a.inputTokens(), b.inputTokens());
        Integer output = sum(a.outputTokens(), b.outputTokens());
        return new TokenUsage(
                a.provider(),
                a.model(),
                input,
                output,
                total(input, output),
                sum(a.cachedInputTokens(), b.cachedInputTokens()),
                sum(a.cacheWriteInputTokens(), b.cacheWriteInputTokens()),
                sum(a.reasoningTokens(), b.reasoningTokens()));
    }

    private static Integer total(Integer input, Integer output) {
        return input == null || output == null ? null : sum(input, output);
    }

    /** A missing number counts as 0 if the other one is known. */
    private static Integer sum(Integer a, Integer b) {
        if (a == null) return b;
        return b == null ? a : Integer.valueOf((int) Math.min((long) a + b, Integer.MAX_VALUE));
    }
}
