package io.reprise.reload;

import io.reprise.config.ReloadSettings;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Decides when changed files are used: when their content has stayed the same for a while, because it may have been half
 * written. Only the content counts, not the time of the file. For one thread.
 */
final class ConfigWatch<T> {
    private final Supplier<T> file;
    private final Consumer<T> changed;
    private final Current<ReloadSettings> settings;
    private final MonotonicClock clock;
    private T used;
    private Pending<T> pending;

    /** A new content, since when it is the same, and since when the file differs from the one in use. */
    private record Pending<T>(T text, long sinceMs, long firstMs) {}

    /**
     * @param file reads the file
     * @param used the content in use
     */
    ConfigWatch(Supplier<T> file, T used, Consumer<T> changed, Current<ReloadSettings> settings, MonotonicClock clock) {
        this.file = file;
        this.used = used;
        this.changed = changed;
        this.settings = settings;
        this.clock = clock;
    }

    /** Looks at the file. Call it when the file may have changed, and after the returned number of milliseconds. */
    long look() {
        ReloadSettings limits = settings.get();
        T text = file.get();
        long nowMs = clock.elapsedMs();
        if (text.equals(used)) {
            pending = null;
            return limits.pollMs();
        }
        if (pending == null) pending = new Pending<>(text, nowMs, nowMs);
        else if (!pending.text().equals(text)) pending = new Pending<>(text, nowMs, pending.firstMs());
        long leftMs =
                Math.min(pending.sinceMs() + limits.quietMs() - nowMs, pending.firstMs() + limits.quietMaxMs() - nowMs);
        if (leftMs > 0) return leftMs;
        used = text;
        pending = null;
        changed.accept(text);
        return limits.pollMs();
    }
}
