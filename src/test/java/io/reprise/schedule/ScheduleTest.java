package io.reprise.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Seed;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Slots: strictly increasing, at the right intervals, and correct when the clocks change. */
class ScheduleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final int ROUNDS = 300;

    @Test
    void an_interval_stays_on_the_grid_of_its_first_slot() {
        Schedule every = new Interval(10_000);
        assertThat(every.firstSlot(1_234)).hasValue(11_234);
        assertThat(every.nextSlot(11_234, 11_234)).hasValue(21_234);
        assertThat(every.nextSlot(11_234, 20_000)).hasValue(21_234);
        assertThat(every.nextSlot(11_234, 21_234)).hasValue(31_234);
        assertThat(every.nextSlot(11_234, 1_011_999)).hasValue(1_021_234);
        assertThat(every.nextSlot(11_234, 5)).hasValue(21_234);
    }

    @Test
    void a_single_time_has_no_next_slot() {
        assertThat(new Once(5_000).firstSlot(1_000)).hasValue(5_000);
        assertThat(new Once(5_000).nextSlot(5_000, 5_000)).isEmpty();
        assertThat(new Immediate().firstSlot(1_000)).hasValue(1_000);
        assertThat(new Immediate().nextSlot(1_000, 1_000)).isEmpty();
    }

    @Test
    void a_skipped_local_time_moves_to_the_end_of_the_gap() {
        // On 29 March 2026 the clocks of Berlin go from 02:00 to 03:00.
        assertThat(slots("30 2 * * *", BERLIN, "2026-03-27T12:00:00Z", 3))
                .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
        assertThat(slots("0,30 2,3 29 3 *", BERLIN, "2026-03-28T12:00:00Z", 2))
                .as("02:00, 02:30 and 03:00 are one moment")
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z");
    }

    @Test
    void a_repeated_local_time_occurs_the_first_time() {
        // On 25 October 2026 the clocks of Berlin go from 03:00 to 02:00.
        assertThat(slots("30 2 * * *", BERLIN, "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
        assertThat(slots("30 2 * * *", BERLIN, "2026-10-25T01:10:00Z", 1))
                .as("asked between the first and the second time")
                .containsExactly("2026-10-26T01:30:00Z");
    }

    @Test
    void a_rule_for_every_hour_follows_real_time_where_the_clocks_change() {
        assertThat(slots("0,30 * * * *", BERLIN, "2026-10-24T23:45:00Z", 5))
                .containsExactly(
                        "2026-10-25T00:00:00Z",
                        "2026-10-25T00:30:00Z",
                        "2026-10-25T01:00:00Z",
                        "2026-10-25T01:30:00Z",
                        "2026-10-25T02:00:00Z");
        assertThat(slots("0,30 * * * *", BERLIN, "2026-03-29T00:15:00Z", 3))
                .containsExactly("2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z");
        assertThat(slots("15 * * * *", BERLIN, "2026-03-29T00:30:00Z", 1)).containsExactly("2026-03-29T01:15:00Z");
    }

    @Test
    void either_day_will_do_when_a_cron_rule_names_both() {
        assertThat(slots("0 9 13 * 5", ZoneId.of("UTC"), "2026-11-10T00:00:00Z", 3))
                .containsExactly("2026-11-13T09:00:00Z", "2026-11-20T09:00:00Z", "2026-11-27T09:00:00Z");
        assertThat(slots("0 9 15 * 5", ZoneId.of("UTC"), "2026-11-13T12:00:00Z", 2))
                .containsExactly("2026-11-15T09:00:00Z", "2026-11-20T09:00:00Z");
    }

    @Test
    void sunday_is_zero_and_seven() {
        assertThat(slots("0 9 * * 0", ZoneId.of("UTC"), "2026-11-25T00:00:00Z", 1))
                .containsExactly("2026-11-29T09:00:00Z");
        assertThat(slots("0 9 * * 7", ZoneId.of("UTC"), "2026-11-25T00:00:00Z", 1))
                .containsExactly("2026-11-29T09:00:00Z");
    }

    @Test
    void slots_of_random_rules_zones_and_moments_are_those_that_the_clocks_show() {
        Random random = Seed.random("slots_of_random_rules");
        List<ZoneId> zones =
                ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
        for (int round = 0; round < ROUNDS; round++) {
            ZoneId zone = zones.get(random.nextInt(zones.size()));
            int minute = random.nextInt(60);
            String hour = random.nextInt(3) == 0 ? "*" : Integer.toString(random.nextInt(24));
            Instant from = nearChangeOfClocks(zone, random);
            Schedule rule = new Cron(minute + " " + hour + " * * *", zone.getId());
            String what = rule + " after " + from;

            List<Instant> actual = new ArrayList<>();
            Instant until = from.plus(Duration.ofHours(60));
            for (Instant at = next(rule, from); at.isBefore(until); at = next(rule, at)) actual.add(at);

            assertThat(actual).as(what).isEqualTo(shownBetween(minute, hour, zone, from, until));
        }
    }

    /** Checks every minute of local time, or of elapsed time for an hourly rule, independently of the library. */
    private static List<Instant> shownBetween(int minute, String hour, ZoneId zone, Instant from, Instant until) {
        TreeSet<Instant> all = new TreeSet<>();
        if (hour.equals("*")) {
            for (Instant at = from.truncatedTo(ChronoUnit.MINUTES); at.isBefore(until); at = at.plusSeconds(60)) {
                if (LocalDateTime.ofInstant(at, zone).getMinute() == minute) all.add(at);
            }
        } else {
            LocalDateTime day = LocalDateTime.ofInstant(from, zone)
                    .toLocalDate()
                    .minusDays(2)
                    .atStartOfDay();
            for (int i = 0; i < 8; i++) {
                LocalDateTime shown =
                        day.plusDays(i).withHour(Integer.parseInt(hour)).withMinute(minute);
                var change = zone.getRules().getTransition(shown);
                all.add(
                        change != null && change.isGap()
                                ? change.getInstant()
                                : shown.atZone(zone).toInstant());
            }
        }
        return all.stream().filter(at -> at.isAfter(from) && at.isBefore(until)).toList();
    }

    private static Instant nearChangeOfClocks(ZoneId zone, Random random) {
        Instant any = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(400 * 86_400));
        var change = zone.getRules().nextTransition(any);
        return change == null || random.nextInt(4) == 0
                ? any
                : change.getInstant().minusSeconds(random.nextInt(2 * 86_400)).plusMillis(random.nextInt(1000));
    }

    @Test
    void slots_of_random_schedules_never_come_twice_nor_go_back() {
        Random random = Seed.random("slots_of_random_schedules");
        for (int round = 0; round < ROUNDS; round++) {
            Schedule schedule = random.nextBoolean()
                    ? new Interval(1 + random.nextInt(1_000_000))
                    : new Cron("*/" + (1 + random.nextInt(59)) + " 1-4 * * *", BERLIN.getId());
            long firstMs = schedule.firstSlot(nearChangeOfClocks(BERLIN, random).toEpochMilli())
                    .orElseThrow();
            long slotMs = firstMs;
            for (int i = 0; i < 20; i++) {
                long nowMs = slotMs + random.nextInt(7_200_000) - 3_600_000;
                long nextMs = schedule.nextSlot(slotMs, nowMs).orElseThrow();
                assertThat(nextMs)
                        .as("%s from %d at %d", schedule, slotMs, nowMs)
                        .isGreaterThan(Math.max(slotMs, nowMs));
                assertThat(isSlot(schedule, firstMs, nextMs)).isTrue();
                slotMs = nextMs;
            }
        }
    }

    /** A slot is the next one after the moment before it; an interval has no slot in between. */
    private static boolean isSlot(Schedule schedule, long firstMs, long slotMs) {
        return switch (schedule) {
            case Interval interval -> (slotMs - firstMs) % interval.everyMs() == 0;
            case Schedule cron -> cron.nextSlot(firstMs, slotMs - 1).orElseThrow() == slotMs;
        };
    }

    private static List<String> slots(String cron, ZoneId zone, String after, int count) {
        Schedule rule = new Cron(cron, zone.getId());
        List<String> all = new ArrayList<>();
        Instant at = Instant.parse(after);
        for (int i = 0; i < count; i++) {
            at = next(rule, at);
            all.add(at.toString());
        }
        return all;
    }

    private static Instant next(Schedule rule, Instant after) {
        return Instant.ofEpochMilli(
                rule.nextSlot(after.toEpochMilli(), after.toEpochMilli()).orElseThrow());
    }
}
