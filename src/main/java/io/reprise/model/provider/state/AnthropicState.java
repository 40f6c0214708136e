package io.reprise.model.provider.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.model.ModelMessage.Kept;
import io.reprise.model.ModelTurn;
import io.reprise.model.provider.json.JsonText;
import io.reprise.model.provider.state.Turns.Turn;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Provider data of Anthropic: the blocks of a turn with their order and signatures. Texts and reasoning are in the
 * log; only their lengths are kept.
 */
public final class AnthropicState implements TurnState {
    private static final String BLOCK = "content_block_";
    private static final String THINKING = "thinking";
    private static final String REDACTED = "redacted_thinking";
    private static final String TEXT = "text";
    private static final String TOOL_USE = "tool_use";
    private static final String CHARS = "chars";
    private static final String SIGNATURE = "signature";
    private static final String BLOCKS = "blocks";
    private static final String MORE = "more";

    private static final Set<String> OF_CALLS = Set.of("type", "id", "name", "input");

    private final Seal seal;
    private final Turns turns;
    private final Map<Integer, ObjectNode> blocks = new TreeMap<>();
    private boolean wantsBack;

    public AnthropicState(Seal seal, Turns turns) {
        this.seal = seal;
        this.turns = turns;
    }

    // --- sending

    @Override
    public void give(ObjectNode body) {
        turns.pair(body, this::give);
    }

    private void give(Turn turn, ObjectNode message) {
        Kept kept = turn.assistant().kept();
        if (kept == null || !(message.path("content") instanceof ArrayNode sent)) return;
        seal.open(kept.state())
                .filter(state -> length(state, THINKING) == kept.thoughts().length())
                .map(state -> blocks(turn, kept, state, sent))
                .ifPresent(content -> message.set("content", content));
    }

    /** Texts follow the reasoning if not all of them are known. */
    private static ArrayNode blocks(Turn turn, Kept kept, ObjectNode state, ArrayNode sent) {
        Deque<JsonNode> calls = new ArrayDeque<>();
        sent.forEach(block -> {
            if (TOOL_USE.equals(block.path("type").asText())) calls.add(block);
        });
        String said = String.join("", turn.assistant().texts());
        boolean whole = length(state, TEXT) == said.length() && count(state, TOOL_USE) == calls.size();
        ArrayNode content = JsonText.empty().putArray("content");
        int thought = 0;
        int spoken = 0;
        for (JsonNode block : state.path(BLOCKS)) {
            int chars = block.path(CHARS).asInt();
            switch (block.path("type").asText()) {
                case THINKING -> {
                    content.add(thinking(block, kept.thoughts().substring(thought, thought + chars)));
                    thought += chars;
                }
                case REDACTED -> content.add(block.deepCopy());
                case TEXT -> {
                    if (whole) text(said.substring(spoken, spoken + chars), content);
                    spoken += chars;
                }
                default -> {
                    if (whole) content.add(call(block, (ObjectNode) calls.remove()));
                }
            }
        }
        return whole ? content : content.addAll(sent);
    }

    private static ObjectNode thinking(JsonNode block, String shown) {
        String thoughts = block.path(THINKING).asText("") + shown;
        ObjectNode sent = JsonText.empty().put("type", THINKING).put(THINKING, thoughts);
        if (block.has(SIGNATURE)) sent.set(SIGNATURE, block.get(SIGNATURE));
        return sent;
    }

    /** Empty texts are omitted, because the API rejects them. */
    private static void text(String text, ArrayNode content) {
        if (!text.isBlank()) content.addObject().put("type", TEXT).put(TEXT, text);
    }

    private static ObjectNode call(JsonNode block, ObjectNode call) {
        if (block.path(MORE) instanceof ObjectNode more) call.setAll(more);
        return call;
    }

    private static int length(ObjectNode state, String type) {
        int length = 0;
        for (JsonNode block : state.path(BLOCKS)) {
            if (type.equals(block.path("type").asText()))
                length += block.path(CHARS).asInt();
        }
        return length;
    }

    private static int count(ObjectNode state, String type) {
        int count = 0;
        for (JsonNode block : state.path(BLOCKS)) {
            if (type.equals(block.path("type").asText())) count++;
        }
        return count;
    }

    // --- receiving

    /** Some services omit the lines with event names. */
    @Override
    public void take(ServerSentEvent event) {
        if (event.event() == null
                ? !event.data().contains(BLOCK)
                : !event.event().startsWith(BLOCK)) return;
        ObjectNode data = JsonText.parsed(event.data()).orElse(null);
        if (data == null) return;
        int index = data.path("index").asInt();
        String type = event.event() == null ? data.path("type").asText() : event.event();
        if (type.equals(BLOCK + "start")) {
            begin(index, data.path("content_block"));
        } else if (type.equals(BLOCK + "delta") && blocks.get(index) instanceof ObjectNode block) {
            grow(block, data.path("delta"));
        }
    }

    private void begin(int index, JsonNode given) {
        String type = given.path("type").asText();
        ObjectNode block = JsonText.empty().put("type", type);
        switch (type) {
            case THINKING -> {
                // The initial content of a block is not shown, so it is not in the log.
                if (!given.path(THINKING).asText("").isEmpty()) block.set(THINKING, given.get(THINKING));
                if (!given.path(SIGNATURE).asText("").isEmpty()) block.set(SIGNATURE, given.get(SIGNATURE));
            }
            case REDACTED -> block.setAll((ObjectNode) given.deepCopy());
            case TEXT -> {}
            case TOOL_USE -> more(given, block);
            default -> {
                return;
            }
        }
        wantsBack |= type.equals(THINKING) || type.equals(REDACTED);
        blocks.put(index, block);
    }

    private void more(JsonNode given, ObjectNode block) {
        given.properties().stream()
                .filter(member -> !OF_CALLS.contains(member.getKey())
                        && !member.getValue().isNull())
                .forEach(member -> {
                    block.withObject("/" + MORE).set(member.getKey(), member.getValue());
                    wantsBack = true;
                });
    }

    private static void grow(ObjectNode block, JsonNode delta) {
        switch (delta.path("type").asText()) {
            case "thinking_delta" -> grow(block, delta.path(THINKING).asText("").length());
            case "text_delta" -> grow(block, delta.path(TEXT).asText("").length());
            case "signature_delta" ->
                block.put(
                        SIGNATURE,
                        block.path(SIGNATURE).asText("") + delta.path(SIGNATURE).asText(""));
            default -> {}
        }
    }

    private static void grow(ObjectNode block, int chars) {
        block.put(CHARS, block.path(CHARS).asInt() + chars);
    }

    @Override
    public ModelTurn with(ModelTurn turn, int thoughtChars, Map<Integer, ObjectNode> callExtras) {
        if (!wantsBack) return turn;
        ObjectNode state = JsonText.empty();
        state.putArray(BLOCKS).addAll(List.copyOf(blocks.values()));
        return turn.with(seal.close(state), Map.of());
    }
}
