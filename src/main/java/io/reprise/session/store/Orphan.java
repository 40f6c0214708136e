package io.reprise.session.store;

import io.reprise.message.QueuedMessage;
import java.util.List;

/**
 * An orphaned run.
 *
 * @param structure its events without deltas, preceded by those of the runs that it resumes: from {@code
 *     progress.rootSeq} on; of custom events only those that supersede messages, and stops
 * @param said messages of users that it received after {@code progress.resumeSeq}, with full text
 */
public record Orphan(RunRow run, List<Placed> structure, List<QueuedMessage> said) {}
