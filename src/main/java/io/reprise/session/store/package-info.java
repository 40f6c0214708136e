/** The port to where sessions are kept, and the values that it speaks of. */
package io.reprise.session.store;
