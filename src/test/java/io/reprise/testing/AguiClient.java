package io.reprise.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * AG-UI's own client, with its verifier, in a process of Node for each conversation.
 *
 * @param url of the agent
 * @param packages the folder that has it in {@code node_modules}
 */
public record AguiClient(String url, String token, Path packages) {
    /** With the version that tests use unless they say otherwise. */
    public AguiClient(String url, String token) {
        this(url, token, NpmPackages.folder());
    }

    /** Carries out the steps one after the other; what they told: {@code steps} and {@code messages}. */
    public JsonObject run(String thread, JsonArray messages, JsonObject... steps) {
        JsonObject input = new JsonObject()
                .put("url", url)
                .put("token", token)
                .put("threadId", thread)
                .put("messages", messages)
                .put("steps", new JsonArray(List.of(steps)));
        return NodeScript.run("agui-client.mjs", input, packages);
    }

    /** What AG-UI's types say against the capabilities of an agent, with members that they do not have; empty for nothing. */
    public static List<Object> faultsOf(JsonObject capabilities) {
        return NodeScript.run("agui-capabilities.mjs", capabilities).getJsonArray("faults").stream()
                .toList();
    }

    public static JsonObject message(String id, Object content) {
        return new JsonObject().put("id", id).put("role", "user").put("content", content);
    }

    public static JsonObject step(String run, String message, Object content) {
        return new JsonObject().put("runId", run).put("message", message(message, content));
    }

    /** Answers the interrupts with which the run of a step has ended. */
    public static JsonArray resume(JsonObject told, int step, String status, JsonObject payload) {
        JsonArray resume = new JsonArray();
        events(told, step)
                .getLast()
                .getJsonObject("outcome")
                .getJsonArray("interrupts")
                .forEach(one -> {
                    JsonObject entry = new JsonObject()
                            .put("interruptId", ((JsonObject) one).getString("id"))
                            .put("status", status);
                    resume.add(payload == null ? entry : entry.put("payload", payload));
                });
        return resume;
    }

    public static String error(JsonObject told, int step) {
        return told.getJsonArray("steps").getJsonObject(step).getString("error");
    }

    public static List<JsonObject> events(JsonObject told, int step) {
        return told.getJsonArray("steps").getJsonObject(step).getJsonArray("events").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    public static List<String> types(JsonObject told, int step) {
        return events(told, step).stream().map(event -> event.getString("type")).toList();
    }

    public static String text(JsonObject told, int step) {
        return events(told, step).stream()
                .filter(event -> event.getString("type").equals("TEXT_MESSAGE_CONTENT"))
                .map(event -> event.getString("delta"))
                .collect(Collectors.joining());
    }

    public static List<String> roles(JsonObject told) {
        return told.getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getString("role"))
                .toList();
    }
}
