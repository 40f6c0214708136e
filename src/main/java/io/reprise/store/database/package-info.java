/** The connection to PostgreSQL: URL, pools, migrations, and the lock against a second server. */
package io.reprise.store.database;
