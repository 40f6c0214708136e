package io.reprise;

import io.reprise.Server.StartException;
import io.reprise.agent.middleware.MiddlewareRegistry;
import io.reprise.agent.plan.AgentFiles;
import io.reprise.agent.plan.CatalogPlans;
import io.reprise.catalog.CatalogStore;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.LiveCatalog;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.SecretRules;
import io.reprise.catalog.file.CatalogFolder;
import io.reprise.catalog.provider.ModelChecker;
import io.reprise.config.CatalogSettings;
import io.reprise.config.ModelSettings;
import io.reprise.config.Settings;
import io.reprise.config.SettingsSource;
import io.reprise.config.read.ConfigFiles;
import io.reprise.config.read.FileText;
import io.reprise.history.AuditRecorder;
import io.reprise.message.NodeMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.model.http.ProviderAddresses;
import io.reprise.model.provider.ModelChecks;
import io.reprise.model.provider.Models;
import io.reprise.reload.FileChanges;
import io.reprise.reload.FileWatcher;
import io.reprise.reload.LiveSettings;
import io.reprise.reload.ReloadOutcome;
import io.reprise.reload.ReloadPart;
import io.reprise.reload.SettingsStore;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.PluginFolder;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.RemoteTools;
import io.reprise.tool.builtin.BuiltInTools;
import io.reprise.tool.http.DeclaredTools;
import io.reprise.tool.http.ToolFolder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings of a server while it runs, and what is replaced with them. */
final class LiveParts {
    private static final Logger log = LoggerFactory.getLogger(LiveParts.class);
    private static final int START_S = 60;
    private static final int CLOSE_S = 10;

    private final SettingsSource source;
    private final ConfigFiles files;
    private final Optional<CatalogFolder> folder;
    private final Current.Holder<Settings> holder;
    private final DeclaredTools declared;
    private LiveModels models;
    private MiddlewareRegistry middleware;
    private ModelChecker checker;
    private LiveSettings settings;
    private LiveCatalog catalog;
    private FileWatcher watcher;
    private FileChanges fileChanges;
    private volatile long recording = -1;
    private Runnable stopRecording = () -> {};

    /**
     * @param file the content of the settings file
     * @param first what the file and the environment say
     */
    LiveParts(SettingsSource source, FileText file, Settings first) {
        this.source = source;
        this.folder = source.file().map(CatalogFolder::beside);
        this.files = read(file);
        this.holder = new Current.Holder<>(first);
        this.declared = declaredBy(first.catalog());
    }

    private ConfigFiles read(FileText settingsFile) {
        return ConfigFiles.of(
                settingsFile,
                folder.map(CatalogFolder::read).orElse(List.of()),
                source.file().map(ToolFolder::beside).map(ToolFolder::read).orElse(List.of()));
    }

    private ConfigFiles readAgain() {
        return read(source.read());
    }

    Current<Settings> current() {
        return holder;
    }

    /** Where what administrators have set is stored. */
    record Stores(SettingsStore settings, CatalogStore catalog, AuditRecorder audit) {}

    /** @param time the time of day */
    record Clocks(WallClock time, MonotonicClock clock) {}

    /** Uses what administrators have set. Blocks. */
    void open(Vertx vertx, String node, Stores stores, Clocks clocks, Metrics metrics) {
        Models known = known();
        middleware = middleware();
        catalog = new LiveCatalog(
                stores.catalog(),
                new EntryReader(
                        known.types(),
                        middleware.types(),
                        secretRules(holder.get().catalog())),
                () -> vertx.eventBus().publish(Addresses.CATALOG, new NodeMessage.CatalogChanged(node)));
        Blocking.awaitAnswer(catalog::refresh, START_S);
        Settings first = holder.get();
        models = models(vertx, known, clocks.clock(), first.model());
        checker = new ModelChecks(
                vertx,
                addresses(),
                known,
                source.environment(),
                holder.map(now -> now.catalog().checkMs()));
        fileChanges = new FileChanges(
                detail -> stores.audit().record(null, "config.changed", null, detail),
                clocks.time(),
                task -> recording = vertx.setTimer(holder.get().reload().pollMs(), timer -> task.run()));
        stopRecording = () -> vertx.cancelTimer(recording);
        settings = new LiveSettings(
                source,
                files,
                this::readAgain,
                holder,
                stores.settings(),
                List.of(models, new LiveLogging(first.logging()), new CatalogPart(catalog), this::tools),
                clocks.time(),
                new LiveSettings.News(
                        () -> vertx.eventBus().publish(Addresses.SETTINGS, new NodeMessage.SettingsChanged()),
                        news -> {
                            metrics.settings(news.problems().isEmpty() ? "reloaded" : "rejected");
                            vertx.eventBus().publish(Addresses.configNews(node), news);
                        },
                        fileChanges::add));
        ReloadOutcome outcome = Blocking.await(Future.fromCompletionStage(settings.refresh()), START_S);
        if (outcome instanceof ReloadOutcome.Rejected rejected) {
            throw new StartException(rejected.problems().getFirst() + " (--check-config lists every problem)");
        }
        Blocking.await(catalog.mirror(), START_S);
        vertx.eventBus().<NodeMessage.CatalogChanged>consumer(Addresses.CATALOG, message -> {
            if (!message.body().node().equals(node)) catalog.refresh();
        });
        vertx.eventBus().consumer(Addresses.SETTINGS, changed -> settings.refresh());
    }

    private static MiddlewareRegistry middleware() {
        try {
            return MiddlewareRegistry.load(PluginFolder.loader(PluginFolder.USUAL));
        } catch (IllegalArgumentException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static SecretRules secretRules(CatalogSettings settings) {
        return new SecretRules(settings.secretVariables(), settings.secretFolders());
    }

    private static Models known() {
        try {
            return Models.load(PluginFolder.loader(PluginFolder.USUAL));
        } catch (IllegalArgumentException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private ProviderAddresses addresses() {
        return ProviderAddresses.of(holder.map(Settings::outgoing));
    }

    private LiveModels models(Vertx vertx, Models known, MonotonicClock clock, ModelSettings first) {
        try {
            var opening = new LiveModels.Opening(vertx, addresses(), known, source.environment());
            return new LiveModels(opening, clock, first);
        } catch (IllegalArgumentException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    /** Follows changes of the settings file. */
    void watch(MonotonicClock clock) {
        if (source.file().isEmpty() || !holder.get().reload().watch()) return;
        watcher = FileWatcher.start(
                source.file().get(),
                watched(),
                this::readAgain,
                files,
                settings::reload,
                holder.map(Settings::reload),
                clock);
    }

    private List<Path> watched() {
        List<Path> folders = new ArrayList<>();
        source.file().map(ToolFolder::beside).ifPresent(folders::add);
        folder.map(CatalogFolder::folders).ifPresent(folders::addAll);
        return folders;
    }

    /** Declared tools never prevent a change: what is wrong with one is told beside the others. */
    private ReloadPart.Prepared tools(Settings next, ConfigFiles read) {
        DeclaredTools.Next judged = declared.judge(read.tools());
        return new ReloadPart.Prepared() {
            @Override
            public void commit() {
                judged.use();
            }

            @Override
            public void abandon() {
                // Nothing was opened.
            }

            @Override
            public List<String> changes() {
                return judged.changes();
            }
        };
    }

    /** The tools of files. */
    DeclaredTools declared() {
        return declared;
    }

    /** The rules for secrets, and names that other tools have. */
    static DeclaredTools declaredBy(CatalogSettings settings) {
        Set<String> reserved = new HashSet<>(BuiltInTools.NAMES);
        reserved.addAll(CatalogPlans.TOOLS);
        return new DeclaredTools(secretRules(settings), reserved);
    }

    LiveCatalog catalog() {
        return catalog;
    }

    LiveSettings settings() {
        return settings;
    }

    /** Asks a model whether it answers. */
    ModelChecker checker() {
        return checker;
    }

    /** What plans of runs are made with. */
    CatalogPlans.Sources sources(RemoteTools remoteTools) {
        return new CatalogPlans.Sources(
                models,
                (prompt, version) -> catalog.store()
                        .version(new EntryKey(Kind.PROMPT, prompt), version)
                        .map(found -> found.map(its -> (String) its.body().get("text"))),
                new AgentFiles(source.file().map(file -> file.toAbsolutePath().getParent()), holder.map(Settings::run)),
                middleware,
                remoteTools,
                catalog::agent);
    }

    /** Also after an opening that failed. */
    void close() {
        if (watcher != null) watcher.close();
        if (settings != null) settings.close();
        closeFileChanges();
        if (models != null) Blocking.close("the model's connections", models.close(), CLOSE_S);
    }

    private void closeFileChanges() {
        if (fileChanges == null) return;
        List<String> left = fileChanges.close();
        stopRecording.run();
        if (left.isEmpty()) return;
        log.atWarn().addKeyValue("keys", left).log("changes of the settings file are not in the audit log");
    }
}
