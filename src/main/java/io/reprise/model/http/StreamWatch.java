package io.reprise.model.http;

import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import java.util.Optional;

/**
 * Between a stream's parser and its listener: the first failure, be it an error that the provider sends in the place of
 * an event or an event that the listener does not understand, ends the stream and is told once.
 */
final class StreamWatch implements ServerSentEventListener {
    private static final String END_MARK = "[DONE]";

    private final ServerSentEventListener listener;
    private boolean over;
    private boolean marked;

    StreamWatch(ServerSentEventListener listener) {
        this.listener = listener;
    }

    @Override
    public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
        if (over) return;
        if (event.data().equals(END_MARK)) marked = true;
        Optional<ProviderError> error = ProviderError.ofEvent(event.data());
        if (error.isPresent()) {
            end(error.get(), context);
            return;
        }
        try {
            listener.onEvent(event, context);
        } catch (RuntimeException e) {
            end(e, context);
        }
    }

    @Override
    public void onError(Throwable error) {
        if (over) return;
        over = true;
        listener.onError(error);
    }

    /** Whether the provider said that its stream is complete, in the way of OpenAI. */
    boolean isMarkedComplete() {
        return marked;
    }

    /** The parser came to the end of the stream. */
    void parsed() {
        if (over) return;
        over = true;
        listener.onClose();
    }

    private void end(Throwable error, ServerSentEventContext context) {
        onError(error);
        context.parsingHandle().cancel();
    }
}
