package io.reprise.lease;

import io.vertx.core.Future;
import java.util.Optional;

/** Port: the store of leases, by its clock. A failed future means that the outcome is unknown. */
public interface LeaseStore {
    /** Takes the lease if nobody holds it or its time is over; empty if somebody else holds it. */
    Future<Optional<Lease>> take(String name, String owner, long ttlMs);

    /**
     * Lets the lease end {@code ttlMs} from now, also if its time is over and nobody has taken it since. False if it
     * was taken over or released.
     */
    Future<Boolean> renew(Lease lease);

    /** Ends the lease now. Does nothing if it was taken over. */
    Future<Void> release(Lease lease);
}
