package io.reprise.session.store;

import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.recall.Recall;
import java.util.List;

/**
 * What a session is when it comes into memory.
 *
 * @param interrupts those that the last run ended with, and the newest that are resolved; oldest first
 */
public record Loaded(
        String user,
        String epoch,
        long head,
        long version,
        List<QueuedMessage> queue,
        RunRow lastRun,
        List<Orphan> orphans,
        List<Recall> recalls,
        Outline outline,
        String agent,
        Titles titles,
        Listing listing,
        List<Interrupt> interrupts) {}
