/** Sessions that are made, empty or as copies of another one; and the checkpoints that a session can go back to. */
package io.reprise.session.fork;
