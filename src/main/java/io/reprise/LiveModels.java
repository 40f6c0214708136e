package io.reprise;

import io.reprise.agent.plan.ModelSource;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.config.ModelSettings;
import io.reprise.config.Settings;
import io.reprise.config.read.ConfigFiles;
import io.reprise.config.read.SecretReference;
import io.reprise.model.ChatModel;
import io.reprise.model.DescribedModel;
import io.reprise.model.ModelFacts;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.demo.DemoModel;
import io.reprise.model.http.ProviderAddresses;
import io.reprise.model.http.ProviderHttp;
import io.reprise.model.provider.Models;
import io.reprise.reload.ReloadPart;
import io.reprise.support.MonotonicClock;
import io.reprise.support.StopSignal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models with their connections. A provider is opened by the first call of one of its models, shared by models whose
 * provider has the same settings, and closed when none of them was called for a while; so what a change replaces ends
 * when its last run has ended. Keys are read at each call, so a key that was replaced under its name is used at once.
 */
final class LiveModels implements ReloadPart, ModelSource {
    private static final Logger log = LoggerFactory.getLogger(LiveModels.class);
    private static final long SWEEP_MS = TimeUnit.MINUTES.toMillis(1);
    private static final long IDLE_MS = TimeUnit.MINUTES.toMillis(15);

    private final Opening opening;
    private final MonotonicClock clock;
    private final Map<ProviderSettings, Opened> opened = new ConcurrentHashMap<>();
    private final long sweeping;

    /**
     * @param calls that are under way
     * @param usedMs end of the last call
     */
    private record Opened(ProviderHttp http, Map<ModelOptions, Keyed> models, int calls, long usedMs) {
        Opened with(int more, long nowMs) {
            return new Opened(http, models, calls + more, nowMs);
        }
    }

    /**
     * A model that uses these secrets.
     *
     * @param secrets empty where one does not exist
     */
    private record Keyed(List<Optional<String>> secrets, ChatModel model) {}

    /**
     * What models are made with.
     *
     * @param addresses which ones are called
     * @param known the types of providers
     * @param environment resolves references to keys
     */
    record Opening(Vertx vertx, ProviderAddresses addresses, Models known, Map<String, String> environment) {}

    /**
     * @param first the settings of the first provider
     * @throws IllegalArgumentException naming the setting whose key does not exist
     */
    LiveModels(Opening opening, MonotonicClock clock, ModelSettings first) {
        this.opening = opening;
        this.clock = clock;
        check(first);
        this.sweeping = opening.vertx().setPeriodic(SWEEP_MS, timer -> sweep());
    }

    @Override
    public ChatModel of(ProviderSettings provider, ModelOptions options) {
        return switch (provider) {
            case ProviderSettings.Demo demo -> new DemoModel(options.takes(demo), options.contextTokens());
            default -> new Lazy(provider, options);
        };
    }

    /** Opens its provider when it is called. */
    private final class Lazy extends DescribedModel {
        private final ProviderSettings settings;
        private final ModelOptions options;

        Lazy(ProviderSettings settings, ModelOptions options) {
            super(ModelFacts.of(settings, options));
            this.settings = settings;
            this.options = options;
        }

        @Override
        public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) throws InterruptedException {
            Opened provider = use(settings);
            try {
                return model(provider, settings, options).stream(request, sink, stop);
            } finally {
                opened.computeIfPresent(settings, (same, now) -> now.with(-1, clock.elapsedMs()));
            }
        }
    }

    private Opened use(ProviderSettings settings) {
        return opened.compute(
                settings,
                (same, before) -> before == null
                        ? new Opened(
                                new ProviderHttp(opening.vertx(), settings.connection(), opening.addresses()),
                                new ConcurrentHashMap<>(),
                                1,
                                0)
                        : before.with(1, before.usedMs()));
    }

    private ChatModel model(Opened provider, ProviderSettings settings, ModelOptions options) {
        List<Optional<String>> secrets = settings.secrets().stream()
                .map(reference -> reference.resolve(opening.environment()))
                .toList();
        Keyed keyed = provider.models().get(options);
        if (keyed != null && keyed.secrets().equals(secrets)) return keyed.model();
        try {
            ChatModel made = opening.known().of(settings, options, opening.environment(), provider.http());
            provider.models().put(options, new Keyed(secrets, made));
            return made;
        } catch (IllegalArgumentException e) {
            log.atWarn()
                    .addKeyValue("provider", settings.type())
                    .addKeyValue("model", options.name())
                    .addKeyValue("cause", e.getMessage())
                    .log("a model cannot be used");
            boolean withoutKey = secrets.contains(Optional.<String>empty());
            throw ModelFailure.unavailable(
                    "The model is not set up correctly" + (withoutKey ? ": its key is missing." : "."), e);
        }
    }

    /** The number of open providers. */
    int opened() {
        return opened.size();
    }

    /** Closes providers that were not used for a while. */
    void sweep() {
        for (ProviderSettings settings : opened.keySet()) {
            opened.computeIfPresent(settings, (same, now) -> {
                if (now.calls() > 0 || clock.elapsedMs() - now.usedMs() < IDLE_MS) return now;
                now.http().close();
                return null;
            });
        }
    }

    @Override
    public Prepared prepare(Settings next, ConfigFiles files) {
        check(next.model());
        return new Prepared() {
            @Override
            public void commit() {
                // Models are opened when they are called.
            }

            @Override
            public void abandon() {
                // Nothing was opened.
            }
        };
    }

    private void check(ModelSettings model) {
        ProviderSettings provider = ProviderSettings.of(model);
        provider.apiKey()
                .filter(reference -> reference.resolve(opening.environment()).isEmpty())
                .map(SecretReference::toString)
                .ifPresent(missing -> {
                    throw new IllegalArgumentException(
                            "model." + provider.type() + ".apiKey: missing or empty: " + missing);
                });
    }

    /** Closes all connections. */
    Future<?> close() {
        opening.vertx().cancelTimer(sweeping);
        List<Future<Void>> closing = opened.values().stream()
                .map(provider -> provider.http().close())
                .toList();
        return Future.join(closing);
    }
}
