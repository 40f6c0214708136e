/** What belongs to people and to the whole server, not to sessions: sign-ins, and secrets that all nodes share. */
package io.reprise.store.account;
