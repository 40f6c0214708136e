package io.reprise.agent.run;

/** Port: the thread of an agent verticle, which owns the state of its runs. */
public interface EventLoop {
    /** Runs {@code action} on the event loop soon. Callable from any thread. */
    void run(Runnable action);

    /** Runs {@code action} on the event loop after {@code ms}. Call it on the event loop. */
    Timer after(long ms, Runnable action);

    /** Milliseconds of a monotonic clock. */
    long nowMs();

    interface Timer {
        void cancel();
    }
}
