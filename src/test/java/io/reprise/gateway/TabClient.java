package io.reprise.gateway;

import io.reprise.testing.Patience;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A WebSocket client of the JDK: an implementation that shares no code with the server's. */
public final class TabClient implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Patience.LIMIT;

    private final List<JsonObject> frames = new ArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private WebSocket webSocket;
    private int closeCode = -1;
    private int pings;

    /** @param headers name, value, name, value ... */
    public static TabClient open(int port, String pathAndQuery, String... headers) {
        TabClient client = new TabClient();
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) builder.header(headers[i], headers[i + 1]);
        try {
            client.webSocket = builder.buildAsync(URI.create("ws://127.0.0.1:" + port + pathAndQuery), client)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                throw new Refused(refused.getResponse().statusCode());
            }
            throw e;
        }
        return client;
    }

    /** The upgrade was refused. */
    public static final class Refused extends RuntimeException {
        public final int status;

        Refused(int status) {
            super("upgrade answered by " + status);
            this.status = status;
        }
    }

    /** Opened, and hello was answered. */
    static TabClient known(int port, String token) {
        TabClient client = open(port, "/ws");
        client.hello(token);
        return client;
    }

    public JsonObject hello(String token) {
        send(new JsonObject()
                .put("type", "hello")
                .put("id", "h")
                .put("version", 1)
                .put("token", token));
        return await("welcome");
    }

    void send(JsonObject frame) {
        sendText(frame.encode());
    }

    public void send(String type, String id, Object... fields) {
        JsonObject frame = new JsonObject().put("type", type).put("id", id);
        for (int i = 0; i < fields.length; i += 2) frame.put((String) fields[i], fields[i + 1]);
        send(frame);
    }

    public void sendText(String text) {
        webSocket.sendText(text, true).join();
    }

    public void sendBinary(byte[] bytes) {
        webSocket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    @Override
    public void onOpen(WebSocket opened) {
        opened.request(1);
    }

    @Override
    public synchronized CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            frames.add(new JsonObject(partial.toString()));
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public synchronized CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        pings++;
        from.request(1);
        return null;
    }

    @Override
    public synchronized CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
        closeCode = statusCode;
        return null;
    }

    @Override
    public synchronized void onError(WebSocket from, Throwable error) {
        if (closeCode < 0) closeCode = 1006;
    }

    public synchronized List<JsonObject> frames() {
        return List.copyOf(frames);
    }

    public synchronized int pings() {
        return pings;
    }

    public synchronized int closeCode() {
        return closeCode;
    }

    public Stream<JsonObject> frames(String type) {
        return frames().stream().filter(frame -> type.equals(frame.getString("type")));
    }

    public JsonObject await(String type) {
        return await(frame -> type.equals(frame.getString("type")), type);
    }

    /** The answer to the frame with this id. */
    public JsonObject answer(String id) {
        return await(frame -> id.equals(frame.getString("id")), "answer to " + id);
    }

    JsonObject await(Predicate<JsonObject> wanted, String what) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> frames().stream().anyMatch(wanted) || closeCode() >= 0);
        return frames().stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new AssertionError("closed " + closeCode() + " before " + what));
    }

    /** The newest frame is of this seq. */
    void awaitSeq(String session, long seq) {
        await(
                frame -> frame == frames().getLast()
                        && session.equals(frame.getString("session"))
                        && frame.getLong("seq", 0L) == seq,
                "seq " + seq);
    }

    public int awaitClose() {
        Awaitility.await("close")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> closeCode() >= 0);
        return closeCode();
    }

    public boolean isOpen() {
        return closeCode() < 0;
    }

    /** The seqs of the session's events, in the order of their arrival. */
    List<Long> seqs(String session) {
        return frames("event")
                .filter(frame -> session.equals(frame.getString("session")))
                .map(frame -> frame.getLong("seq"))
                .toList();
    }

    @Override
    public void close() {
        webSocket.abort();
    }
}
