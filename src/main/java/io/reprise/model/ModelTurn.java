package io.reprise.model;

import java.util.List;
import java.util.Map;

/**
 * A complete turn. Data to send back is sealed: it names the model that made it, and only that model receives it again.
 * Other models receive the turn without it.
 *
 * @param state data to send back with the turn, in addition to its reasoning and texts; or null
 * @param callStates data to send back with single calls, by the index of the call; empty if there is none
 * @param response what the provider says about its response
 */
public record ModelTurn(ModelUsage usage, String state, Map<Integer, String> callStates, Response response) {
    public ModelTurn {
        callStates = Map.copyOf(callStates);
    }

    /**
     * What a provider says about its response.
     *
     * @param id null if it has none
     * @param model name of the model that answered, which may be more exact than the one that was asked; or null
     * @param finishReasons why it ended, in words of the semantic conventions of OpenTelemetry; empty if unknown
     */
    public record Response(String id, String model, List<String> finishReasons) {
        /** The provider said nothing. */
        public static final Response UNKNOWN = new Response(null, null, List.of());

        public Response {
            finishReasons = List.copyOf(finishReasons);
        }
    }

    public ModelTurn(ModelUsage usage, String state, Map<Integer, String> callStates) {
        this(usage, state, callStates, Response.UNKNOWN);
    }

    public ModelTurn(ModelUsage usage) {
        this(usage, null, Map.of());
    }

    public ModelTurn(Integer inputTokens, Integer outputTokens) {
        this(ModelUsage.of(inputTokens, outputTokens));
    }

    /** This turn with data to send back. */
    public ModelTurn with(String itsState, Map<Integer, String> itsCallStates) {
        return new ModelTurn(usage, itsState, itsCallStates, response);
    }

    /** This turn as one of a response. */
    public ModelTurn of(Response its) {
        return new ModelTurn(usage, state, callStates, its);
    }
}
