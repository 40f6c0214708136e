package io.reprise.session.store;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Port: where sessions are kept. Expected outcomes are values; a failed future means that the store is away, or
 * {@link StoreBusy}, and that the outcome is unknown. Every write is one transaction.
 */
public interface EventStore {

    /** Takes shards for a node: the new owner number of each, larger than every number before it. */
    Future<Map<Integer, Long>> takeShards(String node, List<Integer> shards);

    /** Every session of these shards with a run that has not ended, or with a waiting message that no open interrupt keeps waiting. */
    Future<List<String>> unfinishedSessions(List<Integer> shards);

    /**
     * Claims the session for the owner number and then reads it. The version goes up, so that an append of an earlier
     * object under the same number, still on its way, finds nothing to append to.
     */
    default Future<LoadOutcome> load(String session, long owner) {
        return load(session, owner, Set.of());
    }

    /**
     * The same if the session is that of one of these users; they are looked up by a read, so that asking for a session
     * that is not there, or that is somebody else's, writes nothing.
     *
     * @param users empty: whichever user it belongs to
     */
    Future<LoadOutcome> load(String session, long owner, Set<String> users);

    /** Makes a session, and the claim of the command that asked for it, once. */
    Future<CreateOutcome> create(NewSession session);

    /** The claim of a command, if one was committed. */
    Future<Optional<Claim>> claim(String user, String session, String id);

    /** Where the first run began of those that this one goes on with; nothing when there is no such run. */
    Future<Optional<Long>> rootSeq(String session, String run);

    /** How many recalls that are not over the user has in other sessions. */
    Future<Integer> recallsElsewhere(String user, String session);

    Future<AppendOutcome> append(Append append);

    /** Erases the session and everything in it, if it is still this owner's. */
    Future<Boolean> erase(String session, long owner);
}
