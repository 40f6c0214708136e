/** The private PostgreSQL: programs, data folder, process, and the watch over it. */
package io.reprise.store.embedded;
