package io.reprise.model;

import io.reprise.model.ModelRequest.Limits;
import io.reprise.support.Durations;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.support.Stopwatch;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Records when the model last sent something. Time spent inside the sink does not count as silence of the model. */
final class WatchedSink implements ModelSink {
    private final ModelSink sink;
    private final Limits limits;
    private final Stopwatch watch = Stopwatch.started();
    private volatile long idleSince;
    private volatile long begunNanos;
    private volatile boolean begun;
    private volatile boolean inside;
    private volatile boolean closed;

    WatchedSink(ModelSink sink, Limits limits) {
        this.sink = sink;
        this.limits = limits;
    }

    /** Time until the model has been silent for too long; zero or less if it has. */
    long nanosLeft() {
        long limit = TimeUnit.MILLISECONDS.toNanos(limitMs());
        return inside ? limit : limit - (watch.nanos() - idleSince);
    }

    /**
     * Time until {@link #nanosLeft} has to be checked again: after the first piece the shorter of the two limits
     * applies.
     */
    long nanosToNextLook() {
        return Math.min(nanosLeft(), TimeUnit.MILLISECONDS.toNanos(limits.idleMs()));
    }

    String lateness() {
        return begun
                ? "The model sent nothing for " + Durations.text(limits.idleMs()) + " during its answer."
                : "The model did not start to answer within " + Durations.text(limits.firstTokenMs()) + ".";
    }

    /** Time from the call to the first piece, if there was one. */
    OptionalLong firstPieceNanos() {
        return begun ? OptionalLong.of(begunNanos) : OptionalLong.empty();
    }

    /** Drops all later pieces. */
    void close() {
        closed = true;
    }

    @Override
    public void reasoning(String delta) {
        enter();
        sink.reasoning(delta);
        leave();
    }

    @Override
    public void text(String delta) {
        enter();
        sink.text(delta);
        leave();
    }

    @Override
    public void toolCallStart(int index, String name) {
        enter();
        sink.toolCallStart(index, name);
        leave();
    }

    @Override
    public void toolCallArguments(int index, String delta) {
        enter();
        sink.toolCallArguments(index, delta);
        leave();
    }

    @Override
    public void toolCallEnd(int index) {
        enter();
        sink.toolCallEnd(index);
        leave();
    }

    private void enter() {
        if (closed) throw new StoppedException();
        inside = true;
        if (begun) return;
        begunNanos = watch.nanos();
        begun = true;
    }

    private void leave() {
        idleSince = watch.nanos();
        inside = false;
    }

    private int limitMs() {
        return begun ? limits.idleMs() : limits.firstTokenMs();
    }
}
