/** Deletes outside the database what belonged to sessions that were erased. */
package io.reprise.session.erasure;
