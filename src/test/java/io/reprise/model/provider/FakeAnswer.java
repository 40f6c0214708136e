package io.reprise.model.provider;

import io.netty.channel.ChannelOption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;

/** An answer in the API of a provider, piece by piece. */
public abstract class FakeAnswer {
    protected final HttpServerResponse response;
    private final HttpServerRequest request;
    private boolean open;
    private boolean leftOpen;
    private int packetBytes = Integer.MAX_VALUE / 2;

    protected FakeAnswer(HttpServerRequest request) {
        this.request = request;
        this.response = request.response();
    }

    /** Why an answer ends. */
    public enum Finish {
        STOP,
        TOOLS,
        LENGTH,
        FILTER
    }

    /** Sends the head of the response and nothing of its body. */
    public FakeAnswer head() {
        if (open) return this;
        open = true;
        response.setChunked(true).putHeader("Content-Type", contentType()).write("");
        return this;
    }

    public abstract FakeAnswer text(String delta);

    public abstract FakeAnswer thinking(String delta);

    /** A call of a tool whose arguments come in these pieces. */
    public abstract FakeAnswer tool(int index, String id, String name, String... arguments);

    /** Ends the answer as a provider does; without usage when the numbers are null. */
    public abstract FakeAnswer finish(Finish finish, Integer inputTokens, Integer outputTokens);

    /** An error in the middle of the stream. */
    public abstract FakeAnswer error(String kind, String message);

    protected abstract String contentType();

    /** The body of an error response. */
    protected abstract String errorBody(String kind, String message);

    public FakeAnswer done() {
        return finish(Finish.STOP, 11, 7);
    }

    /** Invalid data in place of a piece. */
    public abstract FakeAnswer malformed(String text);

    /** From now on everything is sent in packets of this many bytes. */
    public FakeAnswer inPacketsOf(int bytes) {
        packetBytes = bytes;
        return this;
    }

    public FakeAnswer status(int status) {
        response.setStatusCode(status);
        return this;
    }

    /** Text without changes. */
    public FakeAnswer raw(String text) {
        head();
        Buffer bytes = Buffer.buffer(text);
        for (int at = 0; at < bytes.length(); at += packetBytes) {
            response.write(bytes.slice(at, Math.min(bytes.length(), at + packetBytes)));
        }
        return this;
    }

    /** The response is not ended, even when the answer is complete. */
    public FakeAnswer leftOpen() {
        leftOpen = true;
        return this;
    }

    /** Ends the response as if it were complete. */
    public void end() {
        head();
        if (!leftOpen) response.end();
    }

    /** Closes the connection, as a provider that dies does. */
    public void cut() {
        request.connection().close();
    }

    /** Ends the connection, as a network does that rejects its packets. */
    public void reset() {
        ((ConnectionBase) request.connection()).channel().config().setOption(ChannelOption.SO_LINGER, 0);
        request.connection().close();
    }

    public void refuse(int status, String kind, String message, String... headers) {
        for (int i = 0; i < headers.length; i += 2) response.putHeader(headers[i], headers[i + 1]);
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(errorBody(kind, message));
    }

    public boolean isFull() {
        return response.writeQueueFull();
    }

    protected static String json(Object... pairs) {
        return object(pairs).encode();
    }

    protected static JsonObject object(Object... pairs) {
        JsonObject object = new JsonObject();
        for (int i = 0; i < pairs.length; i += 2) object.put((String) pairs[i], pairs[i + 1]);
        return object;
    }
}
