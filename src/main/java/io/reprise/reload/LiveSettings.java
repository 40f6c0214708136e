package io.reprise.reload;

import io.reprise.config.LoadedSettings;
import io.reprise.config.SettingState;
import io.reprise.config.Settings;
import io.reprise.config.SettingsLayers;
import io.reprise.config.SettingsLayers.Layered;
import io.reprise.config.SettingsSource;
import io.reprise.config.read.ConfigFiles;
import io.reprise.config.read.Reload;
import io.reprise.config.read.SettingsProblem;
import io.reprise.message.Failure;
import io.reprise.message.NodeMessage.ConfigNews;
import io.reprise.reload.LiveView.Rejection;
import io.reprise.reload.ReloadPart.Prepared;
import io.reprise.reload.ReloadPart.UnfitException;
import io.reprise.reload.SettingsStore.Stored;
import io.reprise.support.Current;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a node while it runs. New ones are read, checked and prepared as a whole, and then replace those in use at
 * once; if anything is wrong with them, those in use stay. One thread does this, so that changes come one after the other.
 */
public final class LiveSettings implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LiveSettings.class);

    private final SettingsSource source;
    private final Supplier<ConfigFiles> reading;
    private final Current.Holder<Settings> holder;
    private final SettingsStore store;
    private final List<ReloadPart> parts;
    private final WallClock time;
    private final News news;
    private final Map<String, String> startDigests = new HashMap<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("reprise-settings").factory());

    /** Only for the thread of changes, once there is one. */
    private ConfigFiles files;

    private volatile LiveView view;

    /**
     * Whom changes are told.
     *
     * @param nodes tells every node that values in the table have changed
     * @param people tells administrators who look at this node
     * @param file records which values the file has changed
     */
    public record News(Runnable nodes, Consumer<ConfigNews> people, Consumer<List<String>> file) {}

    /**
     * @param files from which the settings in {@code holder} come
     * @param reading reads the files again; blocks
     * @param parts what is built from settings and replaced with them
     */
    public LiveSettings(
            SettingsSource source,
            ConfigFiles files,
            Supplier<ConfigFiles> reading,
            Current.Holder<Settings> holder,
            SettingsStore store,
            List<ReloadPart> parts,
            WallClock time,
            News news) {
        this.source = source;
        this.files = files;
        this.reading = reading;
        this.holder = holder;
        this.store = store;
        this.parts = List.copyOf(parts);
        this.time = time;
        this.news = news;
        SettingsLayers layers = source.layers(files.settings());
        Layered now = layers.with(Map.of());
        now.states().stream()
                .filter(state -> state.key().reload() == Reload.START)
                .forEach(state -> startDigests.put(state.key().path(), state.digest()));
        this.view = new LiveView(layers, now, List.of(), time.nowMs(), 0, null);
    }

    public LiveView view() {
        return view;
    }

    /** Reads the files again. */
    public CompletionStage<ReloadOutcome> reload() {
        return inTurn(() -> applyFiles(reading.get()));
    }

    /** Uses files that were read. */
    public CompletionStage<ReloadOutcome> reload(ConfigFiles read) {
        return inTurn(() -> applyFiles(read));
    }

    /** Reads the values of administrators again. */
    public CompletionStage<ReloadOutcome> refresh() {
        return inTurn(() -> {
            List<Stored> stored =
                    store.list().toCompletionStage().toCompletableFuture().get();
            return apply(view.layers(), files, stored, false);
        });
    }

    /**
     * Changes values of administrators: all or none. They are in use on this node when the result is there, and soon after
     * on the others.
     *
     * @return why they cannot be used, or empty
     */
    public Future<Optional<Failure>> change(SettingsStore.Change change, String user) {
        Optional<Failure> refused = SettingsChange.refusal(view.layers(), change);
        if (refused.isPresent()) return Future.succeededFuture(refused);
        return store.change(change, user, values -> SettingsChange.refusal(view, values, change))
                .compose(outcome -> {
                    if (outcome.isPresent()) return Future.succeededFuture(outcome);
                    news.nodes().run();
                    return Future.fromCompletionStage(refresh()).map(LiveSettings::failure);
                });
    }

    private static Optional<Failure> failure(ReloadOutcome outcome) {
        return outcome instanceof ReloadOutcome.Rejected rejected
                ? Optional.of(SettingsChange.invalid(rejected.problems()))
                : Optional.empty();
    }

    private <T> CompletionStage<T> inTurn(Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                try {
                    done.complete(work.call());
                } catch (Exception e) {
                    done.completeExceptionally(e.getCause() != null ? e.getCause() : e);
                }
            });
        } catch (RejectedExecutionException stopped) {
            done.completeExceptionally(stopped);
        }
        return done;
    }

    private ReloadOutcome applyFiles(ConfigFiles read) {
        return apply(source.layers(read.settings()), read, view.stored(), true);
    }

    /** @param ofFile whether the file was read, and not the values of administrators */
    private ReloadOutcome apply(SettingsLayers layers, ConfigFiles read, List<Stored> stored, boolean ofFile) {
        if (layers.base() instanceof LoadedSettings.Invalid invalid) return reject(invalid.problems(), ofFile);
        Layered next = layers.with(LiveView.values(stored));
        List<SettingsProblem> fixed = startKeysOf(next);
        if (!fixed.isEmpty()) return reject(fixed, ofFile);
        List<Prepared> prepared = new ArrayList<>();
        try {
            for (ReloadPart part : parts) prepared.add(part.prepare(next.settings(), read));
        } catch (UnfitException e) {
            prepared.forEach(Prepared::abandon);
            return reject(e.problems(), ofFile);
        } catch (RuntimeException e) {
            prepared.forEach(Prepared::abandon);
            log.atWarn().setCause(e).log("a part could not be built from changed settings");
            String why = String.valueOf(e.getMessage());
            return reject(List.of(new SettingsProblem("settings", "", why, "the new settings")), ofFile);
        }
        files = read;
        return use(layers, next, stored, prepared, ofFile);
    }

    private ReloadOutcome use(
            SettingsLayers layers, Layered next, List<Stored> stored, List<Prepared> prepared, boolean ofFile) {
        LiveView before = view;
        List<String> keys = new ArrayList<>(changes(before.now(), next));
        prepared.forEach(part -> keys.addAll(part.changes()));
        Rejection left = ofFile ? null : before.ofFile();
        boolean recovered = before.rejection() != null && left == null;
        holder.replace(next.settings());
        prepared.forEach(Prepared::commit);
        int reloads = before.reloads() + (keys.isEmpty() ? 0 : 1);
        view = new LiveView(layers, next, stored, time.nowMs(), reloads, left);
        tellIgnored(before.now(), next);
        if (keys.isEmpty() && !recovered) return new ReloadOutcome.Unchanged();
        log.atInfo()
                .addKeyValue("keys", keys)
                .addKeyValue("version", view.version())
                .log("changed settings are in use");
        news.people().accept(ConfigNews.reloaded(view.version(), keys));
        if (ofFile && !keys.isEmpty()) news.file().accept(keys);
        return new ReloadOutcome.Reloaded(keys);
    }

    private ReloadOutcome reject(List<SettingsProblem> problems, boolean ofFile) {
        view = view.rejected(new Rejection(problems, time.nowMs(), ofFile));
        List<String> words = problems.stream().map(SettingsProblem::toString).toList();
        log.atWarn().addKeyValue("problems", words).log("changed settings are not used; those in use stay");
        news.people().accept(ConfigNews.rejected(view.version(), words));
        return new ReloadOutcome.Rejected(problems);
    }

    /** Keys whose new value would need a start. */
    private List<SettingsProblem> startKeysOf(Layered next) {
        return next.states().stream()
                .filter(state -> state.key().reload() == Reload.START)
                .filter(state -> !Objects.equals(startDigests.get(state.key().path()), state.digest()))
                .map(LiveSettings::needsStart)
                .toList();
    }

    private static SettingsProblem needsStart(SettingState state) {
        return new SettingsProblem(
                state.key().path(),
                state.value() == null ? "" : state.value().toString(),
                "cannot change while the server runs: start it again to use this value",
                state.where());
    }

    private static List<String> changes(Layered before, Layered next) {
        Map<String, String> digests = new HashMap<>();
        before.states().forEach(state -> digests.put(state.key().path(), state.digest()));
        return next.states().stream()
                .filter(state -> !state.digest().equals(digests.get(state.key().path())))
                .map(state -> state.key().path())
                .toList();
    }

    private static void tellIgnored(Layered before, Layered next) {
        next.ignored().forEach((key, reason) -> {
            if (reason.equals(before.ignored().get(key))) return;
            log.atWarn()
                    .addKeyValue("key", key)
                    .addKeyValue("reason", reason)
                    .log("a value that an administrator has set is not used");
        });
    }

    /** Settings change no more. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
