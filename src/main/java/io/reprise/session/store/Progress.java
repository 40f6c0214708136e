package io.reprise.session.store;

import io.reprise.message.AgentMessage.Resume;

/**
 * How a run would resume if its process were killed.
 *
 * @param attempt from 1
 * @param rootSeq first event of the first run in the chain of runs that it resumes; its own first event if it resumes
 *     none
 * @param resumeSeq later events would be superseded; null if the run cannot resume
 * @param resume what it would resume from; null for the messages up to {@code resumeSeq}
 */
public record Progress(int attempt, long rootSeq, Long resumeSeq, Resume resume) {
    public static Progress none(long firstSeq) {
        return new Progress(1, firstSeq, null, null);
    }

    /** @param toSeq last event of the log that the next attempt keeps */
    Progress nextAttempt(long toSeq) {
        return new Progress(attempt + 1, rootSeq, toSeq, resume);
    }

    /** The progress of a run that cannot resume and would end. */
    public Progress withoutWayOn() {
        return new Progress(attempt, rootSeq, null, null);
    }
}
