/** Jobs, leases and what jobs delete, in PostgreSQL; and what is erased with a session. */
package io.reprise.store.job;
