package io.reprise.session.effect;

import io.reprise.message.log.OpenItems.OpenCall;
import java.util.List;

/**
 * A checkpoint from which a session can resume.
 *
 * @param run the run in which it was saved
 * @param seq last event that it covers
 * @param lastMessage the last message that began at or below {@code seq} and is not superseded, or null
 * @param rootSeq first event of the first run in the chain of runs that {@code run} resumes
 * @param beforeRoot the last message before {@code rootSeq} that is not superseded, or null
 * @param openCalls calls without a result at {@code seq}
 */
public record ResumePoint(
        String checkpoint,
        String run,
        long seq,
        String lastMessage,
        long rootSeq,
        String beforeRoot,
        List<OpenCall> openCalls) {
    public ResumePoint {
        openCalls = List.copyOf(openCalls);
    }
}
