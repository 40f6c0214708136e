package io.reprise.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A client that does as little as possible with the frames it receives, so that the server is measured. */
public final class BenchTab {
    private static final int PATIENCE_S = 120;
    private static final String EVENT = "{\"type\":\"event\"";

    private final WebSocket socket;
    private final Map<String, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> live = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> welcomed = new CompletableFuture<>();
    private volatile Consumer<String> events = frame -> {};

    private BenchTab(WebSocket socket) {
        this.socket = socket;
        socket.textMessageHandler(this::take);
        socket.closeHandler(closed -> {
            Exception cause = new IllegalStateException("closed " + socket.closeStatusCode());
            welcomed.completeExceptionally(cause);
            asked.values().forEach(answer -> answer.completeExceptionally(cause));
            live.values().forEach(answer -> answer.completeExceptionally(cause));
        });
    }

    static WebSocketClient client(Vertx vertx) {
        return vertx.createWebSocketClient(new io.vertx.core.http.WebSocketClientOptions()
                .setMaxConnections(100_000)
                .setMaxMessageSize(1 << 24));
    }

    static BenchTab open(WebSocketClient client, BenchServer server, String token) {
        return open(client, server.address(), token);
    }

    static BenchTab open(WebSocketClient client, String server, String token) {
        URI address = URI.create(server);
        WebSocketConnectOptions to = new WebSocketConnectOptions()
                .setHost(address.getHost())
                .setPort(address.getPort())
                .setURI("/ws");
        CompletableFuture<BenchTab> opened = new CompletableFuture<>();
        client.connect(to)
                .onSuccess(socket -> {
                    BenchTab tab = new BenchTab(socket);
                    tab.say(new JsonObject()
                            .put("type", "hello")
                            .put("version", 1)
                            .put("token", token));
                    opened.complete(tab);
                })
                .onFailure(opened::completeExceptionally);
        BenchTab tab = await(opened);
        await(tab.welcomed);
        return tab;
    }

    /** Gets the text of every {@code event} frame, on the tab's event loop. */
    void onEvent(Consumer<String> handler) {
        events = handler;
    }

    String create() {
        return await(ask(new JsonObject().put("type", "create"))).getString("session");
    }

    CompletableFuture<JsonObject> send(String session, String text) {
        return ask(new JsonObject().put("type", "send").put("session", session).put("text", text));
    }

    CompletableFuture<JsonObject> stop(String session) {
        return ask(new JsonObject().put("type", "stop").put("session", session));
    }

    /** Completes when the following events are live. */
    CompletableFuture<Void> attach(String session, String epoch, long after) {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        live.put(session, reached);
        JsonObject frame = new JsonObject().put("type", "attach").put("session", session);
        if (epoch != null) frame.put("epoch", epoch).put("after", after);
        say(frame);
        return reached;
    }

    /** Completes when the server has answered; one at a time. */
    CompletableFuture<Void> ping() {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        socket.pongHandler(pong -> answered.complete(null));
        socket.writePing(Buffer.buffer("p"));
        return answered;
    }

    CompletableFuture<JsonObject> ask(JsonObject frame) {
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        asked.put(say(frame), answer);
        return answer;
    }

    void close() {
        socket.close();
    }

    private String say(JsonObject frame) {
        String id = UUID.randomUUID().toString();
        socket.writeTextMessage(frame.put("id", id).encode());
        return id;
    }

    private void take(String text) {
        if (text.startsWith(EVENT)) {
            events.accept(text);
            return;
        }
        JsonObject frame = new JsonObject(text);
        switch (frame.getString("type")) {
            case "welcome" -> welcomed.complete(null);
            case "live" -> {
                CompletableFuture<Void> reached = live.remove(frame.getString("session"));
                if (reached != null) reached.complete(null);
            }
            case "result" -> answer(frame).complete(frame);
            case "error" -> answer(frame).completeExceptionally(new IllegalStateException(text));
            default -> {}
        }
    }

    private CompletableFuture<JsonObject> answer(JsonObject frame) {
        CompletableFuture<JsonObject> answer = asked.remove(frame.getString("id", ""));
        return answer == null ? new CompletableFuture<>() : answer;
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the frame is one of the two events that end a run. */
    static boolean isEnd(String event) {
        return event.contains("\"type\":\"RUN_FINISHED\"") || event.contains("\"type\":\"RUN_ERROR\"");
    }

    /** The text of a frame with a delta; null for other frames. */
    static String delta(String event) {
        int type = event.indexOf("\"event\":{\"type\":\"TEXT_MESSAGE_CONTENT\"");
        if (type < 0) return null;
        int begin = event.indexOf("\"delta\":\"", type) + 9;
        return event.substring(begin, event.length() - 3);
    }
}
