package io.reprise.model.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;

/** Gives a provider what it wants back and reads what it gives, next to the wire. */
record WithTurnState(HttpClient client, TurnState state) implements HttpClient {
    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        client.execute(with(request), parser, new Reading(listener, state));
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        return client.execute(with(request));
    }

    private HttpRequest with(HttpRequest request) {
        ObjectNode body = JsonText.parsed(request.body()).orElseThrow();
        state.give(body);
        return HttpRequest.builder()
                .method(request.method())
                .url(request.url())
                .headers(request.headers())
                .body(body.toString())
                .build();
    }

    private record Reading(ServerSentEventListener listener, TurnState state) implements ServerSentEventListener {
        @Override
        public void onOpen(SuccessfulHttpResponse response) {
            listener.onOpen(response);
        }

        @Override
        public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
            state.take(event);
            listener.onEvent(event, context);
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
