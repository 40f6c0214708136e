package io.reprise.catalog;

import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.ModelDefinition;
import io.reprise.config.ModelSettings;
import io.reprise.config.model.Connection;
import io.reprise.config.model.OpenAiApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The entries that the settings below {@code model} stand for, and the agent that the server brings along. */
public final class SettingsEntries {
    private SettingsEntries() {}

    /** A provider and a model; a prompt if there is one; the default agent. */
    public static List<Entry> of(ModelSettings settings) {
        List<Entry> entries = new ArrayList<>();
        entries.add(entry(Kind.PROVIDER, ModelDefinition.OF_SETTINGS, provider(settings)));
        entries.add(entry(Kind.MODEL, ModelDefinition.OF_SETTINGS, model(settings)));
        if (!settings.systemPrompt().isBlank()) {
            entries.add(entry(Kind.PROMPT, AgentDefinition.DEFAULT, Map.of("text", settings.systemPrompt())));
        }
        entries.add(entry(Kind.AGENT, AgentDefinition.DEFAULT, Map.of()));
        return entries;
    }

    private static Entry entry(Kind kind, String name, Map<String, Object> body) {
        return new Entry(new EntryKey(kind, name), Origin.SETTINGS, 1, body, null, 0);
    }

    private static Map<String, Object> provider(ModelSettings settings) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", word(settings.provider()));
        switch (settings.provider()) {
            case DEMO -> {
                return body;
            }
            case OPENAI -> openAi(body, settings.openai().api());
            case ANTHROPIC -> {
                body.put("baseUrl", settings.anthropic().baseUrl());
                put(body, "apiKey", settings.anthropic().apiKey().map(Object::toString));
            }
            case OLLAMA -> {
                body.put("baseUrl", settings.ollama().baseUrl());
                put(body, "apiKey", settings.ollama().apiKey().map(Object::toString));
            }
        }
        Connection connection = settings.connection();
        body.put("connectMs", connection.connectMs());
        body.put("connectionsMax", connection.connectionsMax());
        body.put("responseBytesMax", connection.responseBytesMax());
        return body;
    }

    private static void openAi(Map<String, Object> body, OpenAiApi api) {
        body.put("baseUrl", api.baseUrl());
        put(body, "apiKey", api.apiKey().map(Object::toString));
        body.put("apiKeyHeader", api.apiKeyHeader());
        body.put("headers", api.headers());
        body.put("query", api.query());
        body.put("maxTokensAs", word(api.maxTokensAs()));
        body.put("askUsage", api.askUsage());
        body.put("sendThoughts", word(api.sendThoughts()));
    }

    private static Map<String, Object> model(ModelSettings settings) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("provider", ModelDefinition.OF_SETTINGS);
        body.put("name", settings.name());
        put(body, "temperature", settings.temperature());
        put(body, "maxTokens", settings.maxTokens());
        put(body, "contextTokens", settings.contextTokens());
        put(body, "takes", settings.takes());
        if (settings.provider() == ModelSettings.Provider.ANTHROPIC) {
            body.put("thinkingTokens", settings.anthropic().thinkingTokens());
        }
        return body;
    }

    private static void put(Map<String, Object> body, String key, Optional<?> value) {
        value.ifPresent(given -> body.put(key, given));
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
