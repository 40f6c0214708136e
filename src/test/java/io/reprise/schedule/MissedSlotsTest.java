package io.reprise.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Seed;
import java.time.ZoneId;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Slots that come up late become one run, or none. */
class MissedSlotsTest {
    private static final Schedule MINUTELY = new Schedule.Interval(60_000);

    @Test
    void a_slot_in_time_runs_and_nothing_was_missed() {
        assertThat(MissedSlots.decide(MINUTELY, 60_000, 60_050, 0)).isEqualTo(missed(false, 1, 120_000));
        assertThat(MissedSlots.decide(MINUTELY, 60_000, 60_000, 0)).isEqualTo(missed(true, 0, 120_000));
        assertThat(MissedSlots.decide(MINUTELY, 60_000, 60_050, 1_000)).isEqualTo(missed(true, 0, 120_000));
    }

    @Test
    void missed_slots_become_one_late_run_when_the_newest_is_recent() {
        assertThat(MissedSlots.decide(MINUTELY, 60_000, 330_000, 30_000)).isEqualTo(missed(true, 4, 360_000));
    }

    @Test
    void missed_slots_are_skipped_when_even_the_newest_is_too_old() {
        assertThat(MissedSlots.decide(MINUTELY, 60_000, 330_001, 30_000)).isEqualTo(missed(false, 5, 360_000));
    }

    @Test
    void what_is_due_once_runs_late_or_never() {
        Schedule once = new Schedule.Once(1_000);
        assertThat(MissedSlots.decide(once, 1_000, 61_000, 60_000))
                .isEqualTo(new MissedSlots(true, 0, OptionalLong.empty()));
        assertThat(MissedSlots.decide(once, 1_000, 61_001, 60_000))
                .isEqualTo(new MissedSlots(false, 1, OptionalLong.empty()));
    }

    @Test
    void counting_ends_somewhere() {
        Schedule cron = new Schedule.Cron(CronRule.parse("* * * * *"), ZoneId.of("Europe/Berlin"));
        long yearMs = 366 * 86_400_000L;
        assertThat(MissedSlots.decide(cron, 60_000, yearMs, 60_000).missed()).isEqualTo(MissedSlots.COUNT_MAX - 1);
        assertThat(MissedSlots.decide(new Schedule.Interval(10_000), 0, yearMs, 0)
                        .missed())
                .isEqualTo(MissedSlots.COUNT_MAX - 1);
    }

    @Test
    void every_slot_is_run_or_counted_and_the_next_one_lies_ahead() {
        Random random = Seed.random("every_slot_is_run_or_counted");
        for (int round = 0; round < 1_000; round++) {
            long intervalMs = 10_000 + random.nextInt(100_000);
            long graceMs = random.nextInt(200_000);
            long slotMs = random.nextInt(1_000_000);
            long nowMs = slotMs + random.nextInt(1_000_000);
            long due = (nowMs - slotMs) / intervalMs + 1;
            long newestMs = slotMs + (due - 1) * intervalMs;

            MissedSlots decided = MissedSlots.decide(new Schedule.Interval(intervalMs), slotMs, nowMs, graceMs);

            assertThat(decided.runs()).isEqualTo(nowMs - newestMs <= graceMs);
            assertThat(decided.missed()).isEqualTo((int) (decided.runs() ? due - 1 : due));
            assertThat(decided.nextSlotMs()).hasValue(newestMs + intervalMs);
        }
    }

    private static MissedSlots missed(boolean runs, int missed, long nextMs) {
        return new MissedSlots(runs, missed, OptionalLong.of(nextMs));
    }
}
