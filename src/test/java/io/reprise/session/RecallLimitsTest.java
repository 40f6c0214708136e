package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.ShardMessage;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.Recall.Status;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallTarget;
import io.reprise.session.effect.Input;
import io.reprise.session.effect.OpenedSession;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recalls that make sessions, limits of recalls, and what readers are told of them. */
class RecallLimitsTest extends RecallBench {
    @Test
    void a_recall_in_a_new_session_has_one_made_and_is_settled_when_it_exists() {
        Recall once = scheduledInNew(RecallSchedule.delay(MINUTE_MS));
        Recall often = scheduledInNew(RecallSchedule.interval(MINUTE_MS));
        send("/hang");

        fire(once);
        fire(often);

        assertThat(opened).extracting(asked -> asked.recall().id()).containsExactly(once.id(), often.id());
        assertThat(opened.getFirst().from().session()).isEqualTo("s");
        assertThat(store.recalls.get(once.id()).status()).isEqualTo(Status.FIRED);
        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.PENDING);
        assertThat(store.recalls.get(often.id()).slotMs()).isEqualTo(often.slotMs() + MINUTE_MS);
        assertThat(store.runs.values())
                .as("only that of the message")
                .allMatch(run -> run.origin().equals("user"));
        assertThat(actions()).endsWith("fired null", "rescheduled null");
    }

    @Test
    void the_runs_in_a_row_count_also_in_a_new_session() {
        settings.put("recalls.chainMax", "2");
        load();
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        Recall first = scheduledInNew(RecallSchedule.delay(MINUTE_MS));
        Recall second = scheduledInNew(RecallSchedule.delay(MINUTE_MS));
        fire(often);
        end(new RunEnd.Finished(List.of()));
        fire(first);
        fire(store.recalls.get(often.id()));
        end(new RunEnd.Finished(List.of()));

        fire(second);

        assertThat(opened)
                .singleElement()
                .extracting(OpenedSession::chain)
                .as("the run in this session before it")
                .isEqualTo(1);
        assertThat(store.recalls.get(second.id()).pause()).isEqualTo(Recall.Pause.CHAIN);
        send("thank you");
        end(new RunEnd.Finished(List.of()));
        fire(store.recalls.get(second.id()));
        assertThat(opened.getLast().chain()).isZero();
    }

    @Test
    void a_new_session_is_asked_for_again_while_nobody_knows_whether_it_exists() {
        Recall once = scheduledInNew(RecallSchedule.delay(MINUTE_MS));
        openingOutcome = OpenedSession.Outcome.UNKNOWN;
        fire(once);
        assertThat(store.recalls.get(once.id())).isEqualTo(once);
        load(); // The answer of the store is lost with the process.
        openingOutcome = OpenedSession.Outcome.EXISTS;

        fire(once);
        fire(once);

        assertThat(opened).hasSize(2);
        assertThat(opened.get(1).recall())
                .as("the same slot")
                .isEqualTo(opened.get(0).recall());
        assertThat(store.recalls.get(once.id()).status()).isEqualTo(Status.FIRED);
    }

    @Test
    void a_slot_is_skipped_if_recalls_have_made_too_many_sessions() {
        Recall often = scheduledInNew(RecallSchedule.interval(MINUTE_MS));
        openingOutcome = OpenedSession.Outcome.TOO_MANY;

        fire(often);

        assertThat(actions()).endsWith("skipped sessions");
        assertThat(store.recalls.get(often.id()).slotMs()).isEqualTo(often.slotMs() + MINUTE_MS);
    }

    @Test
    void limits_refuse_before_anything_is_stored() {
        settings.put("recalls.perSessionMax", "2");
        settings.put("recalls.perUserMax", "3");
        load();
        scheduled(RecallSchedule.delay(MINUTE_MS));
        recallsElsewhere = 2;
        assertThat(refused(schedule(RecallSchedule.delay(MINUTE_MS)))).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
        recallsElsewhere = 1;
        scheduled(RecallSchedule.delay(MINUTE_MS));
        recallsElsewhere = 0;
        assertThat(refused(schedule(RecallSchedule.delay(MINUTE_MS)))).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
        assertThat(store.recalls).hasSize(2);
    }

    @Test
    void an_invalid_schedule_is_a_bad_request() {
        assertThat(refused(schedule(RecallSchedule.interval(9_999)))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(schedule(RecallSchedule.delay(367L * 24 * 60 * MINUTE_MS))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(schedule(RecallSchedule.once("2001-01-01T00:00:00Z"))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(schedule(RecallSchedule.once("tomorrow")))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(schedule(RecallSchedule.cron("0 9 * *", "Europe/Berlin"))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(schedule(RecallSchedule.natural("sometime", null)))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(new Command.ScheduleRecall("a\0b", RecallSchedule.delay(1))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(store.recalls).isEmpty();
    }

    @Test
    void nothing_is_scheduled_while_the_store_is_unavailable() {
        recallsElsewhere = null;

        assertThat(refused(schedule(RecallSchedule.delay(MINUTE_MS)))).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void an_attach_names_pending_recalls() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));

        handle(new ShardMessage.Attach("s", "user", READER, null));

        assertThat(told(Delivery.Verdict.class).getLast().attached().recalls())
                .extracting(info -> info.recall())
                .containsExactly(recall.id());
    }

    @Test
    void readers_of_an_erased_session_are_told_of_its_recalls() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));
        handle(new ShardMessage.Attach("s", "user", READER, null));

        request(new Command.Delete());
        storeAll();
        handle(new Input.Erased(true));

        assertThat(told(Delivery.Notice.class))
                .extracting(Delivery.Notice::kind)
                .containsExactly("recall.cancelled", "session.deleted");
        assertThat(told(Delivery.Notice.class).getFirst().data()).containsEntry("recall", recall.id());
    }

    @Test
    void a_repeated_command_schedules_nothing() {
        Command command = schedule(RecallSchedule.delay(MINUTE_MS));
        long ticket = request(command);
        storeAll();
        requestAgain(ticket, command);
        storeAll();

        CommandOutcome.Accepted again = (CommandOutcome.Accepted) outcome("c" + ticket);
        assertThat(again.duplicate()).isTrue();
        assertThat(store.recalls).hasSize(1);
    }

    private Recall scheduledInNew(RecallSchedule schedule) {
        Command command = new Command.ScheduleRecall("stretch", schedule, RecallContext.NONE, RecallTarget.NEW);
        return ((CommandResult.Recalled) accepted(command)).recall();
    }
}
