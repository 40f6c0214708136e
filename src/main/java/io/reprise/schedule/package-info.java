/**
 * When something is due: the arithmetic of schedules and the reading of times, pure and without a clock of its own. Times
 * are milliseconds since the epoch; a slot is a time at which something is due.
 */
package io.reprise.schedule;
