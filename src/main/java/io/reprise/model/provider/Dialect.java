package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.reprise.model.ModelRequest;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.state.TurnState;
import java.util.function.Consumer;

/** The API of a provider: URL, key and parameters. */
@FunctionalInterface
interface Dialect {
    /**
     * A call through this client.
     *
     * @param calls receives parts of tool calls, which are hidden from langchain4j
     */
    Call call(HttpClient client, ModelRequest request, Consumer<CallPart> calls);

    /**
     * @param model for this call only
     * @param state data to send back to the provider in this call
     */
    record Call(StreamingChatModel model, TurnState state) {}
}
