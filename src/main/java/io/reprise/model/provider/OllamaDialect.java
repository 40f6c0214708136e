package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings.Ollama;
import io.reprise.model.ModelRequest;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.event.TidyOllama;
import io.reprise.model.provider.event.WithTidyEvents;
import io.reprise.model.provider.state.ChatState;
import io.reprise.model.provider.state.Seal;
import io.reprise.model.provider.state.TurnState;
import io.reprise.model.provider.state.Turns;
import java.util.Map;
import java.util.function.Consumer;

/** The chat API of Ollama. Reasoning is requested only from models that support it. */
final class OllamaDialect implements Dialect {
    private final Ollama ollama;
    private final ModelOptions options;
    private final Map<String, String> headers;

    /** @param key empty for none */
    OllamaDialect(Ollama ollama, ModelOptions options, String key) {
        this.ollama = ollama;
        this.options = options;
        this.headers = key.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + key);
    }

    @Override
    public Call call(HttpClient client, ModelRequest request, Consumer<CallPart> calls) {
        Seal seal = Seal.of(ollama.type(), options.name(), ollama.baseUrl());
        TurnState state = ChatState.ofLines(seal, new Turns(request.messages()));
        HttpClient http = new WithTidyEvents(state.around(client), () -> new TidyOllama(calls));
        var model = OllamaStreamingChatModel.builder()
                .httpClientBuilder(new ClientOf(http))
                .baseUrl(ollama.baseUrl())
                .customHeaders(headers)
                .modelName(options.name())
                .temperature(options.temperature().orElse(null))
                .numPredict(options.maxTokens().orElse(null))
                .numCtx(options.numCtx().orElse(null))
                .returnThinking(true);
        return new Call(model.build(), state);
    }
}
