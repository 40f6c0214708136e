package io.reprise.model;

/** A sink for calls without tools, of whose answer only the text counts. */
public interface TextSink extends ModelSink {
    @Override
    default void reasoning(String delta) {}

    @Override
    default void toolCallStart(int index, String name) {}

    @Override
    default void toolCallArguments(int index, String delta) {}

    @Override
    default void toolCallEnd(int index) {}
}
