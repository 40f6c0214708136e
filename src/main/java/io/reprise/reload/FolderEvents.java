package io.reprise.reload;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until the operating system tells that something may have happened to a file: written, renamed over, or reached
 * through a link that now leads elsewhere. Whether it has changed is for the caller to find out. Watches the folder of the
 * file, the folder around it, in which it may be removed and made again, and the one that a link to the file leads to.
 */
final class FolderEvents implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FolderEvents.class);

    private static final WatchEvent.Kind<?>[] ALL = {ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY};
    /** Files beside the folder may be written to all the time, such as a log. */
    private static final WatchEvent.Kind<?>[] NAMES = {ENTRY_CREATE, ENTRY_DELETE};

    /** Events within this time are handled together. */
    private static final int TOGETHER_MS = 10;

    private final Path file;
    private final List<Path> folders;
    private final WatchService service;
    private final Map<Path, WatchKey> keys = new HashMap<>();

    /** @param folders with other files, whether they exist or not */
    FolderEvents(Path file, List<Path> folders) {
        this.file = file.toAbsolutePath().normalize();
        this.folders = List.copyOf(folders);
        this.service = open(this.file);
        register();
    }

    private static WatchService open(Path file) {
        try {
            return file.getFileSystem().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            log.atWarn()
                    .addKeyValue("cause", e.toString())
                    .log("the system does not tell of changed files; the settings file is looked at now and then");
            return null;
        }
    }

    /** Returns after an event, after so many milliseconds, or at once if other folders are watched from now on. */
    void await(long ms) throws InterruptedException {
        if (service == null) {
            TimeUnit.MILLISECONDS.sleep(ms);
            return;
        }
        // What happened in a new folder before it was watched causes no event.
        if (register()) return;
        try {
            WatchKey key = service.poll(ms, TimeUnit.MILLISECONDS);
            if (key == null) return;
            TimeUnit.MILLISECONDS.sleep(TOGETHER_MS);
            for (; key != null; key = service.poll()) {
                key.pollEvents();
                key.reset();
            }
        } catch (ClosedWatchServiceException closed) {
            throw new InterruptedException("closed");
        }
    }

    /** Watches the folders as they are now; one that was made again is another one. Returns whether any is new. */
    private boolean register() {
        if (service == null) return false;
        Path folder = file.getParent();
        Set<Path> wanted = new HashSet<>();
        Path target = real(file);
        boolean some = watch(real(folder), ALL, wanted);
        if (target != null) some |= watch(target.getParent(), ALL, wanted);
        for (Path other : folders) some |= watch(real(other), ALL, wanted);
        if (folder.getParent() != null) some |= watch(real(folder.getParent()), NAMES, wanted);
        keys.entrySet().removeIf(entry -> {
            if (wanted.contains(entry.getKey())) return false;
            entry.getValue().cancel();
            return true;
        });
        return some;
    }

    private boolean watch(Path folder, WatchEvent.Kind<?>[] kinds, Set<Path> wanted) {
        if (folder == null || !wanted.add(folder)) return false;
        WatchKey before = keys.get(folder);
        if (before != null && before.isValid()) return false;
        try {
            keys.put(folder, folder.register(service, kinds));
            return true;
        } catch (IOException | ClosedWatchServiceException e) {
            // It is gone again, or there are too many watches: then the next look finds out.
            keys.remove(folder);
            return false;
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            if (service != null) service.close();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("closing the watch of the settings file failed");
        }
    }
}
