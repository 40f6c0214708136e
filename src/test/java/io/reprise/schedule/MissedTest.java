package io.reprise.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.schedule.Schedule.Missed;
import io.reprise.testing.Seed;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Slots that passed while no server ran. */
class MissedTest {
    private static final long YEAR_MS = 366 * 86_400_000L;

    @Test
    void the_slot_itself_is_the_latest_until_the_next_one_is_due() {
        assertThat(new Interval(60_000).missed(60_000, 60_000)).isEqualTo(new Missed(60_000, 0));
        assertThat(new Interval(60_000).missed(60_000, 119_999)).isEqualTo(new Missed(60_000, 0));
        assertThat(new Interval(60_000).missed(60_000, 120_000)).isEqualTo(new Missed(120_000, 1));
        assertThat(new Once(1_000).missed(1_000, YEAR_MS)).isEqualTo(new Missed(1_000, 0));
        assertThat(new Immediate().missed(1_000, YEAR_MS)).isEqualTo(new Missed(1_000, 0));
    }

    @Test
    void slots_of_working_hours_are_missed_over_a_weekend() {
        Cron workingHours = new Cron("0 9-17 * * 1-5", "Europe/Berlin");
        assertThat(workingHours.missed(ms("2026-11-27T15:00:00Z"), ms("2026-11-29T12:00:00Z")))
                .isEqualTo(new Missed(ms("2026-11-27T16:00:00Z"), 1));
    }

    @Test
    void the_latest_slot_is_exact_also_where_counting_has_ended() {
        assertThat(new Cron("* * * * *", "UTC").missed(60_000, YEAR_MS + 59_999))
                .isEqualTo(new Missed(YEAR_MS, Schedule.MISSED_MAX));
        assertThat(new Interval(10_000).missed(0, YEAR_MS + 9_999)).isEqualTo(new Missed(YEAR_MS, Schedule.MISSED_MAX));
    }

    @Test
    void the_latest_and_the_count_are_those_of_a_walk_from_slot_to_slot() {
        Random random = Seed.random("the_latest_and_the_count");
        for (int round = 0; round < 200; round++) {
            Schedule schedule = random.nextBoolean()
                    ? new Interval(600_000 + random.nextInt(10_000_000))
                    : new Cron(random.nextInt(60) + " */" + (1 + random.nextInt(12)) + " * * *", "Europe/Berlin");
            long slotMs = schedule.firstSlot(ms("2026-10-20T00:00:00Z") + random.nextInt(604_800_000))
                    .orElseThrow();
            long nowMs = slotMs + random.nextInt(604_800_000);

            long latestMs = slotMs;
            int before = 0;
            OptionalLong next = schedule.nextSlot(slotMs, slotMs);
            for (; next.getAsLong() <= nowMs; next = schedule.nextSlot(latestMs, latestMs)) {
                latestMs = next.getAsLong();
                before++;
            }

            assertThat(schedule.missed(slotMs, nowMs))
                    .as("%s in [%d, %d]", schedule, slotMs, nowMs)
                    .isEqualTo(new Missed(latestMs, before));
            assertThat(schedule.nextSlot(slotMs, nowMs)).isEqualTo(next);
        }
    }

    private static long ms(String at) {
        return Instant.parse(at).toEpochMilli();
    }
}
