package io.reprise.session.run;

/**
 * Receives the events in the life of a session's runs, while the input that causes them is handled and before they are
 * stored.
 */
public interface RunListener {
    /**
     * The run's terminal event was numbered.
     *
     * @param run the active attempt, or null for an orphaned run
     * @param fromSeq first event of the first run in the chain of runs that this one resumes
     */
    void ended(String id, RunState.Run run, Ending ending, long fromSeq);

    /** A run is about to begin: nothing of it is numbered yet. */
    void begins();

    /** Nothing runs, and no message waits: what had to wait for that may begin. */
    void idle();

    /** A run starts the conversation again: all earlier messages are superseded. */
    void begunAnew();
}
