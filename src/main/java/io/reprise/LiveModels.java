package io.reprise;

import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.config.ModelSettings;
import io.reprise.config.Settings;
import io.reprise.config.read.ConfigFiles;
import io.reprise.model.ChatModel;
import io.reprise.model.http.ProviderHttp;
import io.reprise.model.provider.Models;
import io.reprise.reload.ReloadPart;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The model of the settings in use, and those of earlier ones while runs may still use them. */
final class LiveModels implements ReloadPart {
    /** No run and no title takes longer: more than the largest {@code run.timeMs} and {@code run.stopGraceMs}. */
    private static final long DRAIN_MS = TimeUnit.MINUTES.toMillis(15);

    private final Vertx vertx;
    private final Models models;
    private final Map<String, String> environment;
    private final Map<ModelSettings, Entry> entries = new ConcurrentHashMap<>();
    private ModelSettings used;

    /** @param wanted whether it is in use or about to be; others end after a while */
    private record Entry(ChatModel model, ProviderHttp http, boolean wanted) {
        Entry wanted(boolean now) {
            return new Entry(model, http, now);
        }
    }

    /**
     * @param environment resolves references to keys
     * @throws IllegalArgumentException naming the setting whose key does not exist
     */
    LiveModels(Vertx vertx, Models models, Map<String, String> environment, ModelSettings first) {
        this.vertx = vertx;
        this.models = models;
        this.environment = environment;
        this.used = first;
        want(first);
    }

    /** The model of settings that are in use, or were when the run began. */
    ChatModel of(ModelSettings settings) {
        return entries.get(settings).model();
    }

    private void want(ModelSettings settings) {
        entries.compute(settings, (key, before) -> before == null ? make(settings) : before.wanted(true));
    }

    private Entry make(ModelSettings settings) {
        ProviderSettings provider = ProviderSettings.of(settings);
        ProviderHttp http = new ProviderHttp(vertx, provider.connection());
        try {
            return new Entry(models.of(provider, ModelOptions.of(settings), environment, http), http, true);
        } catch (IllegalArgumentException e) {
            http.close();
            throw new IllegalArgumentException("model." + provider.type() + "." + e.getMessage(), e);
        }
    }

    @Override
    public Prepared prepare(Settings next, ConfigFiles files) {
        ModelSettings model = next.model();
        boolean same = model.equals(used);
        if (!same) want(model);
        return new Prepared() {
            @Override
            public void commit() {
                if (same) return;
                retire(used);
                used = model;
            }

            @Override
            public void abandon() {
                if (!same) retire(model);
            }
        };
    }

    private void retire(ModelSettings settings) {
        entries.computeIfPresent(settings, (key, entry) -> entry.wanted(false));
        vertx.setTimer(
                DRAIN_MS,
                timer -> entries.computeIfPresent(settings, (key, entry) -> {
                    if (entry.wanted()) return entry;
                    entry.http().close();
                    return null;
                }));
    }

    /** Closes all connections. */
    Future<?> close() {
        List<Future<Void>> closing =
                entries.values().stream().map(entry -> entry.http().close()).toList();
        return Future.join(closing);
    }
}
