package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import io.reprise.config.ModelSettings;
import io.reprise.config.ModelSettings.Anthropic;
import io.reprise.model.ModelRequest;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.event.TidyAnthropic;
import io.reprise.model.provider.event.WithTidyEvents;
import io.reprise.model.provider.state.AnthropicState;
import io.reprise.model.provider.state.Seal;
import io.reprise.model.provider.state.TurnState;
import io.reprise.model.provider.state.Turns;
import java.util.function.Consumer;

/** The API of Anthropic. */
final class AnthropicDialect implements Dialect {
    /** The API requires a limit, and the default of langchain4j would cut off ordinary answers. */
    private static final int MAX_TOKENS = 8_192;

    private final ModelSettings settings;
    private final String key;

    AnthropicDialect(ModelSettings settings, String key) {
        this.settings = settings;
        this.key = key;
    }

    @Override
    public Call call(HttpClient client, ModelRequest request, Consumer<CallPart> calls) {
        Anthropic anthropic = settings.anthropic();
        Seal seal = Seal.of("anthropic", anthropic.name(), anthropic.baseUrl());
        TurnState state = new AnthropicState(seal, new Turns(request.messages()));
        HttpClient http = new WithTidyEvents(state.around(client), () -> new TidyAnthropic(calls));
        var model = AnthropicStreamingChatModel.builder()
                .httpClientBuilder(new ClientOf(http))
                .baseUrl(anthropic.baseUrl())
                .apiKey(key)
                .modelName(anthropic.name())
                .temperature(settings.temperature().orElse(null))
                .maxTokens(settings.maxTokens().orElse(MAX_TOKENS + anthropic.thinkingTokens()))
                .returnThinking(true);
        if (anthropic.thinkingTokens() > 0) {
            model.thinkingType("enabled").thinkingBudgetTokens(anthropic.thinkingTokens());
        }
        return new Call(model.build(), state);
    }
}
