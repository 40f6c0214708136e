package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings.Anthropic;
import io.reprise.model.ModelRequest;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.event.TidyAnthropic;
import io.reprise.model.provider.event.WithBody;
import io.reprise.model.provider.event.WithTidyEvents;
import io.reprise.model.provider.request.CacheMarks;
import io.reprise.model.provider.state.AnthropicState;
import io.reprise.model.provider.state.Seal;
import io.reprise.model.provider.state.TurnState;
import io.reprise.model.provider.state.Turns;
import java.util.function.Consumer;

/** The API of Anthropic. */
final class AnthropicDialect implements Dialect {
    /** The API requires a limit, and the default of langchain4j would cut off ordinary answers. */
    private static final int MAX_TOKENS = 8_192;

    private final Anthropic anthropic;
    private final ModelOptions options;
    private final String key;

    AnthropicDialect(Anthropic anthropic, ModelOptions options, String key) {
        this.anthropic = anthropic;
        this.options = options;
        this.key = key;
    }

    @Override
    public Call call(HttpClient client, ModelRequest request, Consumer<CallPart> calls) {
        Seal seal = Seal.of(anthropic.type(), options.name(), anthropic.baseUrl());
        TurnState state = new AnthropicState(seal, new Turns(request.messages()));
        HttpClient marking = new WithBody(client, body -> CacheMarks.mark(body, anthropic.cache()));
        HttpClient http = new WithTidyEvents(state.around(marking), () -> new TidyAnthropic(calls));
        var model = AnthropicStreamingChatModel.builder()
                .httpClientBuilder(new ClientOf(http))
                .baseUrl(anthropic.baseUrl())
                .apiKey(key)
                .modelName(options.name())
                .temperature(options.temperature().orElse(null))
                .maxTokens(options.maxTokens().orElse(MAX_TOKENS + options.thinkingTokens()))
                .returnThinking(true);
        if (options.thinkingTokens() > 0) {
            model.thinkingType("enabled").thinkingBudgetTokens(options.thinkingTokens());
        }
        return new Call(model.build(), state);
    }
}
