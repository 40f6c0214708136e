package io.reprise.model;

/**
 * Receives the pieces of a model's turn in order. Its methods block while readers of the run are behind, and throw
 * {@link io.reprise.support.StopSignal.StoppedException} when the turn is stopped. Empty pieces are allowed.
 */
public interface ModelSink {
    void reasoning(String delta);

    void text(String delta);

    /** The model begins a tool call; {@code index} identifies the call within this turn. */
    void toolCallStart(int index, String name);

    void toolCallArguments(int index, String delta);

    void toolCallEnd(int index);
}
