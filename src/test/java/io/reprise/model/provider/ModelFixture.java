package io.reprise.model.provider;

import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.config.Settings;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelCall;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.RecordingSink;
import io.reprise.model.http.ProviderHttp;
import io.reprise.support.StopSignal;
import io.reprise.testing.Patience;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A model as the server makes it from its settings, and calls of it. */
public final class ModelFixture implements AutoCloseable {
    private static final long PATIENCE_S = Patience.LIMIT.toSeconds();
    private static final int NEVER_MS = 600_000;

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

    ModelFixture(Map<String, String> settings) {
        this(
                ProviderSettings.of(Settings.with(settings).model()),
                ModelOptions.of(Settings.with(settings).model()));
    }

    ModelFixture(ProviderSettings provider, ModelOptions options) {
        http = new ProviderHttp(vertx, provider.connection());
        model = Models.of(provider, options, Map.of(), http);
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
