package io.reprise.outgoing;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A request and its response, which one thread reads while it arrives. A slow reader slows the sender down: at most
 * {@link #PIECES_AHEAD} pieces are buffered. {@link #cancel} ends it in any state.
 */
public final class OutgoingStream {
    /** A piece has at most 8 KiB, the largest that the HTTP client delivers. */
    private static final int PIECES_AHEAD = 16;

    private final CompletableFuture<Head> head = new CompletableFuture<>();
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private volatile HttpClientRequest request;
    private volatile HttpClientResponse response;
    private volatile boolean cancelled;
    private volatile boolean ended;
    private Context context;
    private int taken;

    private sealed interface Piece {
        record Bytes(byte[] content) implements Piece {}

        record End() implements Piece {}

        record Failed(Throwable cause) implements Piece {}
    }

    /** The beginning of a response. */
    public record Head(int status, Map<String, String> headers) {
        /** The value of a header; empty if there is none. */
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    OutgoingStream() {}

    /**
     * Waits for the beginning of the response.
     *
     * @throws IOException if there is none; its cause says why
     */
    public Head head(long nanos) throws InterruptedException, IOException, TimeoutException {
        try {
            return head.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IOException("no response", e.getCause());
        }
    }

    /**
     * Waits for the next piece of the body.
     *
     * @return null at the end of the body
     * @throws IOException if the connection was lost before the end
     */
    public byte[] next(long nanos) throws InterruptedException, IOException, TimeoutException {
        Piece piece = pieces.poll(nanos, TimeUnit.NANOSECONDS);
        return switch (piece) {
            case null -> throw new TimeoutException();
            case Piece.Bytes bytes -> {
                askForMore();
                yield bytes.content();
            }
            case Piece.End end -> {
                pieces.add(end); // For later reads.
                yield null;
            }
            case Piece.Failed failed -> {
                pieces.add(failed);
                throw new IOException("the response ended before its end", failed.cause());
            }
        };
    }

    /** Closes the connection unless the response has arrived completely. Thread-safe. */
    public void cancel() {
        cancelled = true;
        if (ended) return;
        fail(new IOException("cancelled"));
        HttpClientRequest sent = request;
        if (sent != null) sent.reset();
        HttpClientResponse rest = response;
        // Otherwise a paused connection would keep waiting for a reader.
        if (rest != null) rest.resume();
    }

    /** Takes the request that is about to be sent; false if it was cancelled before. */
    boolean sendsWith(HttpClientRequest ready) {
        request = ready;
        if (cancelled) ready.reset();
        return !cancelled;
    }

    /** Runs on the event loop, before any part of the body can arrive. */
    void answered(HttpClientResponse from) {
        context = Vertx.currentContext();
        from.pause();
        from.exceptionHandler(this::fail);
        from.handler(buffer -> {
            if (!cancelled) pieces.add(new Piece.Bytes(buffer.getBytes()));
        });
        from.endHandler(nothing -> {
            ended = true;
            pieces.add(new Piece.End());
        });
        response = from;
        if (cancelled) from.resume();
        else from.fetch(PIECES_AHEAD);
        Map<String, String> headers = new TreeMap<>();
        from.headers().forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        head.complete(new Head(from.statusCode(), headers));
    }

    void fail(Throwable cause) {
        head.completeExceptionally(cause);
        pieces.add(new Piece.Failed(cause));
    }

    private void askForMore() {
        if (++taken < PIECES_AHEAD / 2) return;
        int more = taken;
        taken = 0;
        context.runOnContext(nothing -> response.fetch(more));
    }
}
