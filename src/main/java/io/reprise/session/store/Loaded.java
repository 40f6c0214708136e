package io.reprise.session.store;

import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecalledFrom;
import java.util.List;

/**
 * A session as it was loaded.
 *
 * @param claims ids of the commands that were claimed for this session; more than {@link ClaimedIds#LOADED_MAX} mean that
 *     there may be others
 * @param idleSinceMs time of the last use, by the clock of the store
 * @param recalledFrom the session whose recall made this one, or null
 * @param recallChain how many runs in a row recalls have started, without a message of a person
 * @param interrupts interrupts of the last run and the newest resolved ones, oldest first
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
        ReadState read,
        List<Interrupt> interrupts,
        long idleSinceMs,
        List<String> claims,
        int recallChain,
        RecalledFrom recalledFrom) {}
