package io.reprise.model.provider.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import io.reprise.model.provider.json.JsonText;
import java.util.function.Consumer;

/**
 * Changes the request bodies that langchain4j sends.
 *
 * @param change changes the body of each request
 */
public record WithBody(HttpClient client, Consumer<ObjectNode> change) implements HttpClient {
    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        client.execute(changed(request), parser, listener);
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        return client.execute(changed(request));
    }

    private HttpRequest changed(HttpRequest request) {
        ObjectNode body = JsonText.parsed(request.body()).orElseThrow();
        change.accept(body);
        return HttpRequest.builder()
                .method(request.method())
                .url(request.url())
                .headers(request.headers())
                .body(body.toString())
                .build();
    }
}
