package io.reprise.session;

import io.reprise.session.store.Orphan;
import io.reprise.session.store.RunRow;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Log lines about loads of sessions. For one event loop. */
final class LoadLog {
    private static final Logger log = LoggerFactory.getLogger(LoadLog.class);

    /** Shards that another server has taken over. */
    private final Set<Integer> notMine = new HashSet<>();

    /** Logged once per shard, because it applies to all later loads of the shard. */
    void notMine(SessionEntry entry, long owner) {
        if (!notMine.add(entry.shard)) return;
        log.atError()
                .addKeyValue("shard", entry.shard)
                .addKeyValue("session", entry.id)
                .addKeyValue("owner", owner)
                .log("another server has taken this shard; its sessions are unavailable here");
    }

    void failed(String session, Throwable cause) {
        log.atWarn().addKeyValue("session", session).setCause(cause).log("loading a session failed");
    }

    /** Logs runs that were orphaned. */
    void found(String session, List<Orphan> orphans) {
        found(session, orphans, false);
        found(session, orphans, true);
    }

    private static void found(String session, List<Orphan> orphans, boolean suspended) {
        List<String> runs = orphans.stream()
                .map(Orphan::run)
                .filter(run -> run.isSuspended() == suspended)
                .map(RunRow::id)
                .toList();
        if (runs.isEmpty()) return;
        log.atLevel(suspended ? Level.INFO : Level.WARN)
                .addKeyValue("session", session)
                .addKeyValue("runs", runs)
                .log(suspended ? "found suspended runs" : "found orphaned runs");
    }
}
