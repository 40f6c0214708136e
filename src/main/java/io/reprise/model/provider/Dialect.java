package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.chat.StreamingChatModel;

/** How a provider is spoken to: its address, key and parameters. */
@FunctionalInterface
interface Dialect {
    /** A model whose one call goes over the given client. */
    StreamingChatModel over(HttpClientBuilder client);
}
