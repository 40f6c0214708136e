package io.reprise.model;

import java.util.Map;

/**
 * A complete turn. Data to send back is sealed: it names the model that made it, and only that model receives it again.
 * Other models receive the turn without it.
 *
 * @param state data to send back with the turn, in addition to its reasoning and texts; or null
 * @param callStates data to send back with single calls, by the index of the call; empty if there is none
 */
public record ModelTurn(ModelUsage usage, String state, Map<Integer, String> callStates) {
    public ModelTurn {
        callStates = Map.copyOf(callStates);
    }

    public ModelTurn(ModelUsage usage) {
        this(usage, null, Map.of());
    }

    public ModelTurn(Integer inputTokens, Integer outputTokens) {
        this(ModelUsage.of(inputTokens, outputTokens));
    }

    /** This turn with data to send back. */
    public ModelTurn with(String itsState, Map<Integer, String> itsCallStates) {
        return new ModelTurn(usage, itsState, itsCallStates);
    }
}
