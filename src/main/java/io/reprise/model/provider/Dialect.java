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
     * One call that goes over the given client.
     *
     * @param calls takes the parts of calls of tools, which langchain4j does not get to see
     */
    Call call(HttpClient client, ModelRequest request, Consumer<CallPart> calls);

    /**
     * @param model for this one call
     * @param state what the provider wants back in it
     */
    record Call(StreamingChatModel model, TurnState state) {}
}
