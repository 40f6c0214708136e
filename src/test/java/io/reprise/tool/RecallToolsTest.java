package io.reprise.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallTarget;
import io.reprise.support.StopSignal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments of models become commands, and answers of the session become text. */
class RecallToolsTest {
    private static final long NOW = ms("2026-11-25T13:00:00.400Z");

    private final ScheduleRecallTool schedule = new ScheduleRecallTool(() -> NOW, "Europe/Berlin");
    private final ManageRecallsTool manage = new ManageRecallsTool(() -> NOW, "Europe/Berlin");
    private final List<Command> asked = new ArrayList<>();
    private String zone;
    private CommandOutcome outcome = new CommandOutcome.Accepted(
            new CommandResult.Recalled(recall(RecallSchedule.once(""), "2026-11-25T13:00:10.400Z")), false);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"when\":\"tomorrow at 09:00\" | tomorrow at 09:00 |",
                "\"when\":\" tonight \",\"zone\":\"Asia/Tokyo\" | tonight | Asia/Tokyo",
                "\"at\":\"2026-12-01T09:00:00Z\",\"when\":\"\" | 2026-12-01T09:00:00Z |",
                "\"in\":\"10 seconds\",\"now\":false | in 10 seconds |",
                "\"in\":\"in 10 seconds\" | in 10 seconds |",
                "\"in\":90 | in 90 seconds |",
                "\"every\":\"30 minutes\" | every 30 minutes |",
                "\"every\":\"Every day at 9am\" | Every day at 9am |",
                "\"every\":30 | every 30 seconds |",
            })
    void each_field_about_time_says_when(String fields, String when, String zone) throws Exception {
        schedule.call(call("{\"text\":\" stretch \"," + fields + "}"), new StopSignal());

        assertThat(asked).containsExactly(new Command.ScheduleRecall("stretch", RecallSchedule.natural(when, zone)));
    }

    @Test
    void cron_and_now_are_kinds_of_their_own() throws Exception {
        schedule.call(call("{\"text\":\"a\",\"cron\":\"0 9 * * 1-5\",\"zone\":\"Asia/Tokyo\"}"), new StopSignal());
        schedule.call(call("{\"text\":\"a\",\"now\":true}"), new StopSignal());

        assertThat(asked)
                .containsExactly(
                        new Command.ScheduleRecall("a", RecallSchedule.cron("0 9 * * 1-5", "Asia/Tokyo")),
                        new Command.ScheduleRecall("a", RecallSchedule.immediate()));
    }

    @Test
    void the_context_says_what_the_model_will_see() throws Exception {
        answer(recall(RecallSchedule.once(""), "2026-11-27T08:00:00Z").seeing(RecallContext.LAST));

        assertThat(schedule.call(call("{\"text\":\"a\",\"now\":true,\"context\":\" last \"}"), new StopSignal())
                        .text())
                .contains("with the last exchange only");
        manage.call(call("{\"action\":\"edit\",\"recall\":\"rc_1\",\"context\":\"none\"}"), new StopSignal());

        assertThat(asked)
                .containsExactly(
                        new Command.ScheduleRecall("a", RecallSchedule.immediate(), RecallContext.LAST),
                        new Command.EditRecall("rc_1", null, null, RecallContext.NONE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"text\":\"a\",\"now\":true,\"context\":\"some\"}",
                "{\"text\":\" \",\"in\":\"10 seconds\"}",
                "{\"text\":\"a\"}",
                "{\"text\":\"a\",\"now\":false}",
                "{\"text\":\"a\",\"in\":\"1 hour\",\"every\":\"1 hour\"}",
                "{\"text\":\"a\",\"when\":{}}",
            })
    void a_call_without_text_or_without_exactly_one_time_schedules_nothing(String arguments) {
        assertThatThrownBy(() -> schedule.call(call(arguments), new StopSignal()))
                .isInstanceOf(ToolFailure.class);

        assertThat(asked).isEmpty();
    }

    @Test
    void scheduled_times_are_reported_in_the_requested_zone() throws Exception {
        String arguments = "{\"text\":\"a\",\"in\":\"10 seconds\"}";
        assertThat(schedule.call(call(arguments), new StopSignal()).text())
                .isEqualTo("Scheduled in 10 seconds, on Wednesday, 25 November 2026 at 14:00:10 (Europe/Berlin)."
                        + " Its id is rc_1.");

        answer(recall(RecallSchedule.once("").in("Asia/Tokyo"), "2026-11-27T08:00:00Z"));
        String inTokyo = "{\"text\":\"a\",\"when\":\"friday at 17:00\",\"zone\":\"Asia/Tokyo\"}";
        assertThat(schedule.call(call(inTokyo), new StopSignal()).text())
                .startsWith("Scheduled on Friday, 27 November 2026 at 17:00 (Asia/Tokyo).");

        answer(recall(RecallSchedule.interval(5_400_000), "2026-11-25T14:30:00.400Z"));
        assertThat(schedule.call(call(arguments), new StopSignal()).text())
                .startsWith("Scheduled every 1 hour 30 minutes, next in 1 hour 30 minutes, on Wednesday");

        answer(recall(RecallSchedule.cron("0 9 * * *", "Asia/Tokyo"), "2026-11-26T00:00:00Z"));
        assertThat(schedule.call(call(arguments), new StopSignal()).text())
                .startsWith("Scheduled by the cron rule `0 9 * * *`, next in 11 hours, on Thursday, 26 November 2026 at"
                        + " 09:00 (Asia/Tokyo)");

        answer(recall(RecallSchedule.immediate(), "2026-11-25T13:00:00.400Z"));
        assertThat(schedule.call(call(arguments), new StopSignal()).text())
                .isEqualTo("Scheduled at once. Its id is rc_1.");
    }

    /** Symptom: "tomorrow at 9am" fired at 9:00 UTC. Cause: the tool only knew the server's zone. */
    @Test
    void times_are_in_the_zone_of_the_user_by_default() throws Exception {
        zone = "America/New_York";

        schedule.call(call("{\"text\":\"a\",\"when\":\"tomorrow at 9am\"}"), new StopSignal());
        schedule.call(call("{\"text\":\"a\",\"cron\":\"0 9 * * *\"}"), new StopSignal());
        schedule.call(call("{\"text\":\"a\",\"when\":\"tomorrow at 9am\",\"zone\":\"Asia/Tokyo\"}"), new StopSignal());
        manage.call(call("{\"action\":\"edit\",\"recall\":\"rc_1\",\"when\":\"tomorrow at 9am\"}"), new StopSignal());

        RecallSchedule natural = RecallSchedule.natural("tomorrow at 9am", zone);
        assertThat(asked)
                .containsExactly(
                        new Command.ScheduleRecall("a", natural),
                        new Command.ScheduleRecall("a", RecallSchedule.cron("0 9 * * *", zone)),
                        new Command.ScheduleRecall("a", natural.in("Asia/Tokyo")),
                        new Command.EditRecall("rc_1", null, natural));
    }

    @Test
    void a_refusal_has_the_text_of_the_session() {
        outcome = new CommandOutcome.Refused(Failure.of(ErrorCode.BAD_REQUEST, "This time is in the past."));

        assertThatThrownBy(() -> schedule.call(call("{\"text\":\"a\",\"in\":\"1 hour\"}"), new StopSignal()))
                .isInstanceOf(ToolFailure.class)
                .hasMessage("This time is in the past.");
        assertThatThrownBy(() -> manage.call(call("{\"action\":\"list\"}"), new StopSignal()))
                .isInstanceOf(ToolFailure.class)
                .hasMessage("This time is in the past.");
    }

    @Test
    void recalls_are_listed_with_their_ids_texts_and_times() throws Exception {
        outcome = new CommandOutcome.Accepted(new CommandResult.Recalls(List.of()), false);
        assertThat(manage.call(call("{\"action\":\"list\"}"), new StopSignal()).text())
                .contains("no recalls");

        outcome = new CommandOutcome.Accepted(
                new CommandResult.Recalls(List.of(
                        recall(RecallSchedule.once(""), "2026-11-27T08:00:00Z"),
                        recall(RecallSchedule.interval(30_000), "2026-11-25T13:00:30.400Z"))),
                false);
        assertThat(manage.call(call("{\"action\":\"list\"}"), new StopSignal()).text())
                .isEqualTo("""
                - Recall rc_1: "stretch", on Friday, 27 November 2026 at 09:00 (Europe/Berlin).
                - Recall rc_1: "stretch", every 30 seconds, next in 30 seconds, on Wednesday, 25 November 2026 at 14:00:30 \
                (Europe/Berlin).""");
        assertThat(asked).containsOnly(new Command.ListRecalls());
    }

    @Test
    void one_recall_is_skipped_cancelled_or_edited() throws Exception {
        assertThat(manage.call(call("{\"action\":\"skip\",\"recall\":\"rc_1\"}"), new StopSignal())
                        .text())
                .startsWith("Recall rc_1: ");
        manage.call(call("{\"action\":\"edit\",\"recall\":\"rc_1\",\"text\":\"walk\"}"), new StopSignal());
        manage.call(call("{\"action\":\"edit\",\"recall\":\"rc_1\",\"in\":\"1 hour\"}"), new StopSignal());
        answer(recall(RecallSchedule.once(""), "2026-11-27T08:00:00Z", Recall.Status.CANCELLED));
        assertThat(manage.call(call("{\"action\":\"cancel\",\"recall\":\"rc_1\"}"), new StopSignal())
                        .text())
                .isEqualTo("Recall rc_1 is over: cancelled.");

        assertThat(asked)
                .containsExactly(
                        new Command.SkipRecall("rc_1"),
                        new Command.EditRecall("rc_1", "walk", null),
                        new Command.EditRecall("rc_1", null, RecallSchedule.natural("in 1 hour", null)),
                        new Command.CancelRecall("rc_1"));
    }

    @Test
    void the_target_says_where_the_model_will_answer() throws Exception {
        answer(recall(RecallSchedule.once(""), "2026-11-27T08:00:00Z").answering(RecallTarget.NEW));

        assertThat(schedule.call(call("{\"text\":\"a\",\"now\":true,\"target\":\"new\"}"), new StopSignal())
                        .text())
                .contains("in a new conversation");
        manage.call(call("{\"action\":\"edit\",\"recall\":\"rc_1\",\"target\":\"this\"}"), new StopSignal());

        assertThat(asked)
                .containsExactly(
                        new Command.ScheduleRecall("a", RecallSchedule.immediate(), null, RecallTarget.NEW),
                        new Command.EditRecall("rc_1", null, null, null, RecallTarget.THIS));
    }

    @Test
    void a_recall_is_paused_and_resumed_and_listed_as_paused() throws Exception {
        answer(recall(RecallSchedule.interval(30_000), "2026-11-27T08:00:00Z").paused(Recall.Pause.ASKED));

        assertThat(manage.call(call("{\"action\":\"pause\",\"recall\":\"rc_1\"}"), new StopSignal())
                        .text())
                .isEqualTo("Recall rc_1: \"stretch\", paused, every 30 seconds.");
        manage.call(call("{\"action\":\"resume\",\"recall\":\"rc_1\"}"), new StopSignal());

        assertThat(asked).containsExactly(new Command.PauseRecall("rc_1"), new Command.ResumeRecall("rc_1", false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"action\":\"explode\"}",
                "{\"action\":\"skip\"}",
                "{\"action\":\"cancel\",\"recall\":\" \"}",
                "{\"action\":\"edit\",\"recall\":\"rc_1\"}",
            })
    void an_incomplete_change_is_not_sent(String arguments) {
        assertThatThrownBy(() -> manage.call(call(arguments), new StopSignal())).isInstanceOf(ToolFailure.class);

        assertThat(asked).isEmpty();
    }

    @Test
    void schemas_are_json_objects_that_name_every_field() {
        for (Tool tool : List.of(schedule, manage)) {
            Map<?, ?> properties =
                    (Map<?, ?>) Json.parse(tool.schema(), Map.class).get("properties");
            assertThat(properties.keySet().toString())
                    .contains("text", "context", "when, at, in, every, cron, now, zone");
        }
    }

    private void answer(Recall recall) {
        outcome = new CommandOutcome.Accepted(new CommandResult.Recalled(recall), false);
    }

    private static Recall recall(RecallSchedule schedule, String triggerAt) {
        return recall(schedule, triggerAt, Recall.Status.PENDING);
    }

    private static Recall recall(RecallSchedule schedule, String triggerAt, Recall.Status status) {
        long slotMs = ms(triggerAt);
        return new Recall("rc_1", "s", "u", "stretch", schedule, status, slotMs, slotMs, 0, 0, 0, null, NOW);
    }

    private static long ms(String at) {
        return Instant.parse(at).toEpochMilli();
    }

    private ToolCall call(String arguments) {
        return new ToolCall("t1", "s1", "u1", arguments, zone, command -> {
            asked.add(command);
            return outcome;
        });
    }
}
