/** The log of a session in memory: numbering, gathering of text, and the next append to the store. */
package io.reprise.session.log;
