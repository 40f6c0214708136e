package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.reprise.config.ModelSettings;
import io.reprise.config.ModelSettings.Anthropic;
import java.util.function.Consumer;

/** Anthropic's messages. */
final class AnthropicDialect implements Dialect {
    /** The interface wants a limit; langchain4j's own would cut off ordinary answers. */
    private static final int MAX_TOKENS = 8_192;

    private final ModelSettings settings;
    private final String key;

    AnthropicDialect(ModelSettings settings, String key) {
        this.settings = settings;
        this.key = key;
    }

    @Override
    public StreamingChatModel over(HttpClientBuilder client, Consumer<CallPart> calls) {
        Anthropic anthropic = settings.anthropic();
        var model = AnthropicStreamingChatModel.builder()
                .httpClientBuilder(new ClientOf(new WithTidyEvents(client.build(), () -> new TidyAnthropic(calls))))
                .baseUrl(anthropic.baseUrl())
                .apiKey(key)
                .modelName(anthropic.name())
                .temperature(settings.temperature().orElse(null))
                .maxTokens(settings.maxTokens().orElse(MAX_TOKENS + anthropic.thinkingTokens()))
                .returnThinking(true);
        if (anthropic.thinkingTokens() > 0) {
            model.thinkingType("enabled")
                    .thinkingBudgetTokens(anthropic.thinkingTokens())
                    .sendThinking(true);
        }
        return model.build();
    }
}
