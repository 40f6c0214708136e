/** Recalls of a session: when they are due, what becomes of them, and the runs that they begin. */
package io.reprise.session.recall;
