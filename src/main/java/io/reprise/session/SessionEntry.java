package io.reprise.session;

import io.reprise.message.ShardMessage;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** The entry of a session: messages that arrive during the load, and then the session. */
final class SessionEntry {
    final String id;
    final int shard;
    private final Deque<ShardMessage.ToSession> waiting = new ArrayDeque<>();
    private Session session;
    private Future<?> loading = Future.succeededFuture();
    private boolean wanted;
    private long usedMs;

    SessionEntry(String id, int shard) {
        this.id = id;
        this.shard = shard;
    }

    /** Null while the session is being loaded. */
    Session session() {
        return session;
    }

    void session(Session loaded) {
        session = loaded;
    }

    /** Completes when the session is in memory or cannot be loaded; fails if the store is unavailable. */
    Future<?> loading() {
        return loading;
    }

    void loading(Future<?> load) {
        loading = load;
    }

    /** The session is needed even if no message waits for it. */
    void want() {
        wanted = true;
    }

    boolean isWanted() {
        return wanted;
    }

    /** The users that wait for the session; empty if it is also needed for another reason. */
    Set<String> askers() {
        if (wanted) return Set.of();
        Set<String> users = new HashSet<>();
        for (ShardMessage.ToSession message : waiting) {
            if (message instanceof ShardMessage.Request request) users.add(request.user());
            else if (message instanceof ShardMessage.Attach attach) users.add(attach.user());
            else if (!(message instanceof ShardMessage.Detach)) return Set.of();
        }
        return users;
    }

    /** Whether the session accepts messages: it is loaded, and the work of its previous owner is settled. */
    boolean isOpen() {
        return session != null && !session.isOpening();
    }

    Deque<ShardMessage.ToSession> waiting() {
        return waiting;
    }

    void used(long nowMs) {
        usedMs = nowMs;
    }

    boolean isUnused(long sinceMs) {
        return isOpen() && waiting.isEmpty() && usedMs <= sinceMs && session.isIdle();
    }
}
