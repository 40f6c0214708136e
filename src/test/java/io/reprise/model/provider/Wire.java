package io.reprise.model.provider;

import io.reprise.config.Settings;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The languages of providers. */
public enum Wire {
    OPENAI("/v1", FakeOpenAi::new);

    /** What the servers of tests send as their key. */
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

    /** Whether the errors of the language have names. */
    boolean tellsKinds() {
        return !name().equals("OLLAMA");
    }

    public String provider() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Settings of a server that asks the provider at this address. */
    public Map<String, String> settings(String url, Map<String, String> more) {
        Map<String, String> all = new HashMap<>();
        all.put("model.provider", provider());
        all.put("model." + provider() + ".baseUrl", url);
        all.put("model." + provider() + ".name", "small-1");
        all.put("model." + provider() + ".apiKey", "file:" + keyFile());
        all.putAll(more);
        Settings.with(all);
        return all;
    }

    private static Path keyFile() {
        try {
            Path file = Path.of("target", "test-key");
            Files.createDirectories(file.getParent());
            return Files.writeString(file, KEY + "\n").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
