package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.reprise.config.ModelSettings;
import io.reprise.config.ModelSettings.OpenAi;
import io.reprise.model.ModelRequest;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.event.TidyChunks;
import io.reprise.model.provider.event.WithBody;
import io.reprise.model.provider.event.WithTidyEvents;
import io.reprise.model.provider.state.ChatState;
import io.reprise.model.provider.state.Seal;
import io.reprise.model.provider.state.Turns;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The chat completions API of OpenAI. */
final class OpenAiDialect implements Dialect {
    private static final String AUTHORIZATION = "Authorization";

    private final ModelSettings settings;
    private final AtomicReference<String> habit = new AtomicReference<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> query = new LinkedHashMap<>();

    /** @param key empty for none */
    OpenAiDialect(ModelSettings settings, String key) {
        this.settings = settings;
        OpenAi openai = settings.openai();
        openai.headers().forEach(header -> put(header, ':', headers));
        openai.query().forEach(parameter -> put(parameter, '=', query));
        if (!key.isEmpty()) {
            boolean bearer = openai.apiKeyHeader().equalsIgnoreCase(AUTHORIZATION);
            headers.put(openai.apiKeyHeader(), bearer ? "Bearer " + key : key);
        }
    }

    @Override
    public Call call(HttpClient client, ModelRequest request, Consumer<CallPart> calls) {
        OpenAi openai = settings.openai();
        ChatState state = ChatState.ofChunks(
                Seal.of("openai", openai.name(), openai.baseUrl()),
                new Turns(request.messages()),
                openai.sendThoughts(),
                habit);
        HttpClient http = new WithTidyEvents(state.around(client), () -> new TidyChunks(calls));
        var model = OpenAiStreamingChatModel.builder()
                // langchain4j always requests the number of tokens, which some services reject.
                .httpClientBuilder(new ClientOf(
                        openai.askUsage() ? http : new WithBody(http, body -> body.remove("stream_options"))))
                .baseUrl(openai.baseUrl())
                .customHeaders(headers)
                .customQueryParams(query)
                .modelName(openai.name())
                .temperature(settings.temperature().orElse(null))
                .accumulateToolCallId(false)
                .returnThinking(true);
        Integer maxTokens = settings.maxTokens().orElse(null);
        StreamingChatModel built = switch (openai.maxTokensAs()) {
            case MAX_COMPLETION_TOKENS -> model.maxCompletionTokens(maxTokens).build();
            case MAX_TOKENS -> model.maxTokens(maxTokens).build();
        };
        return new Call(built, state);
    }

    private static void put(String pair, char separator, Map<String, String> into) {
        int at = pair.indexOf(separator);
        into.put(pair.substring(0, at).strip(), pair.substring(at + 1).strip());
    }
}
