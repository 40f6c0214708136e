/** Sessions, runs, recalls and everything else in tables, with the SQL beside its use. */
package io.reprise.store.postgres;
