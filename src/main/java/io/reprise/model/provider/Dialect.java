package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.chat.StreamingChatModel;
import java.util.function.Consumer;

/** How a provider is spoken to: its address, key and parameters. */
@FunctionalInterface
interface Dialect {
    /**
     * A model whose one call goes over the given client.
     *
     * @param calls takes the parts of calls of tools, which langchain4j does not get to see
     */
    StreamingChatModel over(HttpClientBuilder client, Consumer<CallPart> calls);
}
