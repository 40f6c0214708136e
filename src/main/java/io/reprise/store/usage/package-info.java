/** What calls of models have used, in PostgreSQL. */
package io.reprise.store.usage;
