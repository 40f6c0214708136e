package io.reprise.session.recall;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.RecallSettings;
import io.reprise.config.Settings;
import io.reprise.message.ErrorCode;
import io.reprise.message.log.RunUsage;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.Recall.Action;
import io.reprise.message.recall.Recall.Pause;
import io.reprise.message.recall.Recall.Status;
import io.reprise.message.recall.RecallCall;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.recall.RecallPolicy.Change;
import io.reprise.session.recall.RecallPolicy.Result;
import io.reprise.session.run.Ending;
import io.reprise.support.Current;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of outcomes, with a clock that the test controls. */
class RecallPolicyTest {
    private static final long SLOT_MS = Instant.parse("2026-03-01T09:00:00Z").toEpochMilli();
    private static final long HOUR_MS = 3_600_000;
    private static final long NOW_MS = SLOT_MS + 7_000;

    private final Current.Holder<RecallSettings> settings = new Current.Holder<>(Settings.with(Map.of(
                    "recalls.failuresMax", "3",
                    "recalls.retryMs", "60000",
                    "recalls.retryMaxMs", "100000",
                    "recalls.missedGraceMs", "600000",
                    "recalls.deferMs", "60000",
                    "recalls.defersMax", "2"))
            .recalls());
    private final RecallPolicy policy = new RecallPolicy(settings);

    @Test
    void changed_settings_apply_from_the_next_decision_on() {
        Recall once = recall(RecallSchedule.once("2026-03-01T09:00:00Z"));
        assertThat(policy.ended(once, Result.ERROR, NOW_MS).recall().triggerAtMs())
                .isEqualTo(NOW_MS + 60_000);
        assertThat(policy.busy(once, NOW_MS, 0).action()).isEqualTo(Action.DEFERRED);

        settings.replace(Settings.with(Map.of("recalls.retryMs", "5000", "recalls.deferMs", "7000"))
                .recalls());

        assertThat(policy.ended(once, Result.ERROR, NOW_MS).recall().triggerAtMs())
                .isEqualTo(NOW_MS + 5_000);
        assertThat(policy.busy(once, NOW_MS, 0).recall().triggerAtMs()).isEqualTo(NOW_MS + 7_000);
    }

    static Stream<Arguments> outcomes() {
        return Stream.of(
                row(false, Result.SUCCESS, 0, Status.FIRED, Action.FIRED, null, SLOT_MS),
                row(false, Result.SUCCESS, 2, Status.FIRED, Action.FIRED, null, SLOT_MS),
                row(false, Result.ERROR, 0, Status.PENDING, Action.RESCHEDULED, "error", NOW_MS + 60_000),
                row(false, Result.ERROR, 1, Status.PENDING, Action.RESCHEDULED, "error", NOW_MS + 100_000),
                row(false, Result.ERROR, 2, Status.FAILED, Action.FAILED, "error", SLOT_MS),
                row(false, Result.DIED, 0, Status.FAILED, Action.FAILED, "interrupted", SLOT_MS),
                row(false, Result.STOPPED, 0, Status.CANCELLED, Action.CANCELLED, "stopped", SLOT_MS),
                row(true, Result.SUCCESS, 2, Status.PENDING, Action.RESCHEDULED, null, SLOT_MS + HOUR_MS),
                row(true, Result.ERROR, 0, Status.PENDING, Action.RESCHEDULED, "error", SLOT_MS + HOUR_MS),
                row(true, Result.ERROR, 2, Status.CANCELLED, Action.CANCELLED, "failures", SLOT_MS),
                row(true, Result.DIED, 2, Status.PENDING, Action.RESCHEDULED, "interrupted", SLOT_MS + HOUR_MS),
                row(true, Result.STOPPED, 2, Status.PENDING, Action.RESCHEDULED, "stopped", SLOT_MS + HOUR_MS));
    }

    private static Arguments row(
            boolean recurring, Result result, int failures, Status status, Action action, String reason, long atMs) {
        return Arguments.of(recurring, result, failures, status, action, reason, atMs);
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void the_outcome_of_a_run_decides_the_state_of_its_recall(
            boolean recurring, Result result, int failures, Status status, Action action, String reason, long atMs) {
        Recall running =
                recall(recurring ? hourly() : once()).withFailures(failures).running("r", SLOT_MS);

        Change change = policy.ended(running, result, NOW_MS);

        assertThat(change.recall().status()).isEqualTo(status);
        assertThat(change.action()).isEqualTo(action);
        assertThat(change.reason()).isEqualTo(reason);
        assertThat(change.recall().triggerAtMs()).isEqualTo(atMs);
    }

    static Stream<Arguments> endings() {
        return Stream.of(
                Arguments.of(new Ending.Succeeded(RunUsage.UNKNOWN), Result.SUCCESS),
                Arguments.of(Ending.Failed.of(ErrorCode.STEP_LIMIT, "Enough."), Result.SUCCESS),
                Arguments.of(Ending.CANCELLED, Result.STOPPED),
                Arguments.of(Ending.Failed.of(ErrorCode.INTERRUPTED, "Gone."), Result.DIED),
                Arguments.of(Ending.Failed.of(ErrorCode.MODEL_ERROR, "No."), Result.ERROR),
                Arguments.of(Ending.Failed.of(ErrorCode.TIMEOUT, "Late."), Result.ERROR));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void how_a_run_ended_is_one_of_four_results(Ending ending, Result result) {
        assertThat(Result.of(ending)).isEqualTo(result);
    }

    @Test
    void a_success_resets_the_count_of_failures() {
        Recall running = recall(hourly()).withFailures(2).running("r", SLOT_MS);

        Recall next = policy.ended(running, Result.SUCCESS, NOW_MS).recall();

        assertThat(next.failures()).isZero();
        assertThat(policy.ended(running, Result.DIED, NOW_MS).recall().failures())
                .as("a process that died says nothing about the recall")
                .isEqualTo(2);
    }

    @Test
    void slots_keep_their_rate_however_late_a_run_begins_or_ends() {
        Recall recall = recall(hourly());
        for (int hour = 0; hour < 100; hour++) {
            long lateMs = SLOT_MS + hour * HOUR_MS + 17 * hour;
            Recall running = policy.due(recall, "r", lateMs).recall();
            assertThat(running.slotMs()).isEqualTo(SLOT_MS + hour * HOUR_MS);
            recall = policy.ended(running, Result.SUCCESS, lateMs + 1_234).recall();
        }

        assertThat(recall.triggerAtMs()).isEqualTo(SLOT_MS + 100 * HOUR_MS);
        assertThat(recall.missed()).isZero();
    }

    @Test
    void slots_that_passed_while_their_own_run_was_active_are_counted_and_not_made_up_for() {
        Recall running = recall(hourly()).running("r", SLOT_MS);

        Change change = policy.ended(running, Result.SUCCESS, SLOT_MS + 2 * HOUR_MS + 1);

        assertThat(change.recall().triggerAtMs()).isEqualTo(SLOT_MS + 3 * HOUR_MS);
        assertThat(change.recall().missed()).isEqualTo(2);
    }

    @Test
    void missed_slots_become_one_late_run() {
        Change change = policy.due(recall(hourly()), "r", SLOT_MS + 5 * HOUR_MS + 599_999);

        assertThat(change.action()).isEqualTo(Action.STARTED);
        assertThat(change.recall().run()).isEqualTo("r");
        assertThat(change.recall().slotMs()).isEqualTo(SLOT_MS + 5 * HOUR_MS);
        assertThat(change.recall().missed()).isEqualTo(5);
    }

    @Test
    void a_recurring_recall_that_is_too_late_waits_for_its_next_slot() {
        Change change = policy.due(recall(hourly()), "r", SLOT_MS + 5 * HOUR_MS + 600_001);

        assertThat(change.action()).isEqualTo(Action.SKIPPED);
        assertThat(change.reason()).isEqualTo("missed");
        assertThat(change.recall().status()).isEqualTo(Status.PENDING);
        assertThat(change.recall().triggerAtMs()).isEqualTo(SLOT_MS + 6 * HOUR_MS);
        assertThat(change.recall().missed()).isEqualTo(6);
    }

    @Test
    void a_single_recall_that_is_too_late_ends() {
        Change change = policy.due(recall(once()), "r", SLOT_MS + 600_001);

        assertThat(change.action()).isEqualTo(Action.SKIPPED);
        assertThat(change.reason()).isEqualTo("missed");
        assertThat(change.recall().status()).isEqualTo(Status.FAILED);
        assertThat(change.recall().missed()).isEqualTo(1);
    }

    @Test
    void a_recall_is_deferred_a_limited_number_of_times_for_the_same_slot() {
        Recall recall = recall(hourly());

        Change first = policy.busy(recall, NOW_MS, 0);
        Change second = policy.busy(first.recall(), NOW_MS + 60_000, 0);
        Change third = policy.busy(second.recall(), NOW_MS + 120_000, 0);

        assertThat(first.action()).isEqualTo(Action.DEFERRED);
        assertThat(first.recall().slotMs()).isEqualTo(SLOT_MS);
        assertThat(first.recall().triggerAtMs()).isEqualTo(NOW_MS + 60_000);
        assertThat(second.action()).isEqualTo(Action.DEFERRED);
        assertThat(third.action()).isEqualTo(Action.SKIPPED);
        assertThat(third.reason()).isEqualTo("busy");
        assertThat(third.recall().triggerAtMs()).isEqualTo(SLOT_MS + HOUR_MS);
        assertThat(third.recall().deferrals()).isZero();
    }

    @Test
    void a_deferred_recall_may_be_later_than_a_missed_one() {
        Recall deferred = policy.busy(recall(once()), SLOT_MS, 0).recall();

        Change change = policy.due(deferred, "r", SLOT_MS + 600_001);

        assertThat(change.action()).isEqualTo(Action.STARTED);
    }

    @ParameterizedTest
    @EnumSource(
            value = RecallSchedule.Kind.class,
            names = {"ONCE", "INTERVAL"})
    void a_recall_of_a_blocked_user_is_cancelled(RecallSchedule.Kind kind) {
        Change change = policy.rightsGone(recall(kind == RecallSchedule.Kind.ONCE ? once() : hourly()));

        assertThat(change.recall().status()).isEqualTo(Status.CANCELLED);
        assertThat(change.reason()).isEqualTo("forbidden");
    }

    @Test
    void a_skip_skips_one_slot_and_ends_a_recall_without_another() {
        Change recurring = policy.skip(recall(hourly()), SLOT_MS - 1);
        Change single = policy.skip(recall(once()), SLOT_MS - 1);

        assertThat(recurring.recall().triggerAtMs()).isEqualTo(SLOT_MS + HOUR_MS);
        assertThat(recurring.recall().status()).isEqualTo(Status.PENDING);
        assertThat(single.recall().status()).isEqualTo(Status.CANCELLED);
        assertThat(single.action()).isEqualTo(Action.SKIPPED);
    }

    @Test
    void a_recurring_recall_resumes_with_its_next_slot_and_counts_nothing_as_missed() {
        Recall paused = policy.pause(recall(hourly()), Pause.ASKED, SLOT_MS - 1).recall();
        assertThat(paused.status()).isEqualTo(Status.PAUSED);

        Change early = policy.resume(paused, SLOT_MS - 1);
        Change late = policy.resume(paused, SLOT_MS + 3 * HOUR_MS + 1);

        assertThat(early.recall().triggerAtMs()).isEqualTo(SLOT_MS);
        assertThat(late.recall().triggerAtMs()).isEqualTo(SLOT_MS + 4 * HOUR_MS);
        assertThat(late.recall().missed()).isZero();
        assertThat(late.recall().pause()).isNull();
        assertThat(late.action()).isEqualTo(Action.RESUMED);
    }

    @Test
    void a_single_recall_whose_time_passed_while_it_was_paused_is_due_when_it_is_resumed() {
        Recall paused = policy.pause(recall(once()), Pause.ASKED, SLOT_MS - 1).recall();

        assertThat(policy.resume(paused, SLOT_MS - 1).recall().triggerAtMs()).isEqualTo(SLOT_MS);
        assertThat(policy.resume(paused, SLOT_MS + HOUR_MS).recall().triggerAtMs())
                .isEqualTo(SLOT_MS + HOUR_MS);
    }

    @Test
    void a_recall_that_is_paused_during_its_run_waits_behind_the_slot_of_the_run() {
        Recall running = recall(hourly()).running("r", SLOT_MS);

        Recall paused = policy.pause(running, Pause.ASKED, SLOT_MS + 1).recall();

        assertThat(paused.status()).isEqualTo(Status.PAUSED);
        assertThat(paused.slotMs()).isEqualTo(SLOT_MS + HOUR_MS);
    }

    @Test
    void one_that_brings_a_result_is_never_given_up_before_its_run_and_over_with_it() {
        Recall result = resultOf(recall(RecallSchedule.immediate()));
        Recall deferred = result;
        for (int i = 0; i < 1_000; i++)
            deferred = policy.busy(deferred, SLOT_MS + i, 0).recall();

        assertThat(deferred.isPending()).isTrue();
        assertThat(policy.due(result, "r", SLOT_MS + 1_000 * HOUR_MS).action()).isEqualTo(Action.STARTED);
        for (Result end : Result.values()) {
            Change over = policy.ended(result.running("r", SLOT_MS), end, SLOT_MS + 1);
            assertThat(over.recall().status()).isEqualTo(Status.FIRED);
        }
    }

    private static Recall resultOf(Recall recall) {
        return new Recall(
                recall.id(),
                recall.session(),
                recall.user(),
                recall.text(),
                recall.schedule(),
                recall.context(),
                recall.target(),
                null,
                recall.status(),
                null,
                recall.slotMs(),
                recall.triggerAtMs(),
                0,
                0,
                0,
                null,
                recall.createdMs(),
                null,
                new RecallCall("call_1", "r_1", "sleep", true, "agent", 1));
    }

    private static RecallSchedule once() {
        return RecallSchedule.once(Instant.ofEpochMilli(SLOT_MS).toString());
    }

    private static RecallSchedule hourly() {
        return RecallSchedule.interval(HOUR_MS);
    }

    private static Recall recall(RecallSchedule schedule) {
        return new Recall(
                "rc", "s", "u", "stretch", schedule, Status.PENDING, SLOT_MS, SLOT_MS, 0, 0, 0, null, SLOT_MS - 1);
    }
}
