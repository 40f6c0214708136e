/** The catalogue in PostgreSQL. */
package io.reprise.store.catalog;
