/** Commands in the order in which they are decided, one class for each kind that takes more than a few lines. */
package io.reprise.session.command;
