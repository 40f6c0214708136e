package io.reprise.gateway.rest;

import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client that says frames that nearly fit, some at a time, and connects again whenever it is sent away. */
final class FuzzSocket {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Then it waits for an answer, so that neither side has much to keep. */
    private static final int AT_ONCE = 40;

    private final TestServer server;
    private final String token;
    private final Random random;
    private final FuzzJson json;
    private final FuzzFrames frames;

    FuzzSocket(TestServer server, String user, Random random) {
        this.server = server;
        this.token = server.token(user);
        this.random = random;
        this.json = new FuzzJson(random);
        String session = new JsonObject(
                        server.call("POST", "/api/v1/sessions", token, "{}").body())
                .getString("session");
        this.frames = new FuzzFrames(random, token, session);
    }

    void say(int frames) {
        Connection connection = new Connection();
        for (int said = 0; said < frames; said += AT_ONCE) {
            if (!connection.says(AT_ONCE)) connection = new Connection();
        }
        connection.socket.abort();
    }

    /** One socket, until the server closes it. */
    private final class Connection implements WebSocket.Listener {
        private final StringBuilder partial = new StringBuilder();
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private volatile CompletableFuture<Void> pong = new CompletableFuture<>();
        private volatile String awaited = "";
        private final WebSocket socket;
        private int batch;

        Connection() {
            socket = HTTP.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/ws"), this)
                    .join();
            if (random.nextInt(20) > 0) {
                socket.sendText(
                                new JsonObject()
                                        .put("type", "hello")
                                        .put("id", "h")
                                        .put("version", 1)
                                        .put("token", token)
                                        .encode(),
                                true)
                        .join();
            }
        }

        /** Whether the socket is open afterwards. */
        boolean says(int frames) {
            try {
                for (int i = 0; i < frames && !closed.isDone(); i++) say();
                awaited = "\"b" + batch++ + "\"";
                pong = new CompletableFuture<>();
                socket.sendText("{\"type\":\"ping\",\"id\":" + awaited + "}", true)
                        .join();
                CompletableFuture.anyOf(pong, closed).get(TestServer.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (CompletionException gone) {
                socket.abort();
                return false;
            } catch (TimeoutException e) {
                throw new AssertionError("the server neither answered nor closed the socket", e);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            if (closed.isDone()) socket.abort();
            return !closed.isDone();
        }

        private void say() {
            if (random.nextInt(400) == 0) {
                byte[] bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
                socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
            } else if (random.nextInt(10) == 0) {
                // A list, or a text of which the type does not exist.
                socket.sendText(
                                random.nextInt(20) == 0
                                        ? new JsonArray(List.of(1)).encode()
                                        : json.spoilt(frames.any().put("type", json.aText())),
                                true)
                        .join();
            } else {
                socket.sendText(json.spoilt(frames.any()), true).join();
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                if (partial.indexOf("\"pong\"") >= 0 && partial.indexOf(awaited) >= 0) pong.complete(null);
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(null);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.complete(null);
        }
    }
}
