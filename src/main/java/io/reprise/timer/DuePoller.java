package io.reprise.timer;

import io.reprise.support.Current;
import io.reprise.timer.DueStore.Look;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls for one kind of due items in batches, and again when the next item is due. Items are found again while they
 * stay due. For one event loop.
 */
final class DuePoller<T> {
    private static final Logger log = LoggerFactory.getLogger(DuePoller.class);

    private final Vertx vertx;
    private final Current<Limits> limits;
    private final String kind;
    private final Source<T> source;
    private final Consumer<T> tell;

    /** Where the next poll continues after a full batch, or null. */
    private T after;

    /** The next poll begins from the start, because items of shards without an owner were skipped. */
    private boolean fromStart;

    /** A poll is running or ended less than a pause ago. */
    private boolean busy;

    private boolean lookAgain;
    private boolean away;
    private long alarm = -1;

    /**
     * @param batch most items of one poll
     * @param pollMs interval at which the owner calls {@link #look}; no alarm is set for a later time
     * @param pauseMs pause between the end of a poll and the next one, whatever requests it
     */
    record Limits(int batch, long pollMs, long pauseMs) {}

    /**
     * Returns at most {@code limit} due items, longest due first, after the item {@code after}; null starts from the
     * first.
     */
    @FunctionalInterface
    interface Source<T> {
        Future<Look<T>> look(T after, int limit);
    }

    /** @param kind name of the kind of items in log lines */
    DuePoller(Vertx vertx, Current<Limits> limits, String kind, Source<T> source, Consumer<T> tell) {
        this.vertx = vertx;
        this.limits = limits;
        this.kind = kind;
        this.source = source;
        this.tell = tell;
    }

    void lookFromStart() {
        fromStart = true;
        look();
    }

    /** Starts a poll. Wake-ups during a poll, and shortly after it, cause only one more poll. */
    void look() {
        if (busy) {
            lookAgain = true;
            return;
        }
        busy = true;
        if (fromStart) after = null;
        fromStart = false;
        int batch = limits.get().batch();
        asked(batch)
                .map(look -> {
                    found(look, batch);
                    return look;
                })
                .onFailure(this::notFound)
                .onComplete(done -> vertx.setTimer(limits.get().pauseMs(), over -> rested()));
    }

    private Future<Look<T>> asked(int batch) {
        try {
            return source.look(after, batch);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void found(Look<T> look, int batch) {
        if (away) log.atInfo().addKeyValue("kind", kind).log("polling for due items works again");
        away = false;
        look.due().forEach(tell);
        boolean more = look.due().size() >= batch;
        after = more ? look.due().getLast() : null;
        if (more) lookAgain = true;
        else if (look.nextInMs() >= 0) wakeIn(look.nextInMs());
    }

    private void notFound(Throwable cause) {
        if (!away) {
            log.atWarn()
                    .addKeyValue("kind", kind)
                    .addKeyValue("cause", cause.toString())
                    .log("polling for due items failed");
        }
        away = true;
    }

    private void rested() {
        busy = false;
        if (!lookAgain) return;
        lookAgain = false;
        look();
    }

    private void wakeIn(long ms) {
        vertx.cancelTimer(alarm);
        if (ms < limits.get().pollMs()) alarm = vertx.setTimer(Math.max(1, ms), rings -> look());
    }
}
