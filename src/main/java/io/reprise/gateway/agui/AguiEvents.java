package io.reprise.gateway.agui;

import io.reprise.history.Histories;
import io.reprise.message.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Converts events of a run from the log to those that AG-UI's client expects: with its names of thread and run, without the
 * user messages that it has sent itself, and with everything closed before the end, also what a restart of the run has
 * left open.
 */
final class AguiEvents {
    private static final JsonObject DECISION = new JsonObject("""
            {"type": "object", "required": ["approved"], "properties": {"approved": {"type": "boolean"},
             "editedArgs": {"type": "object"}, "reason": {"type": "string"}, "response": {"type": "string"}}}""");

    private final AguiInput input;
    private final String prefix;
    private final Set<String> own = new HashSet<>();
    /** The event that closes each open item, by what opened it, in the order of opening. */
    private final Map<String, JsonObject> open = new LinkedHashMap<>();

    /** @param prefix of the ids of commands of this run */
    AguiEvents(AguiInput input, String prefix) {
        this.input = input;
        this.prefix = prefix;
    }

    JsonObject started(List<String> ignored) {
        JsonObject event = new JsonObject()
                .put("type", "RUN_STARTED")
                .put("threadId", input.thread())
                .put("runId", input.run());
        if (!ignored.isEmpty()) event.put("metadata", new JsonObject().put("ignoredMessages", new JsonArray(ignored)));
        return event;
    }

    static JsonObject error(String code, String message) {
        return new JsonObject().put("type", "RUN_ERROR").put("message", message).put("code", code);
    }

    /** The client's history becomes that of the log, with the client's ids of its own messages. */
    static JsonObject snapshot(Histories.Newest newest) {
        JsonArray messages = new JsonArray(Json.text(newest.messages()));
        messages.forEach(one -> asOfClient((JsonObject) one));
        return new JsonObject().put("type", "MESSAGES_SNAPSHOT").put("messages", messages);
    }

    private static void asOfClient(JsonObject message) {
        if (message.getValue("content") instanceof JsonArray) message.put("content", text(message));
        String command = message.getJsonObject("metadata", new JsonObject()).getString("command");
        if (command == null || !command.startsWith(AguiThread.PREFIX)) return;
        message.put("id", command.substring(command.indexOf(':', AguiThread.PREFIX.length()) + 1));
    }

    /** AG-UI has other parts than this server; what is a text is one there, too. */
    static String text(JsonObject message) {
        if (!(message.getValue("content") instanceof JsonArray content)) return message.getString("content", "");
        return content.stream()
                .map(JsonObject.class::cast)
                .filter(part -> "text".equals(part.getString("type")))
                .map(part -> part.getString("text"))
                .collect(Collectors.joining());
    }

    /** A result with parts, whose shapes AG-UI does not have: texts, and the names of files. */
    private static String shown(JsonArray parts) {
        return parts.stream()
                .map(JsonObject.class::cast)
                .map(part -> "text".equals(part.getString("type"))
                        ? part.getString("text")
                        : "[" + part.getString("type") + (part.containsKey("name") ? ": " + part.getString("name") : "")
                                + "]")
                .collect(Collectors.joining("\n"));
    }

    /** What to send for an event of the run; terminal events are converted by {@link #terminal}. */
    List<JsonObject> of(JsonObject event, Long atMs) {
        String type = event.getString("type");
        String message = event.getString("messageId");
        if (type.startsWith("TEXT_MESSAGE_") && isOwn(type, message, event)) return List.of();
        if (type.equals("RUN_STARTED") || type.equals("REASONING_ENCRYPTED_VALUE")) return List.of();
        List<JsonObject> out = new ArrayList<>();
        if (type.equals("CUSTOM") && "run.restarted".equals(event.getString("name"))) out.addAll(closed());
        track(type, event);
        JsonObject copy = event.copy();
        if (type.equals("TOOL_CALL_RESULT") && copy.getValue("content") instanceof JsonArray parts)
            copy.put("content", shown(parts));
        if (atMs != null) copy.put("timestamp", atMs);
        out.add(copy);
        return out;
    }

    private boolean isOwn(String type, String message, JsonObject event) {
        if (type.equals("TEXT_MESSAGE_START") && "user".equals(event.getString("role"))) {
            String command = event.getJsonObject("metadata", new JsonObject()).getString("command");
            if (command != null && command.startsWith(prefix)) own.add(message);
        }
        return own.contains(message);
    }

    private void track(String type, JsonObject event) {
        String message = event.getString("messageId");
        String call = event.getString("toolCallId");
        String by = event.getString("subagentRunId");
        switch (type) {
            case "TEXT_MESSAGE_START" -> opens("text " + message, "TEXT_MESSAGE_END", "messageId", message, by);
            case "TEXT_MESSAGE_END" -> open.remove("text " + message);
            case "REASONING_START" -> opens("thoughts " + message, "REASONING_END", "messageId", message, by);
            case "REASONING_END" -> open.remove("thoughts " + message);
            case "REASONING_MESSAGE_START" ->
                opens("thought " + message, "REASONING_MESSAGE_END", "messageId", message, by);
            case "REASONING_MESSAGE_END" -> open.remove("thought " + message);
            case "TOOL_CALL_START" -> opens("call " + call, "TOOL_CALL_END", "toolCallId", call, by);
            case "TOOL_CALL_END" -> open.remove("call " + call);
            case "STEP_STARTED" -> {
                String step = event.getString("stepName");
                opens("step " + by + step, "STEP_FINISHED", "stepName", step, by);
            }
            case "STEP_FINISHED" -> open.remove("step " + by + event.getString("stepName"));
            default -> {}
        }
    }

    private void opens(String key, String end, String field, String value, String by) {
        JsonObject event = new JsonObject().put("type", end).put(field, value);
        if (by != null) event.put("subagentRunId", by);
        open.put(key, event);
    }

    /** The ends of what is open, the last one first. */
    List<JsonObject> closed() {
        List<JsonObject> ends = new ArrayList<>(open.values()).reversed();
        open.clear();
        return ends;
    }

    static boolean isTerminal(JsonObject event) {
        String type = event.getString("type");
        return type.equals("RUN_FINISHED") || type.equals("RUN_ERROR");
    }

    static boolean isInterrupt(JsonObject event) {
        JsonObject outcome = event.getJsonObject("outcome");
        return outcome != null && outcome.containsKey("interrupts");
    }

    JsonObject terminal(JsonObject event) {
        JsonObject end = new JsonObject().put("type", event.getString("type"));
        if (event.getString("type").equals("RUN_ERROR")) {
            end.put("message", event.getString("message")).put("code", event.getString("code"));
        } else {
            end.put("threadId", input.thread()).put("runId", input.run());
            JsonObject outcome = outcome(event.getJsonObject("outcome"));
            if (input.older()) outcome = knownBefore1(outcome);
            if (outcome != null) end.put("outcome", outcome);
        }
        JsonArray usage = event.getJsonArray("usage");
        if (usage != null) end.put("usage", usage(usage));
        return end;
    }

    private static JsonArray usage(JsonArray usage) {
        JsonArray known = new JsonArray();
        for (Object one : usage) {
            JsonObject copy = ((JsonObject) one).copy();
            copy.remove("estimated");
            copy.remove("cost");
            known.add(copy);
        }
        return known;
    }

    /**
     * Clients before 1.0 fail at members and types of an outcome that they do not know: they see calls without results
     * themselves, and of a run that was cancelled only that it has ended.
     */
    private static JsonObject knownBefore1(JsonObject outcome) {
        if ("cancelled".equals(outcome.getString("type"))) return null;
        JsonObject known = outcome.copy();
        known.remove("pendingToolCallIds");
        return known;
    }

    /** AG-UI has its own reasons, and no calls of the client beside interrupts. */
    private static JsonObject outcome(JsonObject outcome) {
        if (!outcome.containsKey("interrupts")) return outcome;
        JsonArray interrupts = new JsonArray();
        for (Object one : outcome.getJsonArray("interrupts")) {
            JsonObject copy = ((JsonObject) one).copy();
            if ("approval".equals(copy.getString("reason")))
                copy.put("reason", "tool_call").put("responseSchema", DECISION);
            interrupts.add(copy);
        }
        return new JsonObject().put("type", "interrupt").put("interrupts", interrupts);
    }
}
