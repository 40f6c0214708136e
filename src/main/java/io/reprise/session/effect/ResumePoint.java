package io.reprise.session.effect;

import java.util.List;

/**
 * A checkpoint that a session can go on from.
 *
 * @param run the one that it was taken in
 * @param seq what it covers of the log
 * @param lastMessage the last message that began at or below {@code seq} and is not void, or null
 * @param rootSeq where the first run began of those that {@code run} goes on with
 * @param beforeRoot the last message before {@code rootSeq} that is not void, or null
 * @param openCalls that had no result there
 */
public record ResumePoint(
        String checkpoint,
        String run,
        long seq,
        String lastMessage,
        long rootSeq,
        String beforeRoot,
        List<String> openCalls) {
    public ResumePoint {
        openCalls = List.copyOf(openCalls);
    }
}
