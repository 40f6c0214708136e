/** The right to do something that only one process may do at a time, for a limited time; read {@link io.reprise.lease.Lease} first. */
package io.reprise.lease;
