package io.reprise.session.store;

import io.reprise.attachment.Attachment;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Port: the store of sessions. Expected outcomes are values. A failed future means that the outcome is unknown: the
 * store is unavailable, or {@link StoreBusy}. Every write is one transaction.
 */
public interface EventStore {

    /** Takes shards for a node. Returns the new owner number of each, which is larger than all earlier ones. */
    Future<Map<Integer, Long>> takeShards(String node, List<Integer> shards);

    /**
     * All sessions of these shards with a run that has not ended, or with a waiting message that does not wait for an
     * open interrupt.
     */
    Future<List<String>> unfinishedSessions(List<Integer> shards);

    /**
     * Claims the session for the owner number and then reads it. Its version increases, so that a delayed append of an
     * earlier object with the same owner number is not stored.
     */
    default Future<LoadOutcome> load(String session, long owner) {
        return load(session, owner, Set.of());
    }

    /**
     * As above, if the session belongs to one of these users. The users are compared by a read, so that a request for a
     * session that does not exist or belongs to somebody else writes nothing.
     *
     * @param users empty: any user
     */
    Future<LoadOutcome> load(String session, long owner, Set<String> users);

    /** Creates a session and the claim of its command, once. */
    Future<CreateOutcome> create(NewSession session);

    /** The committed claim of a command; empty if there is none. */
    Future<Optional<Claim>> claim(String user, String session, String id);

    /** First event of the first run in the chain of runs that this run resumes; empty if the run does not exist. */
    Future<Optional<Long>> rootSeq(String session, String run);

    /** Number of the user's unfinished recalls in other sessions. */
    Future<Integer> recallsElsewhere(String user, String session);

    /** How many sessions recalls of the user have made since this time, of those that still exist. */
    Future<Integer> recallSessionsSince(String user, long sinceMs);

    /** Those of these attachments that were uploaded to the session. A store without attachments finds none. */
    default Future<List<Attachment>> attachments(String session, List<String> attachments) {
        return Future.succeededFuture(List.of());
    }

    /** Whether there is a session with this id. */
    Future<Boolean> exists(String session);

    Future<AppendOutcome> append(Append append);

    /**
     * Stores appends of different sessions that consist of rows only, in as few transactions as possible. An append
     * that is refused or lost changes nothing for the others.
     *
     * @return the outcome of each, in the same order
     */
    default List<Future<AppendOutcome>> appendAll(List<Append> appends) {
        return appends.stream().map(this::append).toList();
    }

    /**
     * Erases the session and everything in it, if it still belongs to this owner.
     *
     * @param version only if it still has this version, because it has expired; null: in any case
     */
    Future<Boolean> erase(String session, long owner, Long version);
}
