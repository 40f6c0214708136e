package io.reprise.store.checkpoint;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The test says what is needed. The session {@code s_1} belongs to ada, {@code s_2} to bob. */
public final class FakeNeeded implements NeededCheckpoints {
    private static final Map<String, String> USERS = Map.of("s_1", "ada", "s_2", "bob");
    boolean isAway;
    private final Map<String, Set<String>> ids = new HashMap<>();

    /** @param id of a checkpoint or of a run */
    public void add(String session, String id) {
        ids.computeIfAbsent(session, same -> new HashSet<>()).add(id);
    }

    @Override
    public Future<Map<String, Set<String>>> of(List<String> sessions, String user) {
        if (isAway) return Future.failedFuture("away");
        Map<String, Set<String>> found = new HashMap<>();
        sessions.stream()
                .filter(session -> user == null || user.equals(USERS.get(session)))
                .forEach(session -> found.put(session, ids.getOrDefault(session, Set.of())));
        return Future.succeededFuture(found);
    }
}
