package io.reprise.gateway.rest;

import io.reprise.gateway.frame.CommandReader;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Frames that fit, of every type that the server knows. A command that has no example here is tried with fields of the
 * others.
 */
final class FuzzFrames {
    /** The types that are no commands, but for {@code hello}. */
    static final List<String> OTHERS = List.of("attach", "detach", "ping", "token");

    private static final List<String> TYPES = Stream.of(
                    Stream.of("hello"),
                    OTHERS.stream(),
                    CommandReader.TYPES.stream().sorted())
            .flatMap(types -> types)
            .toList();

    private static final JsonObject SEND = new JsonObject().put("text", "/echo x");
    private static final Map<String, List<JsonObject>> EXAMPLES = Map.ofEntries(
            Map.entry("attach", List.of(new JsonObject(), new JsonObject("{\"epoch\": \"e_1\", \"after\": 3}"))),
            Map.entry("create", List.of(new JsonObject("{\"title\": \"T\"}"), new JsonObject("""
                            {"agent": "a", "metadata": {"k": "v"}}"""))),
            Map.entry(
                    "send",
                    List.of(
                            SEND.copy().put("onBusy", "queue"),
                            SEND.copy().mergeIn(new JsonObject("""
                                    {"model": "m", "parts": [{"type": "image", "attachment": "a_1"}]}""")),
                            SEND.copy().mergeIn(new JsonObject("""
                                    {"tools": [{"name": "look", "description": "Looks.", "parameters": {"type": "object"}}]}""")))),
            Map.entry(
                    "regenerate",
                    List.of(
                            new JsonObject("{\"message\": \"m_1\", \"text\": \"z\"}"),
                            new JsonObject("{\"checkpoint\": \"c_1\"}"))),
            Map.entry("stop", List.of(new JsonObject("{\"scope\": \"all\", \"run\": \"r_1\"}"))),
            Map.entry("answer", List.of(new JsonObject("""
                            {"interrupt": "i_1", "decision": "approve", "arguments": {}}"""), new JsonObject("""
                            {"results": [{"toolCallId": "t_1", "content": "seen"}]}"""))),
            Map.entry("feedback", List.of(new JsonObject("""
                            {"message": "m_1", "rating": "up", "comment": "good"}"""))),
            Map.entry("background", List.of(new JsonObject("{\"call\": \"t_1\"}"))),
            Map.entry("unqueue", List.of(new JsonObject("{\"message\": \"m_1\"}"))),
            Map.entry("requeue", List.of(new JsonObject("{\"message\": \"m_1\", \"text\": \"y\"}"))),
            Map.entry("detach", List.of(new JsonObject())),
            Map.entry("ping", List.of(new JsonObject())));

    private static final Map<String, Object> FIELDS = new TreeMap<>();

    static {
        EXAMPLES.values().stream()
                .flatMap(List::stream)
                .forEach(example -> example.forEach(field -> FIELDS.put(field.getKey(), field.getValue())));
    }

    private final Random random;
    private final String token;
    private final String session;

    FuzzFrames(Random random, String token, String session) {
        this.random = random;
        this.token = token;
        this.session = session;
    }

    JsonObject any() {
        String type = TYPES.get(random.nextInt(TYPES.size()));
        JsonObject frame = new JsonObject().put("type", type).put("id", "f" + random.nextInt(1_000));
        return switch (type) {
            case "hello" -> frame.put("version", 1).put("token", token).put("zone", "UTC");
            case "token" -> frame.put("token", token);
            // An id that was used answers with the session of then.
            case CommandReader.CREATE -> frame.mergeIn(example(type)).put("id", "c" + random.nextLong());
            default -> frame.put("session", session).mergeIn(example(type));
        };
    }

    private JsonObject example(String type) {
        List<JsonObject> examples = EXAMPLES.getOrDefault(type, List.of());
        if (!examples.isEmpty()) return examples.get(random.nextInt(examples.size()));
        JsonObject some = new JsonObject();
        for (String name : new ArrayList<>(FIELDS.keySet())) {
            if (random.nextBoolean()) some.put(name, FIELDS.get(name));
        }
        return some;
    }
}
