package io.reprise.model.provider;

import io.reprise.config.ModelSettings;
import io.reprise.config.read.SecretReference;
import io.reprise.model.ChatModel;
import io.reprise.model.demo.DemoModel;
import io.reprise.model.http.ProviderHttp;
import java.util.Map;
import java.util.Optional;

/** Creates the configured model. */
public final class Models {
    private Models() {}

    /**
     * @param environment resolves references to keys
     * @throws IllegalArgumentException naming the setting whose key does not exist
     */
    public static ChatModel of(ModelSettings settings, Map<String, String> environment, ProviderHttp http) {
        return switch (settings.provider()) {
            case DEMO -> new DemoModel();
            case OPENAI -> {
                String key = key("model.openai.apiKey", settings.openai().apiKey(), environment);
                yield remote("openai", settings.openai().name(), new OpenAiDialect(settings, key), http);
            }
            case ANTHROPIC -> {
                String key = key("model.anthropic.apiKey", settings.anthropic().apiKey(), environment);
                Dialect dialect = new AnthropicDialect(settings, key);
                yield remote("anthropic", settings.anthropic().name(), dialect, http);
            }
            case OLLAMA -> {
                String key = key("model.ollama.apiKey", settings.ollama().apiKey(), environment);
                yield remote("ollama", settings.ollama().name(), new OllamaDialect(settings, key), http);
            }
        };
    }

    private static ChatModel remote(String provider, String name, Dialect dialect, ProviderHttp http) {
        return new RemoteModel(provider, name, dialect, http);
    }

    private static String key(String setting, Optional<SecretReference> reference, Map<String, String> environment) {
        return reference
                .map(secret -> secret.resolve(environment)
                        .orElseThrow(() -> new IllegalArgumentException(setting + ": missing or empty: " + secret)))
                .orElse("");
    }
}
