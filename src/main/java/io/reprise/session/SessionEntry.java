package io.reprise.session;

import io.reprise.message.ShardMessage;
import java.util.ArrayDeque;
import java.util.Deque;

/** A session's place in memory: what came in while it is being loaded, then the session. */
final class SessionEntry {
    final String id;
    final int shard;
    private final Deque<ShardMessage.ToSession> waiting = new ArrayDeque<>();
    private Session session;
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
