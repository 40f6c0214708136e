package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.EntryReader.Outcome;
import io.reprise.catalog.definition.ModelDefinition;
import io.reprise.catalog.definition.ProviderDefinition;
import io.reprise.catalog.provider.Attachment;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.Settings;
import io.reprise.model.ChatModel;
import io.reprise.model.DescribedModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest;
import io.reprise.model.RecordingSink;
import io.reprise.model.http.ProviderAddresses;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.FakeProvider.Call;
import io.reprise.model.provider.Models;
import io.reprise.model.provider.Wire;
import io.reprise.support.StopSignal;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When connections to providers are opened and closed, and which key is sent. */
@Timeout(300)
class LiveModelsIT {
    private static final long LONG_MS = TimeUnit.MINUTES.toMillis(16);

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong nowMs = new AtomicLong();
    private final EntryReader reader = new EntryReader(new ProviderTypes());
    private final LiveModels models = new LiveModels(
            new LiveModels.Opening(vertx, ProviderAddresses.STANDARD, new Models(List.of()), Map.of()),
            nowMs::get,
            Settings.defaults().model());
    private FakeProvider provider;

    @BeforeEach
    void begin() throws Exception {
        provider = FakeProvider.start(Wire.OPENAI);
        Files.writeString(folder.resolve("key"), "key-1");
    }

    @AfterEach
    void end() {
        models.close();
        provider.close();
        vertx.close().await();
    }

    @Test
    void models_of_one_provider_share_its_connections_which_end_when_no_model_was_called_for_a_while()
            throws Exception {
        FutureTask<?> small = begun(() -> call(model("small")));
        Call first = provider.take();
        FutureTask<?> large = begun(() -> call(model("large")));
        provider.take().answer().text("done").done();
        large.get();

        nowMs.addAndGet(LONG_MS);
        models.sweep();
        assertThat(models.opened()).as("a call is under way").isEqualTo(1);
        first.answer().text("done").done();
        small.get();
        models.sweep();
        assertThat(models.opened()).as("used just now").isEqualTo(1);
        nowMs.addAndGet(LONG_MS);
        models.sweep();
        assertThat(models.opened()).isZero();

        FutureTask<?> again = begun(() -> call(model("small")));
        provider.take().answer().text("done").done();
        again.get();
        assertThat(models.opened()).isEqualTo(1);
    }

    @Test
    void the_key_is_read_at_each_call() throws Exception {
        ChatModel model = model("small");

        assertThat(keyOfNextCall(model)).isEqualTo("key-1");
        Files.writeString(folder.resolve("key"), "key-2");
        assertThat(keyOfNextCall(model)).isEqualTo("key-2");
        Files.delete(folder.resolve("key"));
        assertThatThrownBy(() -> call(model))
                .isInstanceOfSatisfying(
                        ModelFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo("unavailable"))
                .hasMessageContaining("its key is missing");
        Files.writeString(folder.resolve("key"), "key-3");
        assertThat(keyOfNextCall(model)).isEqualTo("key-3");
    }

    @Test
    void secrets_in_headers_and_parameters_are_read_at_each_call_too() throws Exception {
        String secret = "file:" + folder.resolve("key");
        ChatModel model =
                model("small", Map.of("headers", List.of("X-Api-Key: " + secret), "query", List.of("token=" + secret)));

        for (String value : List.of("key-1", "key-2")) {
            Files.writeString(folder.resolve("key"), value);
            FutureTask<?> call = begun(() -> call(model));
            Call asked = provider.take();
            asked.answer().text("done").done();
            call.get();
            assertThat(asked.headers().get("X-Api-Key")).isEqualTo(value);
            assertThat(asked.uri()).endsWith("?token=" + value);
        }
        Files.delete(folder.resolve("key"));
        assertThatThrownBy(() -> call(model)).hasMessageContaining("its key is missing");
    }

    /** Symptom: the demo model got images although its entry said that it takes none. */
    @Test
    void what_an_entry_says_of_its_model_holds_for_every_provider_before_it_is_called() {
        for (String type : new ProviderTypes().names()) {
            Map<String, Object> settings = new HashMap<>(Map.of("type", type));
            if (type.equals("azure")) settings.put("endpoint", "https://a");
            if (!List.of("demo", "ollama").contains(type)) settings.put("apiKey", "file:" + folder.resolve("key"));
            ProviderDefinition entry =
                    (ProviderDefinition) ((Outcome.Valid) reader.read(Kind.PROVIDER, settings)).definition();
            ModelDefinition none = (ModelDefinition)
                    ((Outcome.Valid) reader.read(Kind.MODEL, Map.of("provider", "p", "name", "m", "takes", List.of())))
                            .definition();
            ModelDefinition pdf = (ModelDefinition) ((Outcome.Valid)
                            reader.read(Kind.MODEL, Map.of("provider", "p", "name", "m", "takes", List.of("pdf"))))
                    .definition();

            assertThat(models.of(entry.settings(), none.options()).takes())
                    .as(type)
                    .isEmpty();
            assertThat(models.of(entry.settings(), pdf.options()).takes())
                    .as(type)
                    .containsExactly(Attachment.PDF);
            if (!type.equals("demo")) {
                assertThat(models.of(entry.settings(), none.options()))
                        .as("answers all questions of the port, see DescribedModelTest")
                        .isInstanceOf(DescribedModel.class);
            }
        }
        assertThat(models.opened()).isZero();
    }

    private String keyOfNextCall(ChatModel model) throws Exception {
        FutureTask<?> call = begun(() -> call(model));
        Call asked = provider.take();
        asked.answer().text("done").done();
        call.get();
        return Wire.OPENAI.key(asked.headers());
    }

    private static <T> FutureTask<T> begun(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.startVirtualThread(task);
        return task;
    }

    private static Object call(ChatModel model) throws InterruptedException {
        ModelRequest request = new ModelRequest(
                List.of(new ModelMessage.User("hello")), List.of(), new ModelRequest.Limits(60_000, 60_000));
        return model.stream(request, new RecordingSink(), new StopSignal());
    }

    private ChatModel model(String name) {
        return model(name, Map.of("apiKey", "file:" + folder.resolve("key")));
    }

    private ChatModel model(String name, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.putAll(Map.of("type", "openai", "baseUrl", provider.url()));
        Outcome.Valid entry = (Outcome.Valid) reader.read(Kind.PROVIDER, settings);
        Outcome.Valid its = (Outcome.Valid) reader.read(Kind.MODEL, Map.of("provider", "p", "name", name));
        return models.of(
                ((ProviderDefinition) entry.definition()).settings(), ((ModelDefinition) its.definition()).options());
    }
}
