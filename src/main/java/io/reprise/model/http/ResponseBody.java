package io.reprise.model.http;

import io.reprise.support.StopSignal.StoppedException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Passes a response from the event loop to the thread that reads it. At most {@link #PIECES_AHEAD} pieces are
 * buffered; beyond that the connection is paused, which slows the sender down.
 */
final class ResponseBody extends InputStream {
    /** Limit of buffered pieces. A piece has at most 8 KiB, the largest that the HTTP client delivers. */
    private static final int PIECES_AHEAD = 16;

    /** Errors of providers have a few hundred bytes; more than this is not read. */
    private static final int BEGINNING_BYTES_MAX = 16_384;

    /** How long to wait for the end of a response that is already complete. */
    private static final long END_MS_MAX = 1_000;

    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final int bytesMax;
    private final Runnable closed;
    private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    private Piece.Bytes current = new Piece.Bytes(new byte[0]);
    private int offset;
    private int taken;
    private long bytes;
    private Context context;
    private volatile HttpClientResponse response;
    private volatile boolean ended;
    private volatile boolean discarding;
    private boolean endedHere;
    private boolean endAwaited;

    private sealed interface Piece {
        record Bytes(byte[] content) implements Piece {}

        record End() implements Piece {}

        record Failed(Throwable cause) implements Piece {}
    }

    /** @param closed called when the reader stops before the end */
    ResponseBody(int bytesMax, Runnable closed) {
        this.bytesMax = bytesMax;
        this.closed = closed;
    }

    /** Starts to receive a response. Call it on the response's event loop, before the first piece. */
    void takeFrom(HttpClientResponse from) {
        context = Vertx.currentContext();
        from.pause();
        from.exceptionHandler(this::fail);
        from.handler(buffer -> {
            if (!discarding) pieces.add(new Piece.Bytes(bytes(buffer)));
        });
        from.endHandler(nothing -> {
            ended = true;
            pieces.add(new Piece.End());
        });
        from.fetch(PIECES_AHEAD);
        response = from;
    }

    /** The reader gets this error after the data that has arrived so far. */
    void fail(Throwable cause) {
        pieces.add(new Piece.Failed(cause));
    }

    /** Whether the whole response has arrived, so that its connection can be reused. */
    boolean isEnded() {
        return ended;
    }

    /** Ends the stream for the reader, even if more data arrives. Called on the reader's thread. */
    void endHere() {
        endedHere = true;
    }

    /**
     * Called when nothing is read any more. If the end of the response arrives soon, its connection can be reused.
     *
     * @param cancel called if it does not
     */
    void awaitEnd(Runnable cancel) {
        if (endAwaited) return;
        endAwaited = true;
        discard();
        context.runOnContext(nothing -> {
            if (ended) return;
            context.owner().setTimer(END_MS_MAX, late -> {
                if (!ended) cancel.run();
            });
        });
    }

    /**
     * Takes what is still to come and drops it. The HTTP client gives a connection to the next call as soon as the end
     * of this response is in its own queue, even if that queue is full and the connection therefore paused. Without a
     * reader it would stay paused, and the next call would wait for its response until its limit. Thread-safe; has no
     * effect before there is a response.
     */
    void discard() {
        discarding = true;
        HttpClientResponse rest = response;
        if (rest != null) rest.resume();
    }

    /** The first bytes that have been read, as text. */
    String beginningRead() {
        return beginning.toString(StandardCharsets.UTF_8);
    }

    /** The first bytes as text, read up to the end or to the size limit of errors. */
    String beginning() {
        try {
            return new String(readNBytes(BEGINNING_BYTES_MAX), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        if (length == 0) return 0;
        if (endedHere) return -1;
        if (offset == current.content.length && !next()) return -1;
        int count = Math.min(length, current.content.length - offset);
        System.arraycopy(current.content, offset, into, at, count);
        offset += count;
        return count;
    }

    /**
     * The number of bytes that can be read without waiting: a reader that fills its buffer must not wait for data that
     * has not arrived.
     */
    @Override
    public int available() {
        return current.content.length - offset;
    }

    @Override
    public void close() {
        if (!ended) closed.run();
    }

    /** Returns false at the end. */
    private boolean next() throws IOException {
        Piece piece = take();
        switch (piece) {
            case Piece.Bytes come -> {
                bytes += come.content.length;
                if (bytes > bytesMax) throw new TooLongException(bytesMax);
                current = come;
                offset = 0;
                keepBeginning();
                askForMore();
                return true;
            }
            case Piece.End end -> {
                pieces.add(end); // For later reads.
                return false;
            }
            case Piece.Failed failed -> {
                pieces.add(failed);
                throw new IOException("the response ended before its end", failed.cause);
            }
        }
    }

    private void keepBeginning() {
        int more = Math.min(current.content.length, BEGINNING_BYTES_MAX - beginning.size());
        if (more > 0) beginning.write(current.content, 0, more);
    }

    private Piece take() throws IOException {
        try {
            return pieces.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.run();
            InterruptedIOException interrupted = new InterruptedIOException();
            interrupted.initCause(new StoppedException());
            throw interrupted;
        }
    }

    private void askForMore() {
        if (++taken < PIECES_AHEAD / 2) return;
        int more = taken;
        taken = 0;
        context.runOnContext(nothing -> response.fetch(more));
    }

    private static byte[] bytes(Buffer buffer) {
        return buffer.getBytes();
    }
}
