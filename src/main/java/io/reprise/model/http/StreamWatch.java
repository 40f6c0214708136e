package io.reprise.model.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import java.util.regex.Pattern;

/**
 * Watches a stream between its parser and its listener. The first failure ends the stream and is reported once: an
 * error event of the provider, or an event that the listener cannot handle. The provider's final event ends the stream,
 * even if the connection stays open.
 */
final class StreamWatch implements ServerSentEventListener {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String OPENAI_END = "[DONE]";
    private static final String ANTHROPIC_END = "message_stop";
    private static final Pattern OLLAMA_END = Pattern.compile("\"done\"\\s*:\\s*true");

    private final ServerSentEventListener listener;
    private final Secrets secrets;
    private final Runnable completed;
    private boolean over;
    private boolean begun;
    private boolean complete;

    /**
     * @param secrets that errors must not quote
     * @param completed called when the stream is complete
     */
    StreamWatch(ServerSentEventListener listener, Secrets secrets, Runnable completed) {
        this.listener = listener;
        this.secrets = secrets;
        this.completed = completed;
    }

    @Override
    public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
        if (over || complete) return;
        begun = true;
        if (ProviderError.ofEvent(event.event(), event.data()).isPresent()) {
            end(masked(event), context);
            return;
        }
        try {
            listener.onEvent(event, context);
            if (isLast(event)) complete();
        } catch (RuntimeException e) {
            end(e, context);
        }
    }

    private ProviderError masked(ServerSentEvent event) {
        return ProviderError.ofEvent(event.event(), secrets.masked(event.data()))
                .orElseThrow();
    }

    /** Does not use the parser's handle, because langchain4j would report a cancelled call. */
    private void complete() {
        complete = true;
        completed.run();
    }

    private static boolean isLast(ServerSentEvent event) {
        String data = event.data();
        if (data.equals(OPENAI_END) || ANTHROPIC_END.equals(event.event())) return true;
        return OLLAMA_END.matcher(data).find() && isDone(data);
    }

    /** Only an exact match counts, because the arguments of a call may contain the same words. */
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

    /** Whether there has been any event. */
    boolean isBegun() {
        return begun;
    }

    /** Whether the provider has marked the stream as complete. */
    boolean isComplete() {
        return complete;
    }

    /** The parser has reached the end of the stream. */
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
