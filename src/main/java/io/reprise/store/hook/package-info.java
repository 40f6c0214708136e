/** Hooks, webhooks and Web Push in PostgreSQL. */
package io.reprise.store.hook;
