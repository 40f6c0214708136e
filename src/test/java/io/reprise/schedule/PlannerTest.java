package io.reprise.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What wishes come to. It is Wednesday, 25 November 2026, 14:00 in Berlin. */
class PlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-25T13:00:00Z");
    private static final Limits LIMITS = new Limits(10_000, Duration.ofDays(366).toMillis());
    private final Planner planner = new Planner(LIMITS, ZoneId.of("Europe/Berlin"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "in 10 seconds | 2026-11-25T13:00:10Z",
                "in a minute | 2026-11-25T13:01:00Z",
                "In an hour. | 2026-11-25T14:00:00Z",
                "in an hour and a half | 2026-11-25T14:30:00Z",
                "in half an hour | 2026-11-25T13:30:00Z",
                "in 2 hours and 30 minutes | 2026-11-25T15:30:00Z",
                "in 2h 30m | 2026-11-25T15:30:00Z",
                "in 1.5 hours | 2026-11-25T14:30:00Z",
                "in three days | 2026-11-28T13:00:00Z",
                "in 2 weeks | 2026-12-09T13:00:00Z",
                "20 minutes from now | 2026-11-25T13:20:00Z",
                "tomorrow at 09:00 | 2026-11-26T08:00:00Z",
                "tomorrow 9:00 | 2026-11-26T08:00:00Z",
                "Tomorrow at 9am | 2026-11-26T08:00:00Z",
                "tomorrow at 9 a.m. | 2026-11-26T08:00:00Z",
                "at 9am tomorrow | 2026-11-26T08:00:00Z",
                "tomorrow morning | 2026-11-26T08:00:00Z",
                "tomorrow morning at 8 | 2026-11-26T07:00:00Z",
                "tomorrow at 8 in the evening | 2026-11-26T19:00:00Z",
                "the day after tomorrow at noon | 2026-11-27T11:00:00Z",
                "today at 17:30 | 2026-11-25T16:30:00Z",
                "this evening | 2026-11-25T17:00:00Z",
                "this afternoon at 4 | 2026-11-25T15:00:00Z",
                "tonight | 2026-11-25T19:00:00Z",
                "tonight at 9 | 2026-11-25T20:00:00Z",
                "at 5pm | 2026-11-25T16:00:00Z",
                "at 13:00 | 2026-11-26T12:00:00Z",
                "at 17 | 2026-11-25T16:00:00Z",
                "at 12am | 2026-11-25T23:00:00Z",
                "at 12pm | 2026-11-26T11:00:00Z",
                "at midnight | 2026-11-25T23:00:00Z",
                "on Friday at 14:00 | 2026-11-27T13:00:00Z",
                "friday 2:15pm | 2026-11-27T13:15:00Z",
                "next monday 8:00 | 2026-11-30T07:00:00Z",
                "wednesday at 15:00 | 2026-11-25T14:00:00Z",
                "wednesday at 13:00 | 2026-12-02T12:00:00Z",
                "next wednesday at 15:00 | 2026-12-02T14:00:00Z",
                "2026-12-01 09:00 | 2026-12-01T08:00:00Z",
                "2026-12-01 at 9am | 2026-12-01T08:00:00Z",
                "on 1 December at 09:00 | 2026-12-01T08:00:00Z",
                "December 1st, 2026 at 9:00 | 2026-12-01T08:00:00Z",
                "the 3rd of February at 18:00 | 2027-02-03T17:00:00Z",
                "2026-12-01T09:00:00Z | 2026-12-01T09:00:00Z",
                "2026-12-01T09:00:00.5+02:00 | 2026-12-01T07:00:00.500Z",
                "tomorrow at 9:00 in America/New_York | 2026-11-26T14:00:00Z",
                "tomorrow at 09:00 UTC | 2026-11-26T09:00:00Z",
            })
    void natural_times_mean_one_instant(String text, Instant expected) {
        assertThat(planned(Wish.when(text, null))).isEqualTo(new Schedule.Once(expected.toEpochMilli()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "every 30 seconds | 30",
                "every minute | 60",
                "every hour | 3600",
                "hourly | 3600",
                "every 2 hours and 30 minutes | 9000",
                "each 15 minutes | 900",
                "every 2 days | 172800",
            })
    void natural_repetitions_without_a_time_of_day_are_intervals(String text, long seconds) {
        assertThat(planned(Wish.when(text, null))).isEqualTo(new Schedule.Interval(seconds * 1000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "every day at 09:00 | 0 9 * * *",
                "daily at 9:30 pm | 30 21 * * *",
                "every weekday at 9am | 0 9 * * 1-5",
                "every Monday at 8:00 | 0 8 * * 1",
                "every monday, wednesday and sunday at 8am | 0 8 * * 1,3,0",
                "every morning | 0 9 * * *",
                "every friday afternoon at 4 | 0 16 * * 5",
                "every month on the 1st at noon | 0 12 1 * *",
            })
    void natural_repetitions_at_a_time_of_day_follow_the_clocks_of_the_zone(String text, String cron) {
        assertThat(planned(Wish.when(text, null)))
                .isEqualTo(new Schedule.Cron(CronRule.parse(cron), ZoneId.of("Europe/Berlin")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "at 9 | morning or in the evening",
                "tomorrow | At what time",
                "on friday | At what time",
                "every day | At what time",
                "tomorrow at midnight | beginning or the end",
                "today at 09:00 | has passed: 2026-11-25T08:00:00Z",
                "2026-11-24 09:00 | has passed",
                "tomorrow at 25:00 | no such time of day",
                "tomorrow at 13pm | no such time of day",
                "2026-02-30 09:00 | no such date",
                "on 31 june at 09:00 | no such date",
                "2028-12-01 09:00 | too far away: at most 366 days",
                "in 3 years | not a length of time",
                "in 0 seconds | not a length of time",
                "in 999999999 weeks | too far away",
                "every second | too often: at least 10 s",
                "every 0 minutes | not a length of time",
                "every month on the 40th at noon | no such day",
                "every day at 09:00:30 | whole minute",
                "soon | not understood",
                "this | not understood",
                "every now and then | not a length of time",
                "tomorrow at 9:00 in Middle/Earth | no such time zone",
            })
    void what_is_unclear_or_impossible_is_refused_in_words(String text, String why) {
        assertThat(refused(Wish.when(text, null))).contains(why);
    }

    @Test
    void every_kind_of_wish_has_its_schedule() {
        assertThat(planned(Wish.immediately())).isEqualTo(new Schedule.Immediate());
        assertThat(planned(Wish.at("2026-12-01T09:00:00Z"))).isEqualTo(once("2026-12-01T09:00:00Z"));
        assertThat(planned(Wish.at("2026-12-01 09:00").inZone("Asia/Tokyo"))).isEqualTo(once("2026-12-01T00:00:00Z"));
        assertThat(planned(Wish.in("PT90S"))).isEqualTo(once("2026-11-25T13:01:30Z"));
        assertThat(planned(Wish.in("500 ms"))).isEqualTo(once("2026-11-25T13:00:00.500Z"));
        assertThat(planned(Wish.every("1 minute"))).isEqualTo(new Schedule.Interval(60_000));
        assertThat(planned(Wish.cron("0 9 * * mon-fri", "Asia/Tokyo")))
                .isEqualTo(new Schedule.Cron(CronRule.parse("0 9 * * MON-FRI"), ZoneId.of("Asia/Tokyo")));
    }

    @Test
    void a_wish_says_when_in_exactly_one_way() {
        assertThat(refused(new Wish(null, null, null, null, null, false, null))).contains("exactly one way");
        assertThat(refused(new Wish(null, "1 minute", "1 minute", null, null, null, null)))
                .contains("exactly one way");
    }

    @ParameterizedTest
    @ValueSource(strings = {"* * * *", "* * * * * *", "61 * * * *", "0 9 * * someday", "every day", "@daily", ""})
    void what_is_no_cron_expression_is_refused(String cron) {
        assertThat(refused(Wish.cron(cron, null))).contains("cron expression");
    }

    @Test
    void a_date_that_never_comes_and_one_behind_the_horizon_are_refused() {
        assertThat(refused(Wish.cron("0 0 30 2 *", null))).contains("never comes");
        assertThat(refused(Wish.cron("0 0 29 2 *", null))).contains("too far away");
    }

    @Test
    void the_smallest_distance_holds_for_cron_too() {
        Planner slow = new Planner(new Limits(120_000, LIMITS.horizonMs()), ZoneId.of("UTC"));
        assertThat(slow.plan(Wish.cron("0,1 9 * * *", null), NOW.toEpochMilli()))
                .isInstanceOf(Plan.Refused.class);
        assertThat(slow.plan(Wish.cron("0,2 9 * * *", null), NOW.toEpochMilli()))
                .isInstanceOf(Plan.Scheduled.class);
    }

    @Test
    void limits_are_reached_exactly() {
        assertThat(planned(Wish.every("10 seconds"))).isEqualTo(new Schedule.Interval(10_000));
        assertThat(refused(Wish.every("9999 ms"))).contains("too often");
        assertThat(planned(Wish.in("366 days"))).isInstanceOf(Schedule.Once.class);
        assertThat(refused(Wish.in("366 days 1 ms"))).contains("too far");
    }

    @Test
    void a_long_text_is_refused() {
        assertThat(refused(Wish.when("a".repeat(201), null))).contains("200 characters");
        assertThat(refused(Wish.cron("0".repeat(201), null))).contains("200 characters");
    }

    @Test
    void the_words_are_read_alike_in_every_locale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(planned(Wish.when("IN 10 MINUTES", null))).isEqualTo(once("2026-11-25T13:10:00Z"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void a_schedule_survives_as_plain_text() {
        for (Wish wish : new Wish[] {
            Wish.immediately(), Wish.in("1 minute"), Wish.every("1 minute"), Wish.cron("0 9 * * *", "Asia/Tokyo")
        }) {
            Schedule schedule = planned(wish);
            assertThat(Schedule.of(schedule.plain())).isEqualTo(schedule);
        }
    }

    private static Schedule once(String at) {
        return new Schedule.Once(Instant.parse(at).toEpochMilli());
    }

    private Schedule planned(Wish wish) {
        Plan plan = planner.plan(wish, NOW.toEpochMilli());
        assertThat(plan).as(wish.toString()).isInstanceOf(Plan.Scheduled.class);
        return ((Plan.Scheduled) plan).schedule();
    }

    private String refused(Wish wish) {
        Plan plan = planner.plan(wish, NOW.toEpochMilli());
        assertThat(plan).as(wish.toString()).isInstanceOf(Plan.Refused.class);
        return ((Plan.Refused) plan).message();
    }
}
