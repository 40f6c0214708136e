package io.reprise.catalog.provider;

import io.reprise.config.ModelSettings;
import io.reprise.config.model.Connection;
import io.reprise.config.model.ModelRules;
import io.reprise.config.model.OpenAiApi;
import io.reprise.config.model.OpenAiApi.MaxTokensAs;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How to reach a provider of models. Each type reads all its keys, whatever their values are, so a reading of an empty
 * section tells which keys exist.
 */
public sealed interface ProviderSettings {
    /** The name of the type, as in entries. */
    String type();

    Connection connection();

    /** Empty for none. */
    Optional<SecretReference> apiKey();

    /** All secrets that its requests contain. */
    default List<SecretReference> secrets() {
        return apiKey().stream().toList();
    }

    /** Whether the provider answers nobody without a key. */
    default boolean needsKey() {
        return true;
    }

    /** Where its interface is; empty if it has none, or if only a plug-in knows. */
    default Optional<URI> address() {
        String address = switch (this) {
            case OpenAi its -> its.api().baseUrl();
            case Azure its -> its.endpoint();
            case Anthropic its -> its.baseUrl();
            case Ollama its -> its.baseUrl();
            case HuggingFace its -> its.baseUrl();
            case Gemini its -> its.baseUrl();
            case Mistral its -> its.baseUrl();
            case Demo none -> null;
            case Other unknown -> null;
        };
        return Optional.ofNullable(address).map(URI::create);
    }

    /** What its models take unless their entries say otherwise. */
    Set<Attachment> takes();

    /** Reports what would make each answer fail, such as an API key that is not named. */
    default void check(Section section) {
        ModelRules.checkKeyIsNamed(section, apiKey(), needsKey());
    }

    /** The offline model. */
    record Demo() implements ProviderSettings {
        static final String TYPE = "demo";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Connection connection() {
            return Connection.STANDARD;
        }

        @Override
        public Optional<SecretReference> apiKey() {
            return Optional.empty();
        }

        @Override
        public boolean needsKey() {
            return false;
        }

        @Override
        public Set<Attachment> takes() {
            return Attachment.ALL;
        }

        static Demo read(Section section) {
            return new Demo();
        }
    }

    /** OpenAI and services with a compatible API. */
    record OpenAi(OpenAiApi api, Connection connection) implements ProviderSettings {
        static final String TYPE = "openai";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Optional<SecretReference> apiKey() {
            return api.apiKey();
        }

        @Override
        public List<SecretReference> secrets() {
            return Stream.concat(api.apiKey().stream(), api.secrets().stream()).toList();
        }

        @Override
        public boolean needsKey() {
            return api.isOpenAi();
        }

        @Override
        public Set<Attachment> takes() {
            return api.isOpenAi() ? Attachment.ALL : Set.of(Attachment.IMAGE);
        }

        static OpenAi read(Section section) {
            return new OpenAi(OpenAiApi.read(section), Connection.read(section));
        }
    }

    /**
     * Azure OpenAI.
     *
     * @param endpoint address of the resource
     * @param apiVersion empty for the API without versions, {@code /openai/v1}
     * @param deployment empty for one with the name of the model
     */
    record Azure(
            String endpoint,
            String apiVersion,
            String deployment,
            Optional<SecretReference> apiKey,
            MaxTokensAs maxTokensAs,
            boolean askUsage,
            Connection connection)
            implements ProviderSettings {
        static final String TYPE = "azure";
        private static final String ENDPOINT_EXPECTED = "an address such as https://mine.openai.azure.com";
        private static final TextForm NAME = TextForm.of("[A-Za-z0-9._-]{0,100}");
        private static final String NAME_EXPECTED = "a name of letters, digits, dots, hyphens and underscores";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<Attachment> takes() {
            return Set.of(Attachment.IMAGE);
        }

        static Azure read(Section section) {
            return new Azure(
                    section.requiredText("endpoint", ENDPOINT_EXPECTED, TextForm.of("https?://[^/?#\\s@]+/?")),
                    section.text("apiVersion", "", NAME_EXPECTED, NAME),
                    section.text("deployment", "", NAME_EXPECTED, NAME),
                    section.secret("apiKey"),
                    MaxTokensAs.read(section),
                    section.bool("askUsage", true),
                    Connection.read(section));
        }
    }

    /** @param cache what the provider is asked to keep for the next request */
    record Anthropic(String baseUrl, Optional<SecretReference> apiKey, Cache cache, Connection connection)
            implements ProviderSettings {
        static final String TYPE = "anthropic";

        /** Parts of a request, each with all parts before it: tools, system prompt, conversation. */
        public record Cache(boolean system, boolean tools, boolean lastMessage) {
            /** The default. */
            public static final Cache ALL = new Cache(true, true, true);

            static Cache read(Section section) {
                return new Cache(
                        section.bool("system", true), section.bool("tools", true), section.bool("lastMessage", true));
            }
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<Attachment> takes() {
            return Attachment.ALL;
        }

        static Anthropic read(Section section) {
            return new Anthropic(
                    ModelRules.address(section, "baseUrl", "https://api.anthropic.com/v1"),
                    section.secret("apiKey"),
                    Cache.read(section.section("cache")),
                    Connection.read(section));
        }
    }

    /** @param apiKey only for an Ollama that requires one; sent as {@code Bearer KEY} */
    record Ollama(String baseUrl, Optional<SecretReference> apiKey, Connection connection) implements ProviderSettings {
        static final String TYPE = "ollama";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public boolean needsKey() {
            return false;
        }

        @Override
        public Set<Attachment> takes() {
            return Set.of(Attachment.IMAGE);
        }

        static Ollama read(Section section) {
            return new Ollama(
                    ModelRules.address(section, "baseUrl", "http://127.0.0.1:11434"),
                    section.secret("apiKey"),
                    Connection.read(section));
        }
    }

    /** The router of Hugging Face. */
    record HuggingFace(String baseUrl, Optional<SecretReference> apiKey, Connection connection)
            implements ProviderSettings {
        static final String TYPE = "huggingface";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<Attachment> takes() {
            return Set.of(Attachment.IMAGE);
        }

        static HuggingFace read(Section section) {
            return new HuggingFace(
                    ModelRules.address(section, "baseUrl", "https://router.huggingface.co/v1"),
                    section.secret("apiKey"),
                    Connection.read(section));
        }
    }

    /** Google Gemini. */
    record Gemini(String baseUrl, Optional<SecretReference> apiKey, Connection connection) implements ProviderSettings {
        static final String TYPE = "gemini";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<Attachment> takes() {
            return Attachment.ALL;
        }

        static Gemini read(Section section) {
            return new Gemini(
                    ModelRules.address(section, "baseUrl", "https://generativelanguage.googleapis.com/v1beta"),
                    section.secret("apiKey"),
                    Connection.read(section));
        }
    }

    record Mistral(String baseUrl, Optional<SecretReference> apiKey, Connection connection)
            implements ProviderSettings {
        static final String TYPE = "mistral";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<Attachment> takes() {
            return Set.of(Attachment.IMAGE);
        }

        static Mistral read(Section section) {
            return new Mistral(
                    ModelRules.address(section, "baseUrl", "https://api.mistral.ai/v1"),
                    section.secret("apiKey"),
                    Connection.read(section));
        }
    }

    /**
     * A provider of a plug-in.
     *
     * @param values of its own keys
     */
    record Other(String type, Map<String, Object> values, Optional<SecretReference> apiKey, Connection connection)
            implements ProviderSettings {
        public Other {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }

        @Override
        public boolean needsKey() {
            return false;
        }

        @Override
        public Set<Attachment> takes() {
            return Set.of();
        }
    }

    /** The provider of the section {@code model}. */
    static ProviderSettings of(ModelSettings model) {
        Connection connection = model.connection();
        return switch (model.provider()) {
            case DEMO -> new Demo();
            case OPENAI -> new OpenAi(model.openai().api(), connection);
            case ANTHROPIC ->
                new Anthropic(model.anthropic().baseUrl(), model.anthropic().apiKey(), Anthropic.Cache.ALL, connection);
            case OLLAMA -> new Ollama(model.ollama().baseUrl(), model.ollama().apiKey(), connection);
        };
    }
}
