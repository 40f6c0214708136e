package io.reprise.agent.background;

import io.reprise.agent.background.BackgroundCalls.Place;
import io.reprise.message.content.Content;
import io.reprise.tool.Background;

/** The way to the background for the tool of one call. */
public final class CallBackground implements Background {
    private final BackgroundCalls calls;
    private final Place place;
    private volatile boolean started;

    public CallBackground(BackgroundCalls calls, Place place) {
        this.calls = calls;
        this.place = place;
    }

    @Override
    public Content start(Work work) throws InterruptedException {
        Content answer = calls.start(place, work::run);
        started = true;
        return answer;
    }

    /** Whether the answer of the tool is that it has started. */
    public boolean hasStarted() {
        return started;
    }
}
