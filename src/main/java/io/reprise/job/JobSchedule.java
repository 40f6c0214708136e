package io.reprise.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.schedule.Cron;
import io.reprise.schedule.Interval;
import io.reprise.schedule.Schedule;
import io.reprise.schedule.ScheduleException;
import java.util.concurrent.TimeUnit;

/**
 * When a job runs: at an interval, or by a cron expression of five fields in a time zone.
 *
 * @param everyMs or null
 * @param cron or null
 * @param zone IANA name for {@code cron}; null: UTC
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record JobSchedule(Long everyMs, String cron, String zone) {
    private static final String ZONE = "UTC";

    /** @throws ScheduleException if it is neither, both, or cannot be understood; the message is safe to display */
    public JobSchedule {
        if ((everyMs == null) == (cron == null)) {
            throw new ScheduleException("A job needs either `everyMs` or `cron`.");
        }
        if (cron == null && zone != null) throw new ScheduleException("`zone` needs `cron`.");
        schedule(everyMs, cron, zone);
    }

    public static JobSchedule everyMinutes(int minutes) {
        return new JobSchedule(TimeUnit.MINUTES.toMillis(minutes), null, null);
    }

    public static JobSchedule everySeconds(int seconds) {
        return new JobSchedule(TimeUnit.SECONDS.toMillis(seconds), null, null);
    }

    Schedule schedule() {
        return schedule(everyMs, cron, zone);
    }

    private static Schedule schedule(Long everyMs, String cron, String zone) {
        return cron == null ? new Interval(everyMs) : new Cron(cron, zone == null ? ZONE : zone);
    }
}
