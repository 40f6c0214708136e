/**
 * Computes due times and parses schedules; pure, without a clock. Times are milliseconds since the epoch; a slot is
 * a due time.
 */
package io.reprise.schedule;
