package io.reprise.model.provider.event;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Gives langchain4j normalised event streams.
 *
 * @param tidies creates the normaliser of a response
 */
public record WithTidyEvents(HttpClient client, Supplier<Tidy> tidies) implements HttpClient {
    /** Normalises the events of one response. */
    @FunctionalInterface
    public interface Tidy {
        /** Receives the next event and passes to {@code onward} what langchain4j should receive. */
        void tidy(ServerSentEvent event, Consumer<ServerSentEvent> onward);
    }

    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        client.execute(request, parser, new Tidying(listener, tidies.get()));
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        return client.execute(request);
    }

    private record Tidying(ServerSentEventListener listener, Tidy tidy) implements ServerSentEventListener {
        @Override
        public void onOpen(SuccessfulHttpResponse response) {
            listener.onOpen(response);
        }

        @Override
        public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
            tidy.tidy(event, tidied -> listener.onEvent(tidied, context));
        }

        @Override
        public void onError(Throwable error) {
            listener.onError(error);
        }

        @Override
        public void onClose() {
            listener.onClose();
        }
    }
}
