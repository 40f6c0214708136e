package io.reprise.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A client with one socket. Its methods block, and fail if the server refuses something or does not answer in time. */
final class Tab implements WebSocket.Listener, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_S = 60;
    private static final String WELCOME = "welcome";

    /** What is waited for, by the id of the frame that asks, or by what happens and the session. */
    private final Map<String, CompletableFuture<JsonNode>> expected = new ConcurrentHashMap<>();

    private final StringBuilder received = new StringBuilder();
    private final WebSocket socket;

    Tab(HttpClient http, URI server, String token) {
        CompletableFuture<JsonNode> welcome = expect(WELCOME);
        URI address = URI.create("ws://" + server.getAuthority() + "/ws");
        socket = http.newWebSocketBuilder().buildAsync(address, this).join();
        say(frame("hello").put("version", 1).put("token", token), id());
        await(welcome);
    }

    static ObjectNode frame(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    String create() {
        return ask(frame("create")).get("session").textValue();
    }

    /** Returns when what follows is live. */
    void attach(String session) {
        CompletableFuture<JsonNode> live = expect("live " + session);
        say(frame("attach").put("session", session), id());
        await(live);
    }

    /** Returns when the run that the text began has ended. The tab must be attached to the session. */
    void talk(String session, String text) {
        CompletableFuture<JsonNode> end = expect("end " + session);
        ask(frame("send").put("session", session).put("text", text));
        await(end);
    }

    /** Returns the {@code result}. */
    JsonNode ask(ObjectNode frame) {
        String id = id();
        CompletableFuture<JsonNode> answer = expect(id);
        say(frame, id);
        return await(answer);
    }

    @Override
    public void close() {
        socket.abort();
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private CompletableFuture<JsonNode> expect(String what) {
        CompletableFuture<JsonNode> happening = new CompletableFuture<>();
        expected.put(what, happening);
        return happening;
    }

    private static JsonNode await(CompletableFuture<JsonNode> happening) {
        return happening.orTimeout(PATIENCE_S, TimeUnit.SECONDS).join();
    }

    private void say(ObjectNode frame, String id) {
        socket.sendText(frame.put("id", id).toString(), true).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        received.append(part);
        if (last) {
            String text = received.toString();
            received.setLength(0);
            take(text);
        }
        from.request(1);
        return null;
    }

    private void take(String text) {
        JsonNode frame = parsed(text);
        String session = frame.path("session").asText();
        switch (frame.path("type").asText()) {
            case WELCOME -> happened(WELCOME, frame);
            case "live" -> happened("live " + session, frame);
            case "result" -> happened(frame.path("id").asText(), frame);
            case "error" -> fail(new IllegalStateException(text));
            case "event" -> {
                String type = frame.path("event").path("type").asText();
                if (type.equals("RUN_FINISHED") || type.equals("RUN_ERROR")) happened("end " + session, frame);
            }
            default -> {}
        }
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void happened(String what, JsonNode frame) {
        CompletableFuture<JsonNode> happening = expected.remove(what);
        if (happening != null) happening.complete(frame);
    }

    private void fail(Throwable cause) {
        expected.values().forEach(happening -> happening.completeExceptionally(cause));
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        fail(new IllegalStateException("closed " + code));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        fail(error);
    }
}
