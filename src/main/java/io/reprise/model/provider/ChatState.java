package io.reprise.model.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.config.ModelSettings.SendThoughts;
import io.reprise.model.ModelMessage.Kept;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelTurn;
import io.reprise.model.provider.Turns.Turn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * What services want back that speak the language of OpenAI, or Ollama's, which is like it. Thoughts go back under the name
 * that the service gave them; so do sealed members of a message, and whatever a call has that is not known here.
 */
final class ChatState implements TurnState {
    /** Members of messages that are to be sent back, by what their names have in common. */
    private static final Pattern STATE = Pattern.compile(
            "(?i).*(reason|think|thought|signature|encrypted|opaque).*|extra_content|provider_specific.*");

    private static final List<String> HINTS =
            List.of("eason", "hink", "hought", "ignature", "ncrypted", "paque", "extra_content", "provider_specific");

    /** Where thoughts come as a text, the usual place first; {@code content}: as parts of the content. */
    private static final List<String> THOUGHTS = List.of("reasoning_content", "reasoning", "thinking");

    private static final String CONTENT = "content";

    /** Under this name thoughts are demanded back, by DeepSeek and Kimi. */
    private static final String DEMANDED = "reasoning_content";

    private static final Set<String> OF_CALLS = Set.of("index", "id", "type", "function");
    private static final Set<String> OF_FUNCTIONS = Set.of("index", "name", "arguments", "description");

    private final Seal seal;
    private final Turns turns;
    private final SendThoughts sendThoughts;
    private final String place;
    private final AtomicReference<String> habit;
    private final ObjectNode members = JsonText.empty();
    private final Map<Integer, ObjectNode> calls = new HashMap<>();
    private String thoughtsAs;
    private boolean hasWholeCalls;
    private int callCount;

    private ChatState(Seal seal, Turns turns, SendThoughts sendThoughts, String place, AtomicReference<String> habit) {
        this.seal = seal;
        this.turns = turns;
        this.sendThoughts = sendThoughts;
        this.place = place;
        this.habit = habit;
    }

    /**
     * Of OpenAI's chunks. What came with calls is told by {@link #called}, as they must be told apart first.
     *
     * @param habit the name by which this model's thoughts came last, in whichever call; null before the first
     */
    static ChatState ofChunks(Seal seal, Turns turns, SendThoughts sendThoughts, AtomicReference<String> habit) {
        return new ChatState(seal, turns, sendThoughts, "/choices/0/delta", habit);
    }

    /** Of Ollama's lines, whose calls come whole. */
    static ChatState ofLines(Seal seal, Turns turns) {
        ChatState state =
                new ChatState(seal, turns, SendThoughts.WITH_TOOLS, "/message", new AtomicReference<>(CONTENT));
        state.hasWholeCalls = true;
        return state;
    }

    // --- sending

    @Override
    public void give(ObjectNode body) {
        if (sendThoughts == SendThoughts.NEVER) return;
        turns.pair(body, this::give);
        if (DEMANDED.equals(habit.get())) turns.pair(body, (turn, message) -> fill(message));
    }

    /**
     * A turn with calls whose thoughts are not there, as it was broken off or is another model's: who demands them takes
     * empty ones, and would refuse the conversation for ever without.
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

    // --- receiving

    @Override
    public void take(ServerSentEvent event) {
        String data = event.data();
        boolean mayCall = hasWholeCalls && data.contains("\"tool_calls\"");
        if (!mayCall && HINTS.stream().noneMatch(data::contains)) return; // Nearly all.
        JsonNode message =
                JsonText.parsed(data).<JsonNode>map(all -> all.at(place)).orElseGet(JsonText::empty);
        if (!(message instanceof ObjectNode delta)) return;
        if (thoughtsAs == null) {
            thoughtsAs = thoughtsOf(delta);
            if (thoughtsAs != null && !hasWholeCalls) habit.set(thoughtsAs);
        }
        delta.properties().forEach(member -> {
            String name = member.getKey();
            boolean told = THOUGHTS.subList(0, 2).contains(name) || name.equals(thoughtsAs);
            if (told && member.getValue().isTextual()) return; // It is in the log.
            if (STATE.matcher(name).matches()) Members.join(members, name, member.getValue());
        });
        if (mayCall) delta.path("tool_calls").forEach(call -> called(callCount++, call));
    }

    private String thoughtsOf(ObjectNode delta) {
        List<String> shown = hasWholeCalls ? List.of("thinking") : THOUGHTS.subList(0, 2);
        for (String name : shown) {
            if (delta.path(name).isTextual()) return name;
        }
        for (JsonNode part : delta.path(CONTENT)) {
            if (part.has("thinking")) return CONTENT;
        }
        return null;
    }

    /** A part of the call {@code index}. */
    void called(int index, JsonNode part) {
        ObjectNode state = calls.computeIfAbsent(index, i -> JsonText.empty());
        gather(part, OF_CALLS, state, "call");
        gather(part.path("function"), OF_FUNCTIONS, state, "function");
    }

    private static void gather(JsonNode from, Set<String> known, ObjectNode into, String as) {
        from.properties().forEach(member -> {
            if (known.contains(member.getKey()) || member.getValue().isNull()) return;
            ObjectNode its = into.get(as) instanceof ObjectNode before ? before : into.putObject(as);
            Members.join(its, member.getKey(), member.getValue());
        });
    }

    @Override
    public ModelTurn with(ModelTurn turn, int thoughtChars) {
        if (sendThoughts == SendThoughts.NEVER) return turn;
        Map<Integer, String> callStates = new HashMap<>();
        calls.forEach((index, state) -> {
            if (!state.isEmpty()) callStates.put(index, seal.close(state));
        });
        return new ModelTurn(turn.inputTokens(), turn.outputTokens(), state(thoughtChars), callStates);
    }

    private String state(int thoughtChars) {
        if (thoughtsAs == null && members.isEmpty()) return null;
        ObjectNode state = JsonText.empty();
        if (thoughtsAs != null) state.put("thoughts", thoughtsAs).put("chars", thoughtChars);
        if (!members.isEmpty()) state.set("members", members);
        return seal.close(state);
    }
}
