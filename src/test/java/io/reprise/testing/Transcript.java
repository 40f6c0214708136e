package io.reprise.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a client shows of a session: the texts by message, folded from its last snapshot and later events. */
public final class Transcript {
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();

    private Transcript() {}

    /** By the protocol document: a rewind names the last message that remains. */
    public static Map<String, String> of(TestClient client, String session) {
        Transcript transcript = new Transcript();
        transcript.snapshot(client.view(session).messages);
        client.events(session).forEach(frame -> transcript.apply(frame.getJsonObject("event")));
        return transcript.shown();
    }

    /** The same of messages as history and snapshots have them. */
    public static Map<String, String> of(JsonArray messages) {
        Transcript transcript = new Transcript();
        transcript.snapshot(messages);
        return transcript.shown();
    }

    private void snapshot(JsonArray messages) {
        for (Object each : messages) {
            JsonObject message = (JsonObject) each;
            texts.put(message.getString("id"), new StringBuilder(message.getString("content", "")));
        }
    }

    private void apply(JsonObject event) {
        String id = event.getString("messageId");
        switch (event.getString("type")) {
            case "TEXT_MESSAGE_START", "REASONING_MESSAGE_START" -> texts.put(id, new StringBuilder());
            case "TEXT_MESSAGE_CONTENT", "REASONING_MESSAGE_CONTENT" ->
                texts.get(id).append(event.getString("delta"));
            case "TOOL_CALL_RESULT" -> texts.put(id, new StringBuilder(event.getString("content")));
            case "CUSTOM" -> {
                if (event.getString("name").equals("history.rewound")) {
                    rewind(event.getJsonObject("value").getString("lastMessage"));
                }
            }
            default -> {}
        }
    }

    private void rewind(String lastMessage) {
        List<String> ids = new ArrayList<>(texts.keySet());
        if (lastMessage != null && !texts.containsKey(lastMessage)) throw new AssertionError("unknown " + lastMessage);
        ids.subList(lastMessage == null ? 0 : ids.indexOf(lastMessage) + 1, ids.size())
                .forEach(texts::remove);
    }

    /** A message that only consists of tool calls has no text and is not shown. */
    private Map<String, String> shown() {
        Map<String, String> shown = new LinkedHashMap<>();
        texts.forEach((id, text) -> {
            if (!text.isEmpty()) shown.put(id, text.toString());
        });
        return shown;
    }
}
