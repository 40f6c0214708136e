package io.reprise.session.store;

import io.reprise.message.QueuedMessage;
import java.util.List;

/**
 * A run whose process is gone.
 *
 * @param structure its events without the deltas, and before them those of the runs that it goes on with: from
 *     {@code progress.rootSeq} on; of what AG-UI does not name only what makes messages void, and stops
 * @param said the messages of users that it was given behind {@code progress.resumeSeq}, whole
 */
public record Orphan(RunRow run, List<Placed> structure, List<QueuedMessage> said) {}
