package io.reprise.model.provider.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelTurn;
import io.reprise.model.provider.json.JsonText;
import io.reprise.model.provider.state.Turns.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Provider data of Gemini: the signatures of its thoughts, which belong to parts of a turn. Newer models refuse a call
 * without the signature that it had.
 */
public final class GeminiState implements TurnState {
    private static final String SIGNATURE = "thoughtSignature";

    /** Accepted in the place of a signature for calls that another model made. */
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    private final Seal seal;
    private final Turns turns;
    private final AtomicBoolean demanding;
    private JsonNode ofText;

    /** @param demanding whether this model has refused a call without a signature */
    public GeminiState(Seal seal, Turns turns, AtomicBoolean demanding) {
        this.seal = seal;
        this.turns = turns;
        this.demanding = demanding;
    }

    // --- sending

    @Override
    public void give(ObjectNode body) {
        turns.pair(body, "contents", "model", this::give);
    }

    private void give(Turn turn, ObjectNode content) {
        List<ObjectNode> texts = new ArrayList<>();
        List<ObjectNode> calls = new ArrayList<>();
        for (JsonNode part : content.path("parts")) {
            if (part instanceof ObjectNode object) (object.has("functionCall") ? calls : texts).add(object);
        }
        if (turn.assistant().kept() != null && !texts.isEmpty()) {
            seal.open(turn.assistant().kept().state())
                    .filter(state -> state.has(SIGNATURE))
                    .ifPresent(state -> texts.getLast().set(SIGNATURE, state.get(SIGNATURE)));
        }
        List<ToolRequest> requests = turn.assistant().calls();
        if (calls.size() != requests.size()) return;
        boolean signed = false;
        for (int i = 0; i < calls.size(); i++) {
            ObjectNode call = calls.get(i);
            seal.open(requests.get(i).state())
                    .filter(state -> state.path("part") instanceof ObjectNode)
                    .ifPresent(state -> call.setAll((ObjectNode) state.get("part")));
            signed |= call.has(SIGNATURE);
        }
        // Only the first of parallel calls has a signature.
        if (demanding.get() && !signed && !calls.isEmpty()) calls.getFirst().put(SIGNATURE, NO_SIGNATURE);
    }

    @Override
    public boolean learnsFrom(String reason) {
        boolean missing = reason.contains("thought_signature") || reason.contains(SIGNATURE);
        return missing && !demanding.getAndSet(true);
    }

    // --- receiving

    /** Signatures of calls arrive with the calls. */
    @Override
    public void take(ServerSentEvent event) {
        if (!event.data().contains(SIGNATURE)) return; // Nearly all events.
        JsonNode chunk = JsonText.parsed(event.data()).orElseGet(JsonText::empty);
        for (JsonNode part : chunk.at("/candidates/0/content/parts")) {
            if (part.has(SIGNATURE) && !part.has("functionCall")) ofText = part.get(SIGNATURE);
        }
    }

    @Override
    public ModelTurn with(ModelTurn turn, int thoughtChars, Map<Integer, ObjectNode> callExtras) {
        Map<Integer, String> callStates = new HashMap<>();
        callExtras.forEach((index, extra) -> callStates.put(index, seal.close(extra)));
        ObjectNode state = JsonText.empty();
        if (ofText != null) state.set(SIGNATURE, ofText);
        return turn.with(state.isEmpty() ? null : seal.close(state), callStates);
    }
}
