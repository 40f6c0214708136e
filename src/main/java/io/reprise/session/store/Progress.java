package io.reprise.session.store;

import io.reprise.message.AgentMessage.Resume;

/**
 * How a run would go on if its process died.
 *
 * @param attempt from 1
 * @param rootSeq where the first run began of those that it goes on with; its own first event when it is the first
 * @param resumeSeq what it showed behind it would be void; null: it cannot go on
 * @param resume what it would go on from; null: from what was said up to {@code resumeSeq}
 */
public record Progress(int attempt, long rootSeq, Long resumeSeq, Resume resume) {
    public static Progress none(long firstSeq) {
        return new Progress(1, firstSeq, null, null);
    }

    /** @param toSeq what the next attempt goes on with of the log */
    Progress nextAttempt(long toSeq) {
        return new Progress(attempt + 1, rootSeq, toSeq, resume);
    }

    /** It would end. */
    public Progress withoutWayOn() {
        return new Progress(attempt, rootSeq, null, null);
    }
}
