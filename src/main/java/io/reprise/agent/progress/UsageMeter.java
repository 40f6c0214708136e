package io.reprise.agent.progress;

import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.model.ModelTurn;
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

    public void add(String provider, String model, ModelTurn turn) {
        TokenUsage usage = usage(provider, model, turn.inputTokens(), turn.outputTokens());
        byModel.merge(provider + "\n" + model, usage, UsageMeter::sum);
    }

    public List<TokenUsage> total() {
        return List.copyOf(byModel.values());
    }

    private static TokenUsage sum(TokenUsage a, TokenUsage b) {
        return usage(
                a.provider(),
                a.model(),
                sum(a.inputTokens(), b.inputTokens()),
                sum(a.outputTokens(), b.outputTokens()));
    }

    private static TokenUsage usage(String provider, String model, Integer input, Integer output) {
        Integer total = input == null || output == null ? null : sum(input, output);
        return new TokenUsage(provider, model, input, output, total);
    }

    /** A missing number counts as 0 if the other one is known. */
    private static Integer sum(Integer a, Integer b) {
        if (a == null) return b;
        return b == null ? a : Integer.valueOf((int) Math.min((long) a + b, Integer.MAX_VALUE));
    }
}
