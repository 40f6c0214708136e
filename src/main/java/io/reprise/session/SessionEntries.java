package io.reprise.session;

import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The sessions in memory and those that are being loaded, by id and by shard. */
final class SessionEntries {
    private final Map<String, SessionEntry> byId = new HashMap<>();
    private final Map<Integer, Set<SessionEntry>> byShard = new HashMap<>();

    SessionEntry get(String session) {
        return byId.get(session);
    }

    int size() {
        return byId.size();
    }

    /** A copy, so that the caller may change the entries while iterating. */
    List<SessionEntry> all() {
        return List.copyOf(byId.values());
    }

    /** Also a copy. */
    List<SessionEntry> ofShard(int shard) {
        Collection<SessionEntry> its = byShard.get(shard);
        return its == null ? List.of() : List.copyOf(its);
    }

    void put(SessionEntry entry) {
        SessionEntry before = byId.put(entry.id, entry);
        if (before != null) leaveShard(before);
        byShard.computeIfAbsent(entry.shard, shard -> new LinkedHashSet<>()).add(entry);
    }

    /** Removes the entry, but not another one with the same id. */
    void remove(SessionEntry entry) {
        if (byId.remove(entry.id, entry)) leaveShard(entry);
    }

    void removeIf(Predicate<SessionEntry> unwanted) {
        Iterator<SessionEntry> each = byId.values().iterator();
        while (each.hasNext()) {
            SessionEntry entry = each.next();
            if (!unwanted.test(entry)) continue;
            each.remove();
            leaveShard(entry);
        }
    }

    private void leaveShard(SessionEntry entry) {
        byShard.computeIfPresent(entry.shard, (shard, its) -> {
            its.remove(entry);
            return its.isEmpty() ? null : its;
        });
    }
}
