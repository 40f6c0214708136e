package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import io.reprise.config.ModelSettings;
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
    private final ModelSettings settings;
    private final Map<String, String> headers;

    /** @param key empty for none */
    OllamaDialect(ModelSettings settings, String key) {
        this.settings = settings;
        this.headers = key.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + key);
    }

    @Override
    public Call call(HttpClient client, ModelRequest request, Consumer<CallPart> calls) {
        ModelSettings.Ollama ollama = settings.ollama();
        Seal seal = Seal.of("ollama", ollama.name(), ollama.baseUrl());
        TurnState state = ChatState.ofLines(seal, new Turns(request.messages()));
        HttpClient http = new WithTidyEvents(state.around(client), () -> new TidyOllama(calls));
        var model = OllamaStreamingChatModel.builder()
                .httpClientBuilder(new ClientOf(http))
                .baseUrl(ollama.baseUrl())
                .customHeaders(headers)
                .modelName(ollama.name())
                .temperature(settings.temperature().orElse(null))
                .numPredict(settings.maxTokens().orElse(null))
                .returnThinking(true);
        return new Call(model.build(), state);
    }
}
