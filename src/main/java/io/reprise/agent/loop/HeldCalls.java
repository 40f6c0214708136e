package io.reprise.agent.loop;

import io.reprise.tool.AskingException.Held;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls of this node that are held open at a server while their run waits for a person. They are dropped when nobody is
 * going to answer. Thread-safe.
 */
public final class HeldCalls {
    private final Map<Key, One> calls = new ConcurrentHashMap<>();

    private record Key(String session, String call) {}

    private record One(String run, Held held) {}

    /** Number of calls that are held. */
    public int count() {
        return calls.size();
    }

    /** Holds a call; one with the same id was replaced by it and is dropped. */
    void hold(String session, String call, String run, Held held) {
        One before = calls.put(new Key(session, call), new One(run, held));
        if (before != null && before.held() != held) before.held().drop();
    }

    boolean holds(String session, String call) {
        return calls.containsKey(new Key(session, call));
    }

    /** The call, which is not held any more. Empty if it was not, because this server has been started since. */
    Optional<Held> take(String session, String call) {
        return Optional.ofNullable(calls.remove(new Key(session, call))).map(One::held);
    }

    /** Nobody will answer what calls of this run ask. */
    public void drop(String run) {
        calls.forEach((key, one) -> {
            if (one.run().equals(run) && calls.remove(key, one)) one.held().drop();
        });
    }
}
