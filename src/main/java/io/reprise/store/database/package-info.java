/** The connection to PostgreSQL: address, pool, migrations, and the lock that keeps a second server away. */
package io.reprise.store.database;
