package io.reprise.outgoing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again for calls that are due, and makes them, a limited number at the same time. For one event loop.
 *
 * @param <T> a call that is due
 */
public final class DueCalls<T> {
    private static final Logger log = LoggerFactory.getLogger(DueCalls.class);
    private static final int STOP_MS = 3_000;

    private final String what;
    private final IntSupplier atOnceMax;
    private final IntFunction<Future<List<T>>> take;
    private final Function<T, Future<?>> attempt;
    private final Set<Future<?>> underWay = new HashSet<>();
    private long timer = -1;
    private boolean taking;
    private boolean stopping;

    /**
     * @param what kind of calls, for the log
     * @param take takes at most so many that are due
     * @param attempt makes a call and records its result; if that fails, the call is taken again later
     */
    public DueCalls(
            String what, IntSupplier atOnceMax, IntFunction<Future<List<T>>> take, Function<T, Future<?>> attempt) {
        this.what = what;
        this.atOnceMax = atOnceMax;
        this.take = take;
        this.attempt = attempt;
    }

    public void start(Vertx vertx, int pollMs) {
        timer = vertx.setPeriodic(pollMs, due -> look());
    }

    /** Lets attempts come to their result for a moment. */
    public Future<?> stop(Vertx vertx) {
        stopping = true;
        vertx.cancelTimer(timer);
        return Future.join(List.copyOf(underWay))
                .timeout(STOP_MS, TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    private void look() {
        int room = atOnceMax.getAsInt() - underWay.size();
        if (taking || stopping || room <= 0) return;
        taking = true;
        take.apply(room)
                .onComplete(done -> taking = false)
                .onSuccess(found -> found.forEach(this::begin))
                .onFailure(cause -> log.atDebug()
                        .addKeyValue("what", what)
                        .addKeyValue("cause", cause.toString())
                        .log("calls that are due could not be looked for"));
    }

    private void begin(T due) {
        Future<?> result = attempt.apply(due);
        underWay.add(result);
        result.onComplete(done -> {
            underWay.remove(result);
            if (done.failed()) {
                log.atWarn()
                        .addKeyValue("what", what)
                        .addKeyValue("cause", done.cause().toString())
                        .log("the result of a call was not recorded; it is made again");
                return;
            }
            // There may be more than fitted in one look.
            look();
        });
    }
}
