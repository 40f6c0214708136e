package io.reprise.gateway.agui;

import io.reprise.message.Command.ClientResult;
import io.reprise.message.Cursor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the log of a thread says about an input: what of it is new, and which run its name means. The ids of the commands of
 * messages hold the client's names of their run and of the message: {@code agui:RUN:MESSAGE}.
 */
final class AguiThread {
    static final String PREFIX = "agui:";

    private final AguiInput input;

    /** Messages that were sent in this way, by the client's ids. */
    private final Map<String, JsonObject> taken = new HashMap<>();

    private final Map<String, String> runs = new HashMap<>();

    /** Ids of messages in the log. */
    private final Set<String> logged = new HashSet<>();

    private JsonObject attached = new JsonObject();

    AguiThread(AguiInput input) {
        this.input = input;
    }

    void attached(JsonObject frame) {
        attached = frame;
    }

    void remember(JsonArray messages) {
        for (Object one : messages) {
            JsonObject said = (JsonObject) one;
            logged.add(said.getString("id"));
            JsonObject metadata = said.getJsonObject("metadata", new JsonObject());
            String command = metadata.getString("command");
            if (command == null || !command.startsWith(PREFIX)) continue;
            int colon = command.indexOf(':', PREFIX.length());
            if (colon < 0) continue;
            taken.put(command.substring(colon + 1), said);
            runs.put(command.substring(PREFIX.length(), colon), metadata.getString("run"));
        }
    }

    /** The run that the client calls so; null if it is not known. */
    String runOf(String name) {
        return runs.get(name);
    }

    /** How a run ended: {@code success}, {@code cancelled} or {@code error}. */
    String outcomeOf(String run) {
        return taken.values().stream()
                .map(said -> said.getJsonObject("metadata"))
                .filter(metadata -> run.equals(metadata.getString("run")))
                .map(metadata -> metadata.getString("outcome", "success"))
                .findFirst()
                .orElse("success");
    }

    /** Behind the oldest event that can be read one by one. */
    Cursor oldest() {
        return new Cursor(attached.getString("epoch"), Math.max(0, attached.getLong("floor") - 1));
    }

    /** Ids of the open interrupts. */
    Set<String> interrupts() {
        return attached.getJsonArray("interrupts", new JsonArray()).stream()
                .map(one -> ((JsonObject) one).getString("id"))
                .collect(Collectors.toSet());
    }

    boolean isQuestion(String interrupt) {
        return attached.getJsonArray("interrupts", new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .anyMatch(one ->
                        one.getString("id").equals(interrupt) && "input_required".equals(one.getString("reason")));
    }

    /** Ids of calls that the client is to execute and that have no result. */
    private Set<String> pendingCalls() {
        return attached.getJsonArray("pendingToolCalls", new JsonArray()).stream()
                .map(one -> ((JsonObject) one).getString("toolCallId"))
                .collect(Collectors.toSet());
    }

    boolean hasPendingCalls() {
        return !pendingCalls().isEmpty();
    }

    /**
     * Whether the results leave out calls that are pending. Results of other calls only do not, because they may have been
     * brought before.
     */
    boolean bringsSomeResultsOnly() {
        Set<String> open = pendingCalls();
        int all = open.size();
        results().forEach(result -> open.remove(result.toolCall()));
        return !open.isEmpty() && open.size() < all;
    }

    /** Ids of user messages that are new. */
    List<String> news() {
        List<String> ids = new ArrayList<>();
        for (String id : input.said().keySet()) {
            if (taken.containsKey(id)) ids.clear(); // What came before it was taken with it.
            else ids.add(id);
        }
        return ids;
    }

    /** Results that the client brings; those of the server's calls have the ids of its messages. */
    List<ClientResult> results() {
        return input.results().entrySet().stream()
                .filter(one -> !logged.contains(one.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** User messages that are known with another text, which does not count. */
    List<String> ignored() {
        List<String> ids = new ArrayList<>();
        input.known().forEach((id, text) -> {
            JsonObject known = taken.get(id);
            boolean other = known != null && !AguiEvents.text(known).equals(text);
            if (other) ids.add(id);
        });
        return ids;
    }
}
