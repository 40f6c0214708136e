package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.config.model.OpenAiApi;
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

/** The chat completions API of OpenAI, which many services have. */
final class OpenAiDialect implements Dialect {
    private static final String AUTHORIZATION = "Authorization";

    private final String provider;
    private final OpenAiApi api;
    private final ModelOptions options;
    private final AtomicReference<String> habit = new AtomicReference<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> query = new LinkedHashMap<>();

    /**
     * @param provider the name of its type, for what is kept for it
     * @param key empty for none
     */
    OpenAiDialect(String provider, OpenAiApi api, ModelOptions options, String key) {
        this.provider = provider;
        this.api = api;
        this.options = options;
        api.headers().forEach(header -> put(header, ':', headers));
        api.query().forEach(parameter -> put(parameter, '=', query));
        if (!key.isEmpty()) {
            boolean bearer = api.apiKeyHeader().equalsIgnoreCase(AUTHORIZATION);
            headers.put(api.apiKeyHeader(), bearer ? "Bearer " + key : key);
        }
    }

    @Override
    public Call call(HttpClient client, ModelRequest request, Consumer<CallPart> calls) {
        ChatState state = ChatState.ofChunks(
                Seal.of(provider, options.name(), api.baseUrl()),
                new Turns(request.messages()),
                api.sendThoughts(),
                habit);
        HttpClient http = new WithTidyEvents(state.around(client), () -> new TidyChunks(calls));
        var model = OpenAiStreamingChatModel.builder()
                // langchain4j always requests the number of tokens, which some services reject.
                .httpClientBuilder(
                        new ClientOf(api.askUsage() ? http : new WithBody(http, body -> body.remove("stream_options"))))
                .baseUrl(api.baseUrl())
                .customHeaders(headers)
                .customQueryParams(query)
                .modelName(options.name())
                .temperature(options.temperature().orElse(null))
                .accumulateToolCallId(false)
                .returnThinking(true);
        Integer maxTokens = options.maxTokens().orElse(null);
        StreamingChatModel built = switch (api.maxTokensAs()) {
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
