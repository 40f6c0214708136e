package io.reprise.model;

import java.util.Map;

/**
 * A turn that came to its end. What the provider wants back is sealed: texts that only the model that made them reads. They
 * name it, and a model is given what another one made without that.
 *
 * @param inputTokens null when the provider did not say
 * @param outputTokens null when the provider did not say
 * @param state what the provider wants back with the turn, beside its thoughts and texts; or null
 * @param callStates what it wants back with single calls, by the index that told them apart; empty when nothing
 */
public record ModelTurn(Integer inputTokens, Integer outputTokens, String state, Map<Integer, String> callStates) {
    public ModelTurn {
        callStates = Map.copyOf(callStates);
    }

    public ModelTurn(Integer inputTokens, Integer outputTokens) {
        this(inputTokens, outputTokens, null, Map.of());
    }
}
