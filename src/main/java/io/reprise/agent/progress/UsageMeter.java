package io.reprise.agent.progress;

import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.message.log.RunUsage;
import io.reprise.message.log.RunUsage.ContextUse;
import io.reprise.model.ModelUsage;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Adds up the tokens of a run per provider and model. Thread-safe. */
public final class UsageMeter {
    private final Map<String, TokenUsage> byModel = new LinkedHashMap<>();
    private ContextUse context;

    /** Adds the usage of earlier steps. */
    public synchronized void add(List<TokenUsage> earlier) {
        earlier.forEach(usage -> byModel.merge(usage.provider() + "\n" + usage.model(), usage, UsageMeter::sum));
    }

    /**
     * Adds a call.
     *
     * @param estimated whether the provider did not report the numbers
     * @param cost null if it is not known
     */
    public void add(String provider, String model, ModelUsage tokens, boolean estimated, BigDecimal cost) {
        add(List.of(new TokenUsage(
                provider,
                model,
                tokens.input(),
                tokens.output(),
                total(tokens.input(), tokens.output()),
                tokens.cachedInput(),
                tokens.cacheWrite(),
                tokens.reasoning(),
                estimated ? true : null,
                cost)));
    }

    /** How full the context of the model was after the newest call. */
    public synchronized void context(ContextUse newest) {
        context = newest;
    }

    public synchronized List<TokenUsage> total() {
        return List.copyOf(byModel.values());
    }

    public synchronized RunUsage usage() {
        return new RunUsage(total(), context);
    }

    /** Tokens of input and output of all models. */
    public synchronized long tokens() {
        return byModel.values().stream()
                .map(TokenUsage::totalTokens)
                .filter(Objects::nonNull)
                .mapToLong(Integer::longValue)
                .sum();
    }

    /** The cost as far as it is known. */
    public synchronized BigDecimal cost() {
        return byModel.values().stream()
                .map(TokenUsage::cost)
                .filter(Objects::nonNull)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
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
                sum(a.reasoningTokens(), b.reasoningTokens()),
                a.estimated() == null ? b.estimated() : a.estimated(),
                a.cost() == null || b.cost() == null ? null : a.cost().add(b.cost()));
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
