package io.reprise.reload;

import io.reprise.support.Rfc3339;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of the settings by files, until they are in the audit log. While the store is away they gather in one entry,
 * which names each key once: it cannot grow beyond the number of settings and entries. If the answer of the store was
 * lost, the entry may be there twice. Thread-safe.
 */
public final class FileChanges {
    private static final Logger log = LoggerFactory.getLogger(FileChanges.class);

    private final Audit audit;
    private final WallClock time;
    private final Consumer<Runnable> later;
    private Gathered waiting = new Gathered();
    private boolean isBusy;
    private boolean isAway;
    private boolean isClosed;

    /** Port: the audit log. */
    @FunctionalInterface
    public interface Audit {
        /** A failed future means that the store is unavailable. */
        Future<Void> record(Map<String, Object> detail);
    }

    /** @param later runs a task after a pause */
    public FileChanges(Audit audit, WallClock time, Consumer<Runnable> later) {
        this.audit = audit;
        this.time = time;
        this.later = later;
    }

    private static final class Gathered {
        final Set<String> keys = new LinkedHashSet<>();
        long sinceMs;
        int times;

        Map<String, Object> detail(boolean isLate) {
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("keys", List.copyOf(keys));
            if (isLate) {
                detail.put("since", Rfc3339.text(sinceMs));
                detail.put("times", times);
            }
            return detail;
        }

        void addBefore(Gathered newer) {
            keys.addAll(newer.keys);
            times += newer.times;
        }
    }

    /** @param keys what a file has changed */
    public synchronized void add(List<String> keys) {
        if (waiting.times == 0) waiting.sinceMs = time.nowMs();
        waiting.times++;
        waiting.keys.addAll(keys);
        if (!isBusy) record(false);
    }

    /** Nothing is tried again. Returns what is not in the audit log. */
    public synchronized List<String> close() {
        isClosed = true;
        return List.copyOf(waiting.keys);
    }

    private synchronized void record(boolean isLate) {
        Gathered entry = waiting;
        waiting = new Gathered();
        isBusy = true;
        audit.record(entry.detail(isLate)).onSuccess(done -> recorded()).onFailure(cause -> failed(entry, cause));
    }

    private synchronized void recorded() {
        isBusy = false;
        isAway = false;
        if (waiting.times > 0) record(true);
    }

    private synchronized void failed(Gathered entry, Throwable cause) {
        entry.addBefore(waiting);
        waiting = entry;
        if (!isAway) {
            log.atWarn()
                    .addKeyValue("keys", entry.keys)
                    .addKeyValue("cause", cause.toString())
                    .log("a change of the settings file cannot be recorded in the audit log; it is tried again");
        }
        isAway = true;
        if (!isClosed) later.accept(() -> record(true));
    }
}
