package io.reprise.session.run;

/** Hears what becomes of a session's runs; within the input that causes it, and before that is stored. */
public interface RunListener {
    /**
     * The run's terminal event was numbered just now.
     *
     * @param run the attempt that was active, or null when its process was gone
     * @param fromSeq where the first run began of those that this one goes on with
     */
    void ended(String id, RunState.Run run, Ending ending, long fromSeq);

    /** A run is about to begin: nothing of it is numbered yet. */
    void begins();

    /** Nothing runs, and no message waits: what had to wait for that may begin. */
    void idle();

    /** A run begins the conversation again: what was said before is void. */
    void begunAnew();
}
