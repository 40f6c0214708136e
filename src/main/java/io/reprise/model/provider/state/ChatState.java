package io.reprise.model.provider.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.config.model.OpenAiApi.SendThoughts;
import io.reprise.model.ModelMessage.Kept;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelTurn;
import io.reprise.model.provider.json.JsonText;
import io.reprise.model.provider.json.Members;
import io.reprise.model.provider.state.Turns.Turn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * Data to send back to services with the API of OpenAI, or of Ollama, which is similar. Reasoning is sent back under
 * the name that the service used for it; so are encrypted members of messages, and unknown members of calls.
 */
public final class ChatState implements TurnState {
    /** Members of messages that are sent back, recognised by their names. */
    private static final Pattern STATE = Pattern.compile(
            "(?i).*(reason|think|thought|signature|encrypted|opaque).*|extra_content|provider_specific.*");

    private static final List<String> HINTS =
            List.of("eason", "hink", "hought", "ignature", "ncrypted", "paque", "extra_content", "provider_specific");

    /** Reasoning may also be part of the content. */
    private static final String CONTENT = "content";

    /** DeepSeek and Kimi require reasoning to be sent back under this name. */
    private static final String DEMANDED = "reasoning_content";

    private final Seal seal;
    private final Turns turns;
    private final SendThoughts sendThoughts;
    private final List<String> places;
    private final List<String> shown;
    private final AtomicReference<String> habit;
    private final ObjectNode members = JsonText.empty();
    private String thoughtsAs;

    /**
     * @param places where a response contains messages and pieces of messages
     * @param shown members of these with reasoning that is shown, the usual one first
     */
    private ChatState(
            Seal seal,
            Turns turns,
            SendThoughts sendThoughts,
            List<String> places,
            List<String> shown,
            AtomicReference<String> habit) {
        this.seal = seal;
        this.turns = turns;
        this.sendThoughts = sendThoughts;
        this.places = places;
        this.shown = shown;
        this.habit = habit;
    }

    /**
     * For chunks of the OpenAI API.
     *
     * @param habit the name under which this model last sent reasoning, in any call; null before the first
     */
    public static ChatState ofChunks(Seal seal, Turns turns, SendThoughts sendThoughts, AtomicReference<String> habit) {
        List<String> places = List.of("/choices/0/delta", "/choices/0/message");
        return new ChatState(seal, turns, sendThoughts, places, List.of(DEMANDED, "reasoning"), habit);
    }

    /** For lines of the Ollama API. */
    public static ChatState ofLines(Seal seal, Turns turns) {
        List<String> shown = List.of("thinking");
        AtomicReference<String> habit = new AtomicReference<>();
        return new ChatState(seal, turns, SendThoughts.WITH_TOOLS, List.of("/message"), shown, habit);
    }

    // --- sending

    @Override
    public void give(ObjectNode body) {
        if (sendThoughts == SendThoughts.NEVER) return;
        turns.pair(body, this::give);
        if (DEMANDED.equals(habit.get())) turns.pair(body, (turn, message) -> fill(message));
    }

    /**
     * Fills in empty reasoning for a turn with calls without it, because the turn was cut off or made by another model.
     * Services that require reasoning accept an empty one, and would otherwise reject the conversation permanently.
     */
    private static void fill(ObjectNode message) {
        if (message.has("tool_calls") && !message.has(DEMANDED)) message.put(DEMANDED, "");
    }

    private void give(Turn turn, ObjectNode message) {
        Kept kept = turn.assistant().kept();
        if (kept != null) seal.open(kept.state()).ifPresent(state -> give(turn, kept, state, message));
        List<ToolRequest> requests = turn.assistant().calls();
        if (!(message.path("tool_calls") instanceof ArrayNode sent) || sent.size() != requests.size()) return;
        for (int i = 0; i < requests.size(); i++) {
            ObjectNode call = (ObjectNode) sent.get(i);
            seal.open(requests.get(i).state()).ifPresent(state -> give(state, call));
        }
    }

    private void give(Turn turn, Kept kept, ObjectNode state, ObjectNode message) {
        if (state.path("members") instanceof ObjectNode its) message.setAll(its);
        boolean wanted = sendThoughts == SendThoughts.ALWAYS || turn.called();
        boolean whole = state.path("chars").asInt() == kept.thoughts().length();
        if (!state.has("thoughts") || !wanted || !whole) return;
        String as = state.path("thoughts").asText();
        if (habit.get() == null) habit.set(as);
        if (as.equals(CONTENT)) think(kept.thoughts(), message);
        else message.put(as, kept.thoughts());
    }

    private static void think(String thoughts, ObjectNode message) {
        String text = message.path(CONTENT).asText("");
        ArrayNode parts = message.putArray(CONTENT);
        ObjectNode thinking = parts.addObject().put("type", "thinking");
        thinking.putArray("thinking").addObject().put("type", "text").put("text", thoughts);
        if (!text.isEmpty()) parts.addObject().put("type", "text").put("text", text);
    }

    private static void give(ObjectNode state, ObjectNode call) {
        if (state.path("call") instanceof ObjectNode its) call.setAll(its);
        if (state.path("function") instanceof ObjectNode its && call.path("function") instanceof ObjectNode function) {
            function.setAll(its);
        }
    }

    /** Whether the service requires reasoning is unknown for the first turn after a change of the model. */
    @Override
    public boolean learnsFrom(String reason) {
        if (sendThoughts == SendThoughts.NEVER || !reason.contains(DEMANDED)) return false;
        return !DEMANDED.equals(habit.getAndSet(DEMANDED));
    }

    // --- receiving

    @Override
    public void take(ServerSentEvent event) {
        String data = event.data();
        if (HINTS.stream().noneMatch(data::contains)) return; // Nearly all events.
        JsonNode all = JsonText.parsed(data).orElseGet(JsonText::empty);
        for (String place : places) {
            if (all.at(place) instanceof ObjectNode message) take(message);
        }
    }

    private void take(ObjectNode message) {
        if (thoughtsAs == null) {
            thoughtsAs = thoughtsOf(message);
            if (thoughtsAs != null) habit.set(thoughtsAs);
        }
        message.properties().forEach(member -> {
            String name = member.getKey();
            if (shown.contains(name) && member.getValue().isTextual()) return; // The log has it.
            if (STATE.matcher(name).matches()) Members.join(members, name, member.getValue());
        });
    }

    private String thoughtsOf(ObjectNode message) {
        for (String name : shown) {
            if (message.path(name).isTextual()) return name;
        }
        for (JsonNode part : message.path(CONTENT)) {
            if (part.has("thinking")) return CONTENT;
        }
        return null;
    }

    @Override
    public ModelTurn with(ModelTurn turn, int thoughtChars, Map<Integer, ObjectNode> callExtras) {
        if (sendThoughts == SendThoughts.NEVER) return turn;
        Map<Integer, String> callStates = new HashMap<>();
        callExtras.forEach((index, extra) -> callStates.put(index, seal.close(extra)));
        return turn.with(state(thoughtChars), callStates);
    }

    private String state(int thoughtChars) {
        if (thoughtsAs == null && members.isEmpty()) return null;
        ObjectNode state = JsonText.empty();
        if (thoughtsAs != null) state.put("thoughts", thoughtsAs).put("chars", thoughtChars);
        if (!members.isEmpty()) state.set("members", members);
        return seal.close(state);
    }
}
