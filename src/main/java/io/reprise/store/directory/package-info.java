/** The list of a user's sessions, and the search in it. */
package io.reprise.store.directory;
