/** Maintenance of the stores at scheduled times, by one node at a time. Read {@link io.reprise.job.Job} first. */
package io.reprise.job;
