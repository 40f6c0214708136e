package io.reprise.model.provider;

import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.catalog.provider.ProviderSettings.Azure;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.model.OpenAiApi;
import io.reprise.config.model.OpenAiApi.MaxTokensAs;
import io.reprise.config.model.OpenAiApi.SendThoughts;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelProvider;
import io.reprise.model.demo.DemoModel;
import io.reprise.model.http.ProviderHttp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;

/** Creates models of the server's own types of providers and of those of plug-ins. */
public final class Models {
    private final Map<String, ModelProvider> plugins = new LinkedHashMap<>();
    private final ProviderTypes types;

    /** @throws IllegalArgumentException if two types have the same name */
    public Models(Iterable<ModelProvider> plugins) {
        Map<String, Function<Section, Map<String, Object>>> readers = new LinkedHashMap<>();
        for (ModelProvider plugin : plugins) {
            if (this.plugins.put(plugin.type(), plugin) != null) {
                throw new IllegalArgumentException("two plug-ins for providers of type " + plugin.type());
            }
            readers.put(plugin.type(), plugin::read);
        }
        this.types = new ProviderTypes().with(readers);
    }

    /**
     * With the plug-ins that this loader finds.
     *
     * @throws IllegalArgumentException if one of them cannot be used
     */
    public static Models load(ClassLoader loader) {
        try {
            return new Models(ServiceLoader.load(ModelProvider.class, loader));
        } catch (ServiceConfigurationError e) {
            throw new IllegalArgumentException("a plug-in for providers cannot be used: " + e.getMessage(), e);
        }
    }

    /** The types of providers that entries may have. */
    public ProviderTypes types() {
        return types;
    }

    /**
     * @param environment resolves references to keys
     * @param http made with the connection of these settings
     * @throws IllegalArgumentException naming a key that does not exist
     */
    public ChatModel of(
            ProviderSettings provider, ModelOptions options, Map<String, String> environment, ProviderHttp http) {
        String key = key(provider.apiKey(), environment);
        return switch (provider) {
            case ProviderSettings.Demo demo -> new DemoModel(options.takes(demo), options.contextTokens());
            case ProviderSettings.OpenAi openai ->
                openAi(openai, openai.api().resolved(environment), options, key, http);
            case Azure azure -> openAi(azure, api(azure, options), options, key, http);
            case ProviderSettings.HuggingFace face ->
                openAi(face, api(face.baseUrl(), face.apiKey(), true), options, key, http);
            // Mistral sends the number of tokens anyway, and refuses to be asked for it.
            case ProviderSettings.Mistral mistral ->
                openAi(mistral, api(mistral.baseUrl(), mistral.apiKey(), false), options, key, http);
            case ProviderSettings.Anthropic anthropic ->
                new RemoteModel(
                        anthropic, options, anthropic.baseUrl(), new AnthropicDialect(anthropic, options, key), http);
            case ProviderSettings.Ollama ollama ->
                new RemoteModel(ollama, options, ollama.baseUrl(), new OllamaDialect(ollama, options, key), http);
            case ProviderSettings.Gemini gemini ->
                new RemoteModel(gemini, options, gemini.baseUrl(), new GeminiDialect(gemini, options, key), http);
            case ProviderSettings.Other other -> plugin(other.type()).model(other, options, key);
        };
    }

    private ModelProvider plugin(String type) {
        ModelProvider plugin = plugins.get(type);
        if (plugin == null) throw new IllegalArgumentException("no plug-in for providers of type " + type);
        return plugin;
    }

    private static ChatModel openAi(
            ProviderSettings provider, OpenAiApi api, ModelOptions options, String key, ProviderHttp http) {
        return new RemoteModel(
                provider, options, api.baseUrl(), new OpenAiDialect(provider.type(), api, options, key), http);
    }

    /** With a version the deployment is in the address, without one the model names it. */
    private static OpenAiApi api(Azure azure, ModelOptions options) {
        String endpoint = azure.endpoint().replaceFirst("/$", "") + "/openai";
        boolean versioned = !azure.apiVersion().isEmpty();
        String deployment = azure.deployment().isEmpty() ? options.name() : azure.deployment();
        return new OpenAiApi(
                endpoint + (versioned ? "/deployments/" + deployment : "/v1"),
                azure.apiKey(),
                "api-key",
                List.of(),
                versioned ? List.of("api-version=" + azure.apiVersion()) : List.of(),
                azure.maxTokensAs(),
                azure.askUsage(),
                SendThoughts.WITH_TOOLS);
    }

    private static OpenAiApi api(String baseUrl, Optional<SecretReference> apiKey, boolean askUsage) {
        return new OpenAiApi(
                baseUrl,
                apiKey,
                "Authorization",
                List.of(),
                List.of(),
                MaxTokensAs.MAX_TOKENS,
                askUsage,
                SendThoughts.WITH_TOOLS);
    }

    private static String key(Optional<SecretReference> reference, Map<String, String> environment) {
        return reference
                .map(secret -> secret.resolve(environment)
                        .orElseThrow(() -> new IllegalArgumentException("apiKey: missing or empty: " + secret)))
                .orElse("");
    }
}
