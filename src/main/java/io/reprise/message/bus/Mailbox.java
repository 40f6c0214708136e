package io.reprise.message.bus;

import io.reprise.message.BusMessage;
import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that a verticle has not taken yet. Any thread puts messages in; the verticle's thread takes all that are
 * there, in order, in turns of limited length, so that its sockets and timers are served in between. Senders limit how
 * much can wait here: batches of runs are acknowledged, pages are requested one at a time, and commands are counted.
 */
final class Mailbox {
    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);
    private static final int MESSAGES_PER_TURN = 256;

    private final Context context;
    private final Consumer<BusMessage> handler;
    private final Queue<BusMessage> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean closed;

    Mailbox(Context context, Consumer<BusMessage> handler) {
        this.context = context;
        this.handler = handler;
    }

    void put(BusMessage message) {
        if (closed) return;
        waiting.add(message);
        wake();
    }

    void close() {
        closed = true;
        waiting.clear();
    }

    private void wake() {
        if (!woken.get() && woken.compareAndSet(false, true)) context.runOnContext(nothing -> turn());
    }

    /** Says that it is awake no more before it looks, so that a message put in meanwhile wakes it again. */
    private void turn() {
        woken.set(false);
        for (int i = 0; i < MESSAGES_PER_TURN && !closed; i++) {
            BusMessage message = waiting.poll();
            if (message == null) return;
            take(message);
        }
        if (!closed && !waiting.isEmpty()) wake();
    }

    /** A message that cannot be handled does not keep others from it. */
    private void take(BusMessage message) {
        try {
            handler.accept(message);
        } catch (RuntimeException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("message", message.getClass().getSimpleName())
                    .log("handling a message failed");
        }
    }
}
