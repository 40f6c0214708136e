/** Data that does not belong to sessions: sign-ins of people, and secrets that all nodes share. */
package io.reprise.store.account;
