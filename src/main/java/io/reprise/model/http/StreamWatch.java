package io.reprise.model.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import java.util.Optional;

/**
 * Between a stream's parser and its listener: the first failure, be it an error that the provider sends in the place of
 * an event or an event that the listener does not understand, ends the stream and is told once. What a provider marks as
 * its last event is the end of the stream: some leave the connection open behind it.
 */
final class StreamWatch implements ServerSentEventListener {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String OPENAI_END = "[DONE]";
    private static final String ANTHROPIC_END = "message_stop";
    private static final String OLLAMA_END = "\"done\":true";

    private final ServerSentEventListener listener;
    private final Runnable completed;
    private boolean over;
    private boolean marked;
    private boolean begun;
    private boolean complete;

    /** @param completed called when nothing more is to come */
    StreamWatch(ServerSentEventListener listener, Runnable completed) {
        this.listener = listener;
        this.completed = completed;
    }

    @Override
    public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
        if (over || complete) return;
        begun = true;
        if (event.data().equals(OPENAI_END)) marked = true;
        Optional<ProviderError> error = ProviderError.ofEvent(event.data());
        if (error.isPresent()) {
            end(error.get(), context);
            return;
        }
        try {
            listener.onEvent(event, context);
            if (isLast(event)) complete();
        } catch (RuntimeException e) {
            end(e, context);
        }
    }

    /** Not by the parser's handle: langchain4j takes that for a cancelled call. */
    private void complete() {
        complete = true;
        completed.run();
    }

    private static boolean isLast(ServerSentEvent event) {
        String data = event.data();
        if (data.equals(OPENAI_END) || ANTHROPIC_END.equals(event.event())) return true;
        return data.contains(OLLAMA_END) && isDone(data);
    }

    /** The words may stand for something else, in the arguments of a call. */
    private static boolean isDone(String data) {
        try {
            return MAPPER.readTree(data).path("done").asBoolean();
        } catch (JsonProcessingException e) {
            return false;
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

    /** Whether there was any event. */
    boolean isBegun() {
        return begun;
    }

    /** Whether nothing more is to come, and nothing went wrong. */
    boolean isComplete() {
        return complete;
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
