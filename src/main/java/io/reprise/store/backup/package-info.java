/** Backups of a database into one file, while servers use it, and their restoration into an empty database. */
package io.reprise.store.backup;
