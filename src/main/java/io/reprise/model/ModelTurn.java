package io.reprise.model;

import io.reprise.model.ModelMessage.Thoughts;

/**
 * A turn that came to its end.
 *
 * @param inputTokens null when the provider did not say
 * @param outputTokens null when the provider did not say
 * @param thoughts null unless the provider wants them back for the rest of the run
 */
public record ModelTurn(Integer inputTokens, Integer outputTokens, Thoughts thoughts) {
    public ModelTurn(Integer inputTokens, Integer outputTokens) {
        this(inputTokens, outputTokens, null);
    }
}
