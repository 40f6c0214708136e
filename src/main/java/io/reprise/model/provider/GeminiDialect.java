package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.model.googleai.GeminiThinkingConfig;
import dev.langchain4j.model.googleai.GoogleAiGeminiStreamingChatModel;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings.Gemini;
import io.reprise.model.ModelRequest;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.event.TidyGemini;
import io.reprise.model.provider.event.WithTidyEvents;
import io.reprise.model.provider.state.GeminiState;
import io.reprise.model.provider.state.Seal;
import io.reprise.model.provider.state.TurnState;
import io.reprise.model.provider.state.Turns;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The API of Google Gemini. */
final class GeminiDialect implements Dialect {
    private final Gemini gemini;
    private final ModelOptions options;
    private final String key;
    private final AtomicBoolean demanding = new AtomicBoolean();

    GeminiDialect(Gemini gemini, ModelOptions options, String key) {
        this.gemini = gemini;
        this.options = options;
        this.key = key;
    }

    @Override
    public Call call(HttpClient client, ModelRequest request, Consumer<CallPart> calls) {
        Seal seal = Seal.of(gemini.type(), options.name(), gemini.baseUrl());
        TurnState state = new GeminiState(seal, new Turns(request.messages()), demanding);
        HttpClient http = new WithTidyEvents(state.around(client), () -> new TidyGemini(calls));
        var model = GoogleAiGeminiStreamingChatModel.builder()
                .httpClientBuilder(new ClientOf(http))
                .baseUrl(gemini.baseUrl())
                .apiKey(key)
                .modelName(options.name())
                .temperature(options.temperature().orElse(null))
                .maxOutputTokens(options.maxTokens().orElse(null))
                .returnThinking(true);
        if (options.thinkingTokens() > 0) {
            model.thinkingConfig(GeminiThinkingConfig.builder()
                    .includeThoughts(true)
                    .thinkingBudget(options.thinkingTokens())
                    .build());
        }
        return new Call(model.build(), state);
    }
}
