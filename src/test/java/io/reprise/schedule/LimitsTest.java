package io.reprise.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules that are accepted, and those that are refused. */
class LimitsTest {
    private static final long NOW_MS = Instant.parse("2026-11-25T13:00:00Z").toEpochMilli();
    private static final Duration HORIZON = Duration.ofDays(366);
    private static final Limits LIMITS = new Limits(10_000, HORIZON.toMillis());

    @Test
    void limits_are_reached_exactly() {
        long lastMs = NOW_MS + HORIZON.toMillis();
        assertThat(LIMITS.firstSlot(new Interval(10_000), NOW_MS)).isEqualTo(NOW_MS + 10_000);
        assertThat(LIMITS.firstSlot(new Once(lastMs), NOW_MS)).isEqualTo(lastMs);
        assertThat(LIMITS.firstSlot(new Once(NOW_MS + 1), NOW_MS)).isEqualTo(NOW_MS + 1);
        assertThat(LIMITS.firstSlot(new Immediate(), NOW_MS)).isEqualTo(NOW_MS);

        refuses(new Interval(9_999), "too often: the minimum interval is 10 s");
        refuses(new Once(lastMs + 1), "too far in the future: at most 366 days");
        refuses(new Interval(HORIZON.toMillis() + 1), "too far in the future");
        refuses(new Once(NOW_MS), "in the past: 2026-11-25T13:00:00Z");
    }

    @Test
    void impossible_dates_and_dates_beyond_the_horizon_are_refused() {
        refuses(new Cron("0 0 30 2 *", "UTC"), "Invalid date");
        refuses(new Cron("0 0 29 2 *", "UTC"), "too far in the future");
    }

    @Test
    void the_smallest_distance_holds_for_cron_too() {
        Limits slow = new Limits(120_000, HORIZON.toMillis());
        assertThatThrownBy(() -> slow.firstSlot(new Cron("0,1 9 * * *", "UTC"), NOW_MS))
                .isInstanceOf(ScheduleException.class)
                .hasMessageContaining("too often: the minimum interval is 120 s");
        assertThat(slow.firstSlot(new Cron("0,2 9 * * *", "UTC"), NOW_MS)).isGreaterThan(NOW_MS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"* * * *", "* * * * * *", "61 * * * *", "0 9 * * someday", "every day", "@daily", ""})
    void invalid_cron_expressions_are_refused(String expression) {
        assertThatThrownBy(() -> new Cron(expression, "UTC"))
                .isInstanceOf(ScheduleException.class)
                .hasMessageContaining("cron expression");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Middle/Earth", "", "Europe Berlin"})
    void invalid_zones_are_refused(String zone) {
        assertThatThrownBy(() -> new Cron("0 9 * * *", zone))
                .isInstanceOf(ScheduleException.class)
                .hasMessageContaining("Unknown time zone");
    }

    @Test
    void a_cron_expression_is_kept_in_one_form() {
        assertThat(new Cron(" 0  9 * * mon-fri", "UTC")).isEqualTo(new Cron("0 9 * * MON-FRI", "UTC"));
    }

    private static void refuses(Schedule schedule, String why) {
        assertThatThrownBy(() -> LIMITS.firstSlot(schedule, NOW_MS))
                .isInstanceOf(ScheduleException.class)
                .hasMessageContaining(why);
    }
}
