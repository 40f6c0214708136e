package io.reprise;

import io.reprise.Server.StartException;
import io.reprise.config.ModelSettings;
import io.reprise.config.Settings;
import io.reprise.config.SettingsSource;
import io.reprise.config.read.FileText;
import io.reprise.history.AuditRecorder;
import io.reprise.message.NodeMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.model.ChatModel;
import io.reprise.reload.FileWatcher;
import io.reprise.reload.LiveSettings;
import io.reprise.reload.SettingsStore;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings of a server while it runs, and what is replaced with them. */
final class LiveParts {
    private static final Logger log = LoggerFactory.getLogger(LiveParts.class);
    private static final int START_S = 60;
    private static final int CLOSE_S = 10;

    private final SettingsSource source;
    private final FileText file;
    private final Current.Holder<Settings> holder;
    private LiveModels models;
    private LiveSettings settings;
    private FileWatcher watcher;

    /**
     * @param file the content of the settings file
     * @param first what the file and the environment say
     */
    LiveParts(SettingsSource source, FileText file, Settings first) {
        this.source = source;
        this.file = file;
        this.holder = new Current.Holder<>(first);
    }

    Current<Settings> current() {
        return holder;
    }

    /** Uses what administrators have set. Blocks. */
    void open(Vertx vertx, String node, SettingsStore store, AuditRecorder audit, WallClock time, Metrics metrics) {
        Settings first = holder.get();
        models = models(vertx, first.model());
        settings = new LiveSettings(
                source,
                file,
                holder,
                store,
                List.of(models, new LiveLogging(first.logging())),
                time,
                new LiveSettings.News(
                        () -> vertx.eventBus().publish(Addresses.SETTINGS, new NodeMessage.SettingsChanged()),
                        news -> {
                            metrics.settings(news.problems().isEmpty() ? "reloaded" : "rejected");
                            vertx.eventBus().publish(Addresses.configNews(node), news);
                        },
                        keys -> record(audit, keys)));
        Blocking.await(Future.fromCompletionStage(settings.refresh()), START_S);
        vertx.eventBus().consumer(Addresses.SETTINGS, changed -> settings.refresh());
    }

    private static void record(AuditRecorder audit, List<String> keys) {
        audit.record(null, "config.changed", null, Map.of("keys", keys))
                .onFailure(cause -> log.atWarn()
                        .addKeyValue("keys", keys)
                        .addKeyValue("cause", cause.toString())
                        .log("a change of the settings file could not be recorded in the audit log"));
    }

    private LiveModels models(Vertx vertx, ModelSettings first) {
        try {
            return new LiveModels(vertx, source.environment(), first);
        } catch (IllegalArgumentException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    /** Follows changes of the settings file. */
    void watch(MonotonicClock clock) {
        if (source.file().isEmpty() || !holder.get().reload().watch()) return;
        watcher = FileWatcher.start(
                source.file().get(), source::read, file, settings::reload, holder.map(Settings::reload), clock);
    }

    LiveSettings settings() {
        return settings;
    }

    /** The model of settings that are in use, or were when a run began. */
    ChatModel model(ModelSettings of) {
        return models.of(of);
    }

    /** Also after an opening that failed. */
    void close() {
        if (watcher != null) watcher.close();
        if (settings != null) settings.close();
        if (models != null) Blocking.close("the model's connections", models.close(), CLOSE_S);
    }
}
