package io.reprise.agent.run;

/** Port: the thread of an agent verticle, on which the state of its runs lives. */
public interface EventLoop {
    /** Runs {@code action} on the loop, soon; from any thread. */
    void run(Runnable action);

    /** Runs {@code action} on the loop after {@code ms}; called on the loop. */
    Timer after(long ms, Runnable action);

    /** Milliseconds of a clock that never jumps. */
    long nowMs();

    interface Timer {
        void cancel();
    }
}
