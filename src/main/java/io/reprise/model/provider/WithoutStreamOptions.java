package io.reprise.model.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;

/** Takes away what langchain4j always asks for, the count of tokens, and some services refuse. */
record WithoutStreamOptions(HttpClient client) implements HttpClient {
    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        client.execute(without(request), parser, listener);
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        return client.execute(without(request));
    }

    private static HttpRequest without(HttpRequest request) {
        ObjectNode body = JsonText.parsed(request.body()).orElseThrow();
        body.remove("stream_options");
        return HttpRequest.builder()
                .method(request.method())
                .url(request.url())
                .headers(request.headers())
                .body(body.toString())
                .build();
    }
}
