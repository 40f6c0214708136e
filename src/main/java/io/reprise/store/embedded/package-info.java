/** The private PostgreSQL: programs, data folder, process, and its supervision. */
package io.reprise.store.embedded;
