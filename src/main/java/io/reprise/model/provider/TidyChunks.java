package io.reprise.model.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.model.provider.WithTidyEvents.Tidy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The chunks of one answer as OpenAI would have sent them. Services that resemble it number calls of tools anew from 1,
 * give several the same number or none, tell them interleaved, and have other places for thoughts and texts; langchain4j
 * understands only calls that come one after the other.
 */
final class TidyChunks implements Tidy {
    private final List<PartialCall> calls = new ArrayList<>();
    private final BiConsumer<Integer, JsonNode> parts;

    /** The call whose parts are passed on; parts of later ones wait until it is whole. */
    private int current;

    /** @param parts is told each part of a call as it came, with the place of the call among those of the answer */
    TidyChunks(BiConsumer<Integer, JsonNode> parts) {
        this.parts = parts;
    }

    @Override
    public List<ServerSentEvent> tidy(ServerSentEvent event) {
        return tidy(event.data()).stream()
                .map(data -> new ServerSentEvent(event.event(), data))
                .toList();
    }

    /** The data of the events to pass on for one that came. */
    List<String> tidy(String data) {
        if (calls.isEmpty() && !isUnusual(data)) return List.of(data); // Nearly all.
        ObjectNode chunk = JsonText.parsed(data).orElse(null);
        if (chunk == null) return with(data, true);
        if (!(chunk.at("/choices/0/delta") instanceof ObjectNode delta)) {
            return with(data, !chunk.path("choices").isEmpty());
        }
        tidyTexts(delta);
        JsonNode parts = delta.remove("tool_calls");
        boolean last = chunk.at("/choices/0").hasNonNull("finish_reason");
        List<String> out = new ArrayList<>();
        if (parts instanceof ArrayNode array) for (JsonNode part : array) add(part);
        if (!last) out.add(chunk.toString());
        out.addAll(due(chunk, last));
        if (last) out.add(chunk.toString());
        return out;
    }

    private static boolean isUnusual(String data) {
        return data.contains("\"tool_calls\":")
                || data.contains("\"reasoning\":")
                || data.contains("\"content\":[")
                || data.contains("\"content\": [");
    }

    /** Behind what waits, if nothing more of that can come. */
    private List<String> with(String data, boolean last) {
        List<String> out = last ? due(null, true) : new ArrayList<>();
        out.add(data);
        return out;
    }

    private static void tidyTexts(ObjectNode delta) {
        StringBuilder thoughts =
                new StringBuilder(delta.path("reasoning_content").asText(""));
        if (thoughts.isEmpty() && delta.path("reasoning").isTextual()) {
            thoughts.append(delta.path("reasoning").asText());
        }
        if (delta.get("content") instanceof ArrayNode parts) {
            StringBuilder text = new StringBuilder();
            for (JsonNode part : parts) {
                text.append(part.path("text").asText(""));
                for (JsonNode thought : part.path("thinking")) {
                    thoughts.append(thought.path("text").asText(""));
                }
            }
            delta.put("content", text.toString());
        }
        if (!thoughts.isEmpty()) delta.put("reasoning_content", thoughts.toString());
    }

    // --- calls

    private void add(JsonNode part) {
        PartialCall call = callOf(part);
        call.add(part);
        parts.accept(call.ordinal, part);
    }

    /** The call that a part belongs to, by whatever the part tells of it. */
    private PartialCall callOf(JsonNode part) {
        Integer number = part.path("index").isInt() ? part.path("index").asInt() : null;
        String id = part.path("id").asText("");
        PartialCall latest = null;
        for (PartialCall call : calls) {
            boolean numbered = number == null || number.equals(call.number);
            if (numbered && !id.isEmpty() && id.equals(call.id)) return call;
            if (numbered) latest = call;
        }
        boolean named = !part.at("/function/name").asText("").isEmpty();
        if (latest == null || !id.isEmpty() && !latest.id.isEmpty() || id.isEmpty() && named && latest.isWhole()) {
            latest = new PartialCall(calls.size(), number, id);
            calls.add(latest);
        }
        return latest;
    }

    /** What may be passed on, as chunks like this one; {@code last}: of every call. */
    private List<String> due(ObjectNode like, boolean last) {
        List<String> out = new ArrayList<>();
        for (; current < calls.size(); current++) {
            PartialCall call = calls.get(current);
            if (call.hasMore() && (last || !call.name.isEmpty())) out.add(chunk(like, call.take()));
            boolean waiting = current + 1 < calls.size();
            if (!waiting || !last && !call.isWhole()) return out;
        }
        return out;
    }

    private static String chunk(ObjectNode like, ObjectNode call) {
        ObjectNode chunk = JsonText.empty();
        if (like != null) {
            for (String name : List.of("id", "object", "created", "model")) {
                if (like.has(name)) chunk.set(name, like.get(name));
            }
        }
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.putObject("delta").putArray("tool_calls").add(call);
        return chunk.toString();
    }

    /** One call as far as it has come. */
    private static final class PartialCall {
        private final int ordinal;
        private final Integer number;
        private final StringBuilder arguments = new StringBuilder();
        private String id;
        private String name = "";
        private boolean begun;
        private int passed;

        /** @param number the provider's, or null */
        PartialCall(int ordinal, Integer number, String id) {
            this.ordinal = ordinal;
            this.number = number;
            this.id = id;
        }

        void add(JsonNode part) {
            if (id.isEmpty()) id = part.path("id").asText("");
            if (name.isEmpty()) name = part.at("/function/name").asText("");
            JsonNode more = part.at("/function/arguments");
            arguments.append(more.isObject() ? more.toString() : more.asText(""));
        }

        boolean isWhole() {
            int length = arguments.length();
            if (length == 0 || arguments.charAt(length - 1) != '}') return false;
            return JsonText.parsed(arguments.toString()).isPresent();
        }

        boolean hasMore() {
            return !begun || passed < arguments.length();
        }

        ObjectNode take() {
            ObjectNode part = JsonText.empty().put("index", ordinal);
            ObjectNode function = JsonText.empty();
            if (!begun) {
                if (!id.isEmpty()) part.put("id", id);
                part.put("type", "function");
                function.put("name", name);
            }
            begun = true;
            function.put("arguments", arguments.substring(passed));
            passed = arguments.length();
            part.set("function", function);
            return part;
        }
    }
}
