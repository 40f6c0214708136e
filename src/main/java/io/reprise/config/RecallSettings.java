package io.reprise.config;

import io.reprise.config.read.Section;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;

/** Settings of recalls: limits, polling, deferrals and retries. */
public record RecallSettings(
        int perSessionMax,
        int perUserMax,
        int intervalMinMs,
        int horizonDays,
        String zone,
        int deferMs,
        int defersMax,
        int failuresMax,
        int chainMax,
        int newSessionsPerDay,
        int retryMs,
        int retryMaxMs,
        int missedGraceMs,
        int pollMs,
        int pauseMs,
        int batch) {

    static RecallSettings read(Section section) {
        Section live = section.live();
        RecallSettings recalls = new RecallSettings(
                live.integer("perSessionMax", 10, 1, 1_000),
                live.integer("perUserMax", 100, 1, 100_000),
                live.integer("intervalMinMs", 10_000, 1_000, 86_400_000),
                live.integer("horizonDays", 366, 1, 3_660),
                section.text("zone", "UTC"),
                live.integer("deferMs", 60_000, 1_000, 3_600_000),
                live.integer("defersMax", 60, 1, 10_000),
                live.integer("failuresMax", 5, 1, 100),
                live.integer("chainMax", 20, 1, 10_000),
                live.integer("newSessionsPerDay", 100, 0, 10_000),
                live.integer("retryMs", 60_000, 100, 3_600_000),
                live.integer("retryMaxMs", 3_600_000, 100, 86_400_000),
                live.integer("missedGraceMs", 86_400_000, 0, 604_800_000),
                live.integer("pollMs", 5_000, 100, 60_000),
                live.integer("pauseMs", 50, 1, 1_000),
                live.integer("batch", 100, 1, 10_000));
        section.atLeast("retryMaxMs", recalls.retryMaxMs, "recalls.retryMs", recalls.retryMs);
        section.atLeast("perUserMax", recalls.perUserMax, "recalls.perSessionMax", recalls.perSessionMax);
        if (!isZone(recalls.zone)) {
            section.problem("zone", recalls.zone, "must be an IANA time zone, such as Europe/Berlin");
        }
        return recalls;
    }

    public long horizonMs() {
        return TimeUnit.DAYS.toMillis(horizonDays);
    }

    private static boolean isZone(String name) {
        try {
            ZoneId.of(name);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
