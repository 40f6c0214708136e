package io.reprise.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reprise.testing.Seed;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The meaning of times in words. It is Wednesday, 25 November 2026, 14:00 in Berlin. */
class NaturalTimeTest {
    private static final Instant NOW = Instant.parse("2026-11-25T13:00:00Z");
    private static final String BERLIN = "Europe/Berlin";
    private static final Limits LIMITS = new Limits(10_000, Duration.ofDays(366).toMillis());

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
    void natural_times_have_one_meaning(String text, Instant expected) {
        assertThat(parsed(text)).isEqualTo(new Once(expected.toEpochMilli()));
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
        assertThat(parsed(text)).isEqualTo(new Interval(seconds * 1000));
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
        assertThat(parsed(text)).isEqualTo(new Cron(cron, "Europe/Berlin"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "at 9 | ambiguous",
                "tomorrow | time of day is missing",
                "on friday | time of day is missing",
                "every day | time of day is missing",
                "tomorrow at midnight | ambiguous",
                "today at 09:00 | in the past: 2026-11-25T08:00:00Z",
                "2026-11-24 09:00 | in the past",
                "tomorrow at 25:00 | Invalid time of day",
                "tomorrow at 13pm | Invalid time of day",
                "2026-02-30 09:00 | Invalid date",
                "on 31 june at 09:00 | Invalid date",
                "2028-12-01 09:00 | too far in the future: at most 366 days",
                "in 3 years | not a duration",
                "in 0 seconds | not a duration",
                "in 999999999 weeks | too far in the future",
                "every second | too often: the minimum interval is 10 s",
                "every 0 minutes | not a duration",
                "every month on the 40th at noon | Invalid day",
                "every day at 09:00:30 | whole minute",
                "soon | not understood",
                "this | not understood",
                "every now and then | not a duration",
                "tomorrow at 9:00 in Middle/Earth | Unknown time zone",
            })
    void ambiguous_and_impossible_times_are_refused_with_an_explanation(String text, String why) {
        assertThat(refused(text)).contains(why);
    }

    @Test
    void now_means_immediately() {
        assertThat(parsed("right now")).isEqualTo(new Immediate());
    }

    @Test
    void a_long_text_and_an_unknown_zone_are_refused() {
        assertThat(refused("a".repeat(201))).contains("200 characters");
        assertThat(catchThrowableOfType(
                        ScheduleException.class,
                        () -> NaturalTime.parse("in 10 seconds", "Middle/Earth", NOW.toEpochMilli())))
                .hasMessageContaining("Unknown time zone");
    }

    /** Turkish has another small I, Persian has its own digits, which cron expressions cannot contain. */
    @ParameterizedTest
    @ValueSource(strings = {"tr", "fa"})
    void natural_times_are_parsed_the_same_in_every_locale(String locale) {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(locale));
            assertThat(parsed("IN 10 MINUTES")).isEqualTo(once("2026-11-25T13:10:00Z"));
            assertThat(parsed("every day at 09:30")).isEqualTo(new Cron("30 9 * * *", BERLIN));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void a_skipped_local_time_moves_to_the_end_of_the_gap() {
        // On 28 March 2027 the clocks of Berlin go from 02:00 to 03:00.
        assertThat(parsed("2027-03-28 02:30")).isEqualTo(once("2027-03-28T01:00:00Z"));
    }

    @Test
    void a_repeated_local_time_is_the_first_one_in_the_future() {
        // On 31 October 2027 the clocks of Berlin go from 03:00 to 02:00.
        assertThat(parsed("2027-10-31 02:30")).isEqualTo(once("2027-10-31T00:30:00Z"));
        Instant between = Instant.parse("2027-10-31T00:45:00Z");
        assertThat(NaturalTime.parse("today at 02:30", BERLIN, between.toEpochMilli()))
                .isEqualTo(once("2027-10-31T01:30:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"in PT2562047788015H", "every PT2562047788015H", "in P99999999D", "every 999999999 weeks"})
    void an_excessive_duration_is_beyond_the_horizon(String words) {
        assertThat(refused(words)).contains("too far in the future");
    }

    /** Names with two meanings must not be parsed in all combinations. */
    @ParameterizedTest
    @ValueSource(strings = {"every ", "on ", ""})
    @Timeout(60)
    void lists_of_weekdays_are_read_or_refused_quickly(String begin) {
        assertThat(refused(begin + "tues".repeat(48))).isNotBlank();
        assertThat(refused(begin + "tues thurs ".repeat(17) + "x")).isNotBlank();
    }

    @Test
    void any_text_is_a_schedule_or_is_refused_with_an_explanation() {
        Random random = Seed.random("whatever_is_said");
        String[] words =
                ("in at on every each the a an half next this and of from now today tonight tomorrow day after week weekday"
                                + " monday tues fri december feb 1st 31st 29 9 09 12 24 00 9am 13pm 9:30 25:00 09:00:30 noon midnight"
                                + " morning evening night month hour minutes seconds s h 1.5 0 999999999 PT1H P1D 2026-12-01 2026-02-30"
                                + " 09:00Z UTC Europe/Berlin Middle/Earth . , ( ) '\u0130 \u0000 \ud800")
                        .split(" ");
        for (int round = 0; round < 20_000; round++) {
            String said = random.ints(1 + random.nextInt(7), 0, words.length)
                    .mapToObj(i -> words[i])
                    .collect(Collectors.joining(" "));
            try {
                LIMITS.firstSlot(parsed(said), NOW.toEpochMilli());
            } catch (ScheduleException e) {
                assertThat(e.getMessage()).as(said).isNotBlank();
            } catch (RuntimeException e) {
                throw new AssertionError(said, e);
            }
        }
    }

    private static Schedule once(String at) {
        return new Once(Instant.parse(at).toEpochMilli());
    }

    private static Schedule parsed(String words) {
        return NaturalTime.parse(words, BERLIN, NOW.toEpochMilli());
    }

    private static String refused(String words) {
        return catchThrowableOfType(ScheduleException.class, () -> LIMITS.firstSlot(parsed(words), NOW.toEpochMilli()))
                .getMessage();
    }
}
