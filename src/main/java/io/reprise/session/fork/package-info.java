/** Copies of a session up to a message, and the checkpoints that a session can go back to. */
package io.reprise.session.fork;
