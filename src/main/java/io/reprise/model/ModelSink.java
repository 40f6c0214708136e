package io.reprise.model;

/**
 * Takes the pieces of a model's turn in their order. Its methods block while the run's readers are behind, and throw
 * {@link io.reprise.support.StopSignal.StoppedException} once the turn is stopped. Empty pieces are allowed.
 */
public interface ModelSink {
    void reasoning(String delta);

    void text(String delta);

    /** The model begins to call a tool; {@code index} tells the calls of this turn apart. */
    void toolCallStart(int index, String name);

    void toolCallArguments(int index, String delta);

    void toolCallEnd(int index);
}
