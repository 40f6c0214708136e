package io.reprise.history.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpentBudgetsTest {
    private final TimeZone before = TimeZone.getDefault();
    private final AtomicLong nowMs = new AtomicLong();

    @AfterEach
    void restore_zone() {
        TimeZone.setDefault(before);
    }

    /** In a zone in which it is another day than in UTC for most of the time. */
    @Test
    void a_day_of_a_budget_is_one_of_utc_wherever_the_server_is() {
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));

        assertThat(SpentBudgets.day(
                        () -> Instant.parse("2026-11-30T23:59:59.999Z").toEpochMilli()))
                .isEqualTo(LocalDate.of(2026, 11, 30));
        assertThat(SpentBudgets.day(() -> Instant.parse("2026-12-01T00:00:00Z").toEpochMilli()))
                .isEqualTo(LocalDate.of(2026, 12, 1));
    }

    @Test
    void what_was_spent_is_forgotten_at_midnight() {
        SpentBudgets budgets = new SpentBudgets(nowMs::get);
        nowMs.set(Instant.parse("2026-11-30T23:59:59.999Z").toEpochMilli());
        budgets.put("ada", new Spent(100, BigDecimal.ONE));
        assertThat(budgets.of("ada")).contains(new Spent(100, BigDecimal.ONE));

        nowMs.incrementAndGet();

        assertThat(budgets.of("ada")).isEmpty();
    }
}
