package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import io.reprise.config.ModelSettings;
import java.util.Map;
import java.util.function.Consumer;

/** Ollama's chat. A model that can think does so, and one that cannot is not asked to. */
final class OllamaDialect implements Dialect {
    private final ModelSettings settings;
    private final Map<String, String> headers;

    /** @param key empty for none */
    OllamaDialect(ModelSettings settings, String key) {
        this.settings = settings;
        this.headers = key.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + key);
    }

    @Override
    public StreamingChatModel over(HttpClientBuilder client, Consumer<CallPart> calls) {
        return OllamaStreamingChatModel.builder()
                .httpClientBuilder(new ClientOf(new WithTidyEvents(client.build(), () -> new TidyOllama(calls))))
                .baseUrl(settings.ollama().baseUrl())
                .customHeaders(headers)
                .modelName(settings.ollama().name())
                .temperature(settings.temperature().orElse(null))
                .numPredict(settings.maxTokens().orElse(null))
                .returnThinking(true)
                .build();
    }
}
