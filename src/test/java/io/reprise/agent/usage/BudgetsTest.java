package io.reprise.agent.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.progress.UsageMeter;
import io.reprise.agent.usage.Spending.SpentException;
import io.reprise.config.Settings;
import io.reprise.history.usage.ModelUse;
import io.reprise.history.usage.ModelUse.Purpose;
import io.reprise.history.usage.Spent;
import io.reprise.history.usage.SpentBudgets;
import io.reprise.history.usage.UsageLog;
import io.reprise.model.ModelUsage;
import io.reprise.support.Current;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Budgets of runs and of users, and what still has to be recorded. */
class BudgetsTest {
    private static final long NOON_MS = 1_764_500_400_000L;

    private final Current.Holder<Settings> settings = new Current.Holder<>(Settings.defaults());
    private final List<ModelUse> stored = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private boolean isAway;
    private int reads;
    private int ids;
    private long nowMs = NOON_MS;
    private long elapsedMs;

    private final UsageBook book = new UsageBook(
            new UsageLog() {
                @Override
                public Future<Void> record(List<ModelUse> uses) {
                    if (isAway) return Future.failedFuture(new IllegalStateException("away"));
                    stored.addAll(uses);
                    return Future.succeededFuture();
                }

                @Override
                public Future<Spent> spent(String user, LocalDate day) {
                    reads++;
                    if (isAway) return Future.failedFuture(new IllegalStateException("away"));
                    Spent sum = Spent.NOTHING;
                    for (ModelUse use : stored) {
                        boolean counts = use.user().equals(user)
                                && SpentBudgets.day(use::atMs).equals(day);
                        if (counts) sum = sum.plus(use);
                    }
                    return Future.succeededFuture(sum);
                }

                @Override
                public Future<Map<String, Spent>> spentAtLeast(LocalDate day, long tokens, BigDecimal cost, int limit) {
                    return Future.succeededFuture(Map.of());
                }
            },
            settings.map(Settings::usage),
            () -> nowMs,
            Metrics.unseen());
    private final Budgets budgets = new Budgets(
            book,
            settings.map(Settings::budgets),
            prefix -> prefix + ++ids,
            () -> nowMs,
            () -> elapsedMs,
            (user, spent) -> told.add(user));

    @Test
    void without_budgets_everything_is_allowed_and_nothing_is_read() {
        budgets.used(use("ada", 1_000_000));

        assertThatCode(() -> budgets.check("ada", meter(1_000_000))).doesNotThrowAnyException();
        assertThat(reads).isZero();
    }

    @Test
    void a_run_may_call_until_its_budget_is_spent() {
        set("budgets.runTokens", "100");

        assertThatCode(() -> budgets.check("ada", meter(99))).doesNotThrowAnyException();
        assertThatThrownBy(() -> budgets.check("ada", meter(100))).isInstanceOf(SpentException.class);
    }

    @Test
    void a_cost_is_a_budget_too() {
        set("budgets.runCost", "0.5");
        UsageMeter meter = new UsageMeter();
        meter.add("p", "m", ModelUsage.of(1, 1), false, new BigDecimal("0.4"));
        assertThatCode(() -> budgets.check("ada", meter)).doesNotThrowAnyException();

        meter.add("p", "m", ModelUsage.of(1, 1), false, new BigDecimal("0.1"));

        assertThatThrownBy(() -> budgets.check("ada", meter)).isInstanceOf(SpentException.class);
    }

    @Test
    void what_waits_to_be_recorded_counts_for_the_day_of_its_user() {
        set("budgets.userDayTokens", "100");
        isAway = false;
        budgets.used(use("ada", 60));
        book.flush();
        budgets.used(use("ada", 39));
        assertThatCode(() -> budgets.check("ada", meter(0))).doesNotThrowAnyException();

        budgets.used(use("ada", 1));

        assertThatThrownBy(() -> budgets.check("ada", meter(0))).isInstanceOf(SpentException.class);
        assertThatCode(() -> budgets.check("eve", meter(0))).doesNotThrowAnyException();
        assertThat(told).containsOnly("ada");
    }

    @Test
    void the_cost_of_a_day_is_a_budget_of_its_user() {
        set("budgets.userDayCost", "0.5");
        budgets.used(costing("ada", "0.4"));
        assertThatCode(() -> budgets.check("ada", meter(0))).doesNotThrowAnyException();

        budgets.used(costing("ada", "0.1"));

        assertThatThrownBy(() -> budgets.check("ada", meter(0))).isInstanceOf(SpentException.class);
        assertThatCode(() -> budgets.check("eve", meter(0))).doesNotThrowAnyException();
    }

    /**
     * Symptom: a user who had spent the budget of the day could send one more message, whose run failed. Cause: only the check
     * before the next call told that it was spent.
     */
    @Test
    void the_call_that_spends_the_rest_of_a_day_tells_it_at_once() throws InterruptedException {
        set("budgets.userDayTokens", "100");
        budgets.check("ada", meter(0));
        budgets.used(use("ada", 99));
        assertThat(told).isEmpty();

        budgets.used(use("ada", 1));

        assertThat(told).containsExactly("ada");
    }

    @Test
    void what_other_nodes_spent_meanwhile_counts_at_the_end_of_a_call() throws InterruptedException {
        set("budgets.userDayTokens", "100");
        budgets.check("ada", meter(0));
        stored.add(use("ada", 90).recorded("other", NOON_MS));
        elapsedMs += 60_000;

        budgets.used(use("ada", 10));

        assertThat(told).containsExactly("ada");
    }

    @Test
    void the_store_is_asked_again_only_after_a_while_and_on_another_day() throws InterruptedException {
        set("budgets.userDayTokens", "100");
        budgets.check("ada", meter(0));
        budgets.check("ada", meter(0));
        assertThat(reads).isEqualTo(1);

        elapsedMs += 60_000;
        budgets.check("ada", meter(0));
        assertThat(reads).isEqualTo(2);

        budgets.used(use("ada", 100));
        assertThatThrownBy(() -> budgets.check("ada", meter(0))).isInstanceOf(SpentException.class);
        book.flush();
        nowMs += 24L * 3_600_000;
        assertThatCode(() -> budgets.check("ada", meter(0))).doesNotThrowAnyException();
    }

    @Test
    void while_the_store_is_away_what_is_known_decides() {
        set("budgets.userDayTokens", "100");
        isAway = true;

        assertThatCode(() -> budgets.check("ada", meter(0))).doesNotThrowAnyException();
    }

    @Test
    void calls_wait_for_a_store_that_is_away_and_the_oldest_are_given_up() {
        set("usage.waitingMax", "100");
        isAway = true;
        for (int i = 0; i < 110; i++) budgets.used(use("ada", i));
        assertThat(book.flush().failed()).isTrue();

        isAway = false;
        assertThat(book.flushAll().succeeded()).isTrue();

        assertThat(stored).hasSize(100);
        assertThat(stored.getFirst().input()).isEqualTo(10);
    }

    private void set(String key, String value) {
        settings.replace(Settings.with(Map.of(key, value)));
    }

    private static UsageMeter meter(int tokens) {
        UsageMeter meter = new UsageMeter();
        meter.add("p", "m", ModelUsage.of(tokens, 0), false, null);
        return meter;
    }

    private static ModelUse use(String user, long tokens) {
        return new ModelUse(
                "u" + tokens, "r", "s", user, null, Purpose.ANSWER, "p", "m", 0, tokens, 0, 0, 0, 0, false, null, null);
    }

    private static ModelUse costing(String user, String cost) {
        return new ModelUse(
                "u" + cost,
                "r",
                "s",
                user,
                null,
                Purpose.ANSWER,
                "p",
                "m",
                0,
                1,
                0,
                0,
                0,
                0,
                false,
                new BigDecimal(cost),
                null);
    }
}
