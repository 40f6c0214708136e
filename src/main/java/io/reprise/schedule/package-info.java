/** When something is due: the arithmetic of schedules, without a clock of its own. */
package io.reprise.schedule;
