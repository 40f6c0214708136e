package io.reprise.session.log;

import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.Sharding;
import io.reprise.message.opening.TemporarySession;

/**
 * The identity of a session and of its writer.
 *
 * @param user the owner; for other users the session does not exist
 * @param owner number under which this process owns the session's shard
 * @param address bus address of that owner
 */
public record SessionIdentity(String session, String user, long owner, String address) {
    public static SessionIdentity of(String session, String user, long owner, Sharding sharding) {
        return new SessionIdentity(session, user, owner, Addresses.shard(sharding.shardOf(session), owner));
    }

    /** Whether it serves one request only. */
    public boolean isTemporary() {
        return TemporarySession.isMeant(session);
    }
}
