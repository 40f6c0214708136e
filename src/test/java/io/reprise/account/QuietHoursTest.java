package io.reprise.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuietHoursTest {
    @ParameterizedTest
    @CsvSource({
        "22:00, 07:00, 21:59, false",
        "22:00, 07:00, 22:00, true",
        "22:00, 07:00, 00:00, true",
        "22:00, 07:00, 06:59, true",
        "22:00, 07:00, 07:00, false",
        "12:00, 13:30, 11:59, false",
        "12:00, 13:30, 12:00, true",
        "12:00, 13:30, 13:30, false",
        "12:00, 00:00, 23:59, true",
    })
    void they_begin_with_their_first_minute_and_end_before_their_last(
            LocalTime from, LocalTime to, LocalTime now, boolean expected) {
        QuietHours quiet = new QuietHours(from, to, ZoneId.of("UTC"));

        assertThat(quiet.cover(Instant.parse("2026-05-01T" + now + ":30Z"))).isEqualTo(expected);
    }

    /** On the day on which the clocks change, 22:00 is another moment than on the day before. */
    @Test
    void they_follow_the_clocks_of_their_zone() {
        QuietHours quiet = new QuietHours(LocalTime.of(22, 0), LocalTime.of(7, 0), ZoneId.of("Europe/Berlin"));

        assertThat(quiet.cover(Instant.parse("2026-03-28T20:30:00Z"))).isFalse();
        assertThat(quiet.cover(Instant.parse("2026-03-29T20:30:00Z"))).isTrue();
    }

    @Test
    void a_time_without_length_is_none() {
        LocalTime noon = LocalTime.NOON;
        assertThatThrownBy(() -> new QuietHours(noon, noon, ZoneId.of("UTC")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
