package io.reprise.session;

import io.reprise.message.ShardMessage;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** A session's place in memory: what came in while it is being loaded, then the session. */
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

    /** Null while it is loaded. */
    Session session() {
        return session;
    }

    void session(Session loaded) {
        session = loaded;
    }

    /** Ends when it is in memory, or cannot be brought there; fails when the store is away. */
    Future<?> loading() {
        return loading;
    }

    void loading(Future<?> load) {
        loading = load;
    }

    /** It is loaded whether or not anybody waits for it. */
    void want() {
        wanted = true;
    }

    boolean isWanted() {
        return wanted;
    }

    /** The users that wait for it; nobody when not only users do. */
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

    /** Whether it takes messages: it is loaded, and what its last owner left is settled. */
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
