package io.reprise.session.log;

import io.reprise.message.Addresses;
import io.reprise.message.Sharding;

/**
 * Which session this is and who writes it.
 *
 * @param user whose session it is: to everybody else it does not exist
 * @param owner the number under which this process took the session's shard
 * @param address where that owner listens
 */
public record SessionIdentity(String session, String user, long owner, String address) {
    public static SessionIdentity of(String session, String user, long owner, Sharding sharding) {
        return new SessionIdentity(session, user, owner, Addresses.shard(sharding.shardOf(session), owner));
    }
}
