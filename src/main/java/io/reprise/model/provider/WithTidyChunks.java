package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;

/** Gives langchain4j what services that resemble OpenAI send in the form that OpenAI itself sends; see {@link TidyChunks}. */
record WithTidyChunks(HttpClient client) implements HttpClient {
    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        client.execute(request, parser, new Tidying(listener, new TidyChunks()));
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        return client.execute(request);
    }

    private record Tidying(ServerSentEventListener listener, TidyChunks chunks) implements ServerSentEventListener {
        @Override
        public void onOpen(SuccessfulHttpResponse response) {
            listener.onOpen(response);
        }

        @Override
        public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
            for (String data : chunks.tidy(event.data())) {
                listener.onEvent(new ServerSentEvent(event.event(), data), context);
            }
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
