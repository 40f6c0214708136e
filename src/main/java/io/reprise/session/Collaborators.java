package io.reprise.session;

import io.reprise.config.Settings;
import io.reprise.history.CheckpointDirectory;
import io.reprise.history.LogReader;
import io.reprise.history.SessionDirectory;
import io.reprise.history.Workers;
import io.reprise.session.erasure.Erasures;
import io.reprise.session.shard.Reach;
import io.reprise.session.shard.ShardStore;
import io.reprise.session.store.EventStore;
import io.reprise.support.Backoff;
import io.reprise.support.Current;
import io.reprise.support.Permits;

/**
 * The services of every session verticle.
 *
 * @param shards leases of shards; used only in a cluster, as is {@code reach}
 * @param wholeReads permits for reads of whole conversations, shared by all that make such reads
 */
public record Collaborators(
        Session.Environment environment,
        EventStore store,
        LogReader reader,
        SessionDirectory directory,
        CheckpointDirectory checkpoints,
        Erasures erasures,
        Workers workers,
        Permits wholeReads,
        ShardStore shards,
        Reach reach) {
    public Settings settings() {
        return environment.settings();
    }

    /** The pauses between attempts to reach the store. */
    Current<Backoff> retries() {
        return environment.current().map(Settings::store).derive(now -> new Backoff(now.retryMs(), now.retryMaxMs()));
    }
}
