package io.reprise.reload;

import io.reprise.config.ReloadSettings;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Looks after the settings file and the files beside it on a thread of its own, until it is closed. */
public final class FileWatcher implements AutoCloseable {
    private static final int CLOSE_MS = 1_000;

    private final FolderEvents events;
    private final ConfigWatch<?> watch;
    private final Thread thread;

    private FileWatcher(FolderEvents events, ConfigWatch<?> watch) {
        this.events = events;
        this.watch = watch;
        this.thread = Thread.ofPlatform().daemon().name("reprise-settings-file").unstarted(this::run);
    }

    /**
     * @param path of the settings file
     * @param folders with other files, whether they exist or not
     * @param file reads all files
     * @param used the content in use
     * @param changed called with another content, on the thread of this watcher
     */
    public static <T> FileWatcher start(
            Path path,
            List<Path> folders,
            Supplier<T> file,
            T used,
            Consumer<T> changed,
            Current<ReloadSettings> settings,
            MonotonicClock clock) {
        FileWatcher watcher = new FileWatcher(
                new FolderEvents(path, folders), new ConfigWatch<>(file, used, changed, settings, clock));
        watcher.thread.start();
        return watcher;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) events.await(watch.look());
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        events.close();
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
