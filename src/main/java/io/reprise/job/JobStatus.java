package io.reprise.job;

/**
 * A job as administrators see it.
 *
 * @param schedule in force
 * @param own whether an administrator has set it
 * @param nextMs when it runs next, unless it is paused
 * @param requested whether somebody has asked for a run that has not begun
 * @param active the run under way, or null
 * @param last the last run that has ended, or null
 */
public record JobStatus(
        String name,
        JobSchedule schedule,
        boolean own,
        boolean paused,
        Job.Part part,
        long nextMs,
        boolean requested,
        JobRun active,
        JobRun last) {}
