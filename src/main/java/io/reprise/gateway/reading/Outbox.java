package io.reprise.gateway.reading;

import io.reprise.config.ServerSettings;
import io.reprise.support.MonotonicClock;
import io.vertx.core.Future;
import java.util.function.IntConsumer;

/**
 * Counts the bytes that are queued for one socket. Frames are written immediately; this counts what is written but not
 * yet sent. Above the limit readers stop pushing and keep a cursor instead; below half of it they continue.
 */
public final class Outbox {
    /** A long frame is written in parts, so that progress of a slow client is visible. */
    private static final int PART_CHARS = 16_384;

    private final Writer writer;
    private final int bytesMax;
    private final int stallMs;
    private final MonotonicClock clock;
    private final IntConsumer counted;
    private final Runnable drained;
    private final Runnable broken;
    private long queuedBytes;
    private long queuedAnswerBytes;
    private long progressMs;
    private boolean full;

    /** Port: the socket. The future completes when the part was sent. */
    @FunctionalInterface
    public interface Writer {
        Future<Void> write(String part, boolean first, boolean last);
    }

    /**
     * @param counted is told how many more bytes are queued; negative if some have left
     * @param drained called when the queue was full and has room again
     * @param broken called when a write failed, because the client has disconnected
     */
    public Outbox(
            Writer writer,
            ServerSettings limits,
            MonotonicClock clock,
            IntConsumer counted,
            Runnable drained,
            Runnable broken) {
        this.writer = writer;
        this.bytesMax = limits.outboxBytesMax();
        this.stallMs = limits.stallMs();
        this.clock = clock;
        this.counted = counted;
        this.drained = drained;
        this.broken = broken;
    }

    public boolean full() {
        return full;
    }

    /** Queues a frame for a reader. The reader must check {@link #full} before. */
    public void push(String frame) {
        enqueue(frame, false);
    }

    /** Queues an answer, even above the limit. Returns false if answers alone have reached the limit. */
    public boolean answer(String frame) {
        enqueue(frame, true);
        return queuedAnswerBytes <= bytesMax;
    }

    /** Counts other written bytes like an answer. Returns false as above. */
    public boolean answer(int bytes, Future<Void> written) {
        if (queuedBytes == 0) progressMs = clock.elapsedMs();
        count(bytes, true, written);
        return queuedAnswerBytes <= bytesMax;
    }

    /** Whether data is queued, and nothing was sent for too long. */
    public boolean stalled() {
        return queuedBytes > 0 && clock.elapsedMs() - progressMs >= stallMs;
    }

    private void enqueue(String frame, boolean answer) {
        if (queuedBytes == 0) progressMs = clock.elapsedMs();
        int begin = 0;
        do {
            int end = partEnd(frame, begin);
            write(frame.substring(begin, end), begin == 0, end == frame.length(), answer);
            begin = end;
        } while (begin < frame.length());
    }

    private void write(String part, boolean first, boolean last, boolean answer) {
        count(utf8Bytes(part), answer, writer.write(part, first, last));
    }

    private void count(int bytes, boolean answer, Future<Void> written) {
        queuedBytes += bytes;
        counted.accept(bytes);
        if (answer) queuedAnswerBytes += bytes;
        if (queuedBytes > bytesMax) full = true;
        written.onComplete(done -> {
            if (done.failed()) broken.run();
            left(bytes, answer);
        });
    }

    private void left(int bytes, boolean answer) {
        progressMs = clock.elapsedMs();
        queuedBytes -= bytes;
        counted.accept(-bytes);
        if (answer) queuedAnswerBytes -= bytes;
        if (!full || queuedBytes > bytesMax / 2) return;
        full = false;
        drained.run();
    }

    private static int partEnd(String frame, int begin) {
        int end = Math.min(frame.length(), begin + PART_CHARS);
        boolean splitsPair = end < frame.length() && Character.isHighSurrogate(frame.charAt(end - 1));
        return splitsPair ? end - 1 : end;
    }

    /** Counts without copying, because it is called for every frame of every socket. */
    private static int utf8Bytes(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }
}
