/** Hooks and webhooks in PostgreSQL. */
package io.reprise.store.hook;
