package io.reprise.model;

import io.reprise.support.StopSignal;

/** Port: a model that answers a conversation, turn by turn. Called through {@link ModelCall}, which keeps the limits. */
public interface ChatModel {
    /** Who runs the model, such as {@code demo}. */
    String provider();

    /** The provider's name for the model. */
    String name();

    /**
     * One turn, on the caller's thread: pieces go to {@code sink} as they come, from one thread at a time. Returns or
     * throws promptly once {@code stop} has been stopped or the thread interrupted, also before the first piece.
     *
     * @throws ModelFailure when there is no (complete) answer
     * @throws StopSignal.StoppedException or {@link InterruptedException} after a stop
     */
    ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) throws InterruptedException;
}
