package io.reprise.model;

import io.reprise.support.OwnThread;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.telemetry.LogFields;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * One turn of any model within its limits. The model works on its own thread while the caller watches it, so a model
 * that ignores its stop can be abandoned; later output is dropped.
 */
public final class ModelCall {
    private final ChatModel model;
    private final ModelRequest request;
    private OptionalLong firstPieceNanos = OptionalLong.empty();

    public ModelCall(ChatModel model, ModelRequest request) {
        this.model = model;
        this.request = request;
    }

    /**
     * Blocks until the turn has ended.
     *
     * @throws ModelFailure also if the model was silent for too long
     */
    public ModelTurn run(ModelSink sink, StopSignal stop) throws InterruptedException {
        WatchedSink watched = new WatchedSink(sink, request.limits());
        OwnThread<ModelTurn> work = OwnThread.start(
                "model " + model.name(), stop, LogFields.carriedTo(own -> model.stream(request, watched, own)));
        try {
            return watch(work, watched);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause(), stop);
        } finally {
            firstPieceNanos = watched.firstPieceNanos();
            watched.close();
        }
    }

    /** After {@link #run}: the time until the first piece; empty if there was none. */
    public OptionalLong firstPieceNanos() {
        return firstPieceNanos;
    }

    private static ModelTurn watch(OwnThread<ModelTurn> work, WatchedSink sink)
            throws InterruptedException, ExecutionException {
        while (true) {
            try {
                return work.await(sink.nanosToNextLook());
            } catch (TimeoutException e) {
                if (sink.nanosLeft() > 0) continue;
                sink.close();
                work.stop(Reason.TIME_LIMIT);
                throw ModelFailure.timeout(sink.lateness());
            }
        }
    }

    private static RuntimeException rethrown(Throwable cause, StopSignal stop) {
        if (stop.isStopped()) return new StoppedException();
        return switch (cause) {
            case ModelFailure failure -> failure;
            case Error error -> throw error;
            case RuntimeException exception -> exception;
            default -> new IllegalStateException("the model's thread ended unexpectedly", cause);
        };
    }
}
