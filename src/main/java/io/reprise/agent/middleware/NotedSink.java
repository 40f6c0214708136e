package io.reprise.agent.middleware;

import io.reprise.model.ModelSink;

/** Records whether the model has sent anything. */
public final class NotedSink implements ModelSink {
    private final ModelSink to;
    private volatile boolean used;

    public NotedSink(ModelSink to) {
        this.to = to;
    }

    /** Whether readers may have seen the beginning of an answer. */
    public boolean isUsed() {
        return used;
    }

    @Override
    public void reasoning(String delta) {
        used |= !delta.isEmpty();
        to.reasoning(delta);
    }

    @Override
    public void text(String delta) {
        used |= !delta.isEmpty();
        to.text(delta);
    }

    @Override
    public void toolCallStart(int index, String name) {
        used = true;
        to.toolCallStart(index, name);
    }

    @Override
    public void toolCallArguments(int index, String delta) {
        to.toolCallArguments(index, delta);
    }

    @Override
    public void toolCallEnd(int index) {
        to.toolCallEnd(index);
    }
}
