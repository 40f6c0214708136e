package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.reprise.model.ModelRequest;

/** How a provider is spoken to: its address, key and parameters. */
@FunctionalInterface
interface Dialect {
    /** One call that goes over the given client. */
    Call call(HttpClient client, ModelRequest request);

    /**
     * @param model for this one call
     * @param state what the provider wants back in it
     */
    record Call(StreamingChatModel model, TurnState state) {}
}
