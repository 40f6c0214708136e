package io.reprise.model.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The APIs of providers. */
public enum Wire {
    OPENAI("/v1", FakeOpenAi::new),
    ANTHROPIC("/v1", FakeAnthropic::new),
    OLLAMA("", FakeOllama::new),
    GEMINI("/v1beta", FakeGemini::new),
    AZURE("", FakeAzure::new),
    HUGGINGFACE("/v1", FakeOpenAi::new),
    MISTRAL("/v1", FakeMistral::new);

    /** The key that test servers send. */
    public static final String KEY = "sk-test-0123456789abcdef";

    private final String basePath;
    private final Function<HttpServerRequest, FakeAnswer> answers;

    Wire(String basePath, Function<HttpServerRequest, FakeAnswer> answers) {
        this.basePath = basePath;
        this.answers = answers;
    }

    String basePath() {
        return basePath;
    }

    FakeAnswer answer(HttpServerRequest request) {
        return answers.apply(request);
    }

    /** Whether errors of this API have names. */
    boolean tellsKinds() {
        return this != OLLAMA;
    }

    public String provider() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Settings of a server that uses the provider at this address, by the names of the section {@code model}, which has
     * only the first three; the catalogue has all of them.
     */
    public Map<String, String> settings(String url, Map<String, String> more) {
        Map<String, String> all = new HashMap<>();
        all.put("model.provider", provider());
        all.put("model." + provider() + (this == AZURE ? ".endpoint" : ".baseUrl"), url);
        all.put("model." + provider() + ".name", "small-1");
        all.put("model." + provider() + ".apiKey", "file:" + KeyFile.WRITTEN);
        all.putAll(more);
        return all;
    }

    /** The key that was sent, wherever the API puts it. */
    public String key(MultiMap headers) {
        String key = headers.get(
                switch (this) {
                    case ANTHROPIC -> "x-api-key";
                    case GEMINI -> "x-goog-api-key";
                    case AZURE -> "api-key";
                    case OPENAI, OLLAMA, HUGGINGFACE, MISTRAL -> "Authorization";
                });
        return key.replaceFirst("^Bearer ", "");
    }

    /** The names of the tools that were offered. */
    public List<String> tools(JsonObject body) {
        return declared(body).stream()
                .map(JsonObject.class::cast)
                .map(tool -> tool.getJsonObject("function", tool).getString("name"))
                .toList();
    }

    /** The tools of a request, each in the form of its API. */
    JsonArray declared(JsonObject body) {
        JsonArray tools = body.getJsonArray("tools");
        return this == GEMINI ? tools.getJsonObject(0).getJsonArray("functionDeclarations") : tools;
    }

    /**
     * Asserts what a model was sent, in order: texts, a call as {@code name arguments} and {@code result} for a tool's
     * result, which must name its call.
     */
    public void assertConversation(JsonObject body, String systemPrompt, List<String> expected) {
        SentConversation sent = SentConversation.of(body);
        assertThat(sent.systemPrompt()).isEqualTo(systemPrompt);
        assertThat(sent.parts()).containsExactlyElementsOf(expected);
    }

    /** One for each process, so that no process reads a file that another one is writing. */
    private static final class KeyFile {
        static final Path WRITTEN = write();

        private static Path write() {
            try {
                Path folder = Files.createDirectories(Path.of("target"));
                Path file = Files.createTempFile(folder, "test-key-", "").toAbsolutePath();
                file.toFile().deleteOnExit();
                return Files.writeString(file, KEY + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
