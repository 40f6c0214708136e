package io.reprise.message.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.message.log.LogEvent.TokenUsage;
import java.util.List;

/**
 * What a run has used.
 *
 * @param tokens for each provider and model; null if that is not known, which is something else than none
 * @param context of the newest call of a model; null if there was none
 */
public record RunUsage(List<TokenUsage> tokens, ContextUse context) {
    public static final RunUsage UNKNOWN = new RunUsage(null, null);

    /** For an event: null if there is nothing to tell. */
    public List<TokenUsage> reported() {
        return tokens == null || tokens.isEmpty() ? null : tokens;
    }

    /** Without a context. */
    public static RunUsage of(List<TokenUsage> tokens) {
        return new RunUsage(tokens, null);
    }

    /**
     * How full the context of a model was after a call.
     *
     * @param usedTokens of the request and its answer
     * @param maxTokens size of the model's context; null if unknown
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ContextUse(int usedTokens, Integer maxTokens) {}
}
