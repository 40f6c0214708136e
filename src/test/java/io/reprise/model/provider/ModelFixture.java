package io.reprise.model.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.read.SettingsReader;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelCall;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.RecordingSink;
import io.reprise.model.http.ProviderAddresses;
import io.reprise.model.http.ProviderHttp;
import io.reprise.support.StopSignal;
import io.reprise.testing.Patience;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A model as the server makes it from its settings, and calls of it. */
public final class ModelFixture implements AutoCloseable {
    private static final long PATIENCE_S = Patience.LIMIT.toSeconds();
    private static final int NEVER_MS = 600_000;
    private static final Set<String> OF_MODELS = Set.of(
            "entry.name",
            "entry.temperature",
            "entry.maxTokens",
            "entry.thinkingTokens",
            "entry.numCtx",
            "entry.extra");

    final ChatModel model;
    private final Vertx vertx = Vertx.vertx();
    private final ProviderHttp http;

    /** An active turn. */
    static final class Turn {
        final CompletableFuture<Void> begun = new CompletableFuture<>();
        final RecordingSink said = new RecordingSink() {
            @Override
            public void text(String delta) {
                super.text(delta);
                begun.complete(null);
            }

            @Override
            public void toolCallArguments(int index, String delta) {
                super.toolCallArguments(index, delta);
                begun.complete(null);
            }
        };
        final StopSignal stop = new StopSignal();
        private final CompletableFuture<ModelTurn> outcome = new CompletableFuture<>();

        ModelTurn await() throws Exception {
            return outcome.get(PATIENCE_S, TimeUnit.SECONDS);
        }

        /** The failure of the turn. */
        Throwable failure() throws Exception {
            try {
                ModelTurn turn = await();
                throw new AssertionError("no failure, but " + turn);
            } catch (ExecutionException e) {
                return e.getCause();
            }
        }

        /** @throws ExecutionException with the reason if it fails before any output */
        void awaitFirstWord() throws Exception {
            CompletableFuture.anyOf(begun, outcome).get(PATIENCE_S, TimeUnit.SECONDS);
        }

        /** Whatever the outcome. */
        void awaitOver() throws Exception {
            outcome.handle((turn, failure) -> null).get(PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    /** @param settings by the names of the section {@code model}, for any type of providers */
    ModelFixture(Map<String, String> settings) {
        this(provider(settings), options(settings));
    }

    private static ProviderSettings provider(Map<String, String> settings) {
        Map<String, String> own = own(settings);
        own.keySet().removeIf(OF_MODELS::contains);
        SettingsReader reader = SettingsReader.ofOverrides(own);
        ProviderSettings provider = new ProviderTypes().read(settings.get("model.provider"), reader.section("entry"));
        assertThat(reader.problems()).isEmpty();
        return provider;
    }

    private static ModelOptions options(Map<String, String> settings) {
        Map<String, String> own = own(settings);
        own.keySet().retainAll(OF_MODELS);
        SettingsReader reader = SettingsReader.ofOverrides(own);
        ModelOptions options = ModelOptions.read(reader.section("entry"));
        options.check(reader.section("entry"), provider(settings));
        assertThat(reader.problems()).isEmpty();
        return options;
    }

    /** The keys of the provider in use, and those for all, as of one entry. */
    private static Map<String, String> own(Map<String, String> settings) {
        String inner = "model." + settings.get("model.provider") + ".";
        Map<String, String> own = new HashMap<>();
        settings.forEach((key, value) -> {
            if (key.equals("model.provider") || value.isEmpty()) return;
            String name = key.startsWith(inner) ? key.substring(inner.length()) : key.substring("model.".length());
            own.put("entry." + name, value);
        });
        return own;
    }

    ModelFixture(ProviderSettings provider, ModelOptions options) {
        http = new ProviderHttp(vertx, provider.connection(), ProviderAddresses.STANDARD);
        model = new Models(List.of()).of(provider, options, Map.of(), http);
    }

    static ModelFixture at(FakeProvider provider) {
        return new ModelFixture(provider.wire.settings(provider.url(), Map.of()));
    }

    Turn ask(String text) {
        return ask(List.of(new ModelMessage.User(text)), List.of());
    }

    Turn ask(List<ModelMessage> messages, List<ModelRequest.ToolSpec> tools) {
        return ask(new ModelRequest(messages, tools, new ModelRequest.Limits(NEVER_MS, NEVER_MS)));
    }

    Turn ask(ModelRequest request) {
        Turn turn = new Turn();
        start(request, turn, turn.said);
        return turn;
    }

    /** With the test's own sink. */
    Turn ask(String text, ModelSink sink) {
        Turn turn = new Turn();
        List<ModelMessage> messages = List.of(new ModelMessage.User(text));
        start(new ModelRequest(messages, List.of(), new ModelRequest.Limits(NEVER_MS, NEVER_MS)), turn, sink);
        return turn;
    }

    private void start(ModelRequest request, Turn turn, ModelSink sink) {
        Thread.ofVirtual().start(() -> {
            try {
                turn.outcome.complete(new ModelCall(model, request).run(sink, turn.stop));
            } catch (Throwable t) {
                turn.outcome.completeExceptionally(t);
            }
        });
    }

    @Override
    public void close() {
        http.close().await();
        vertx.close().await();
    }
}
