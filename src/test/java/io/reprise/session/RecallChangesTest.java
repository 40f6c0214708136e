package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.ErrorCode;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.Recall.Status;
import io.reprise.message.recall.RecallSchedule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recalls that are edited, skipped, paused, resumed, and wait for people. */
class RecallChangesTest extends RecallBench {
    @Test
    void an_edited_recall_starts_again_and_its_old_time_does_not_fire() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));

        accepted(new Command.EditRecall(recall.id(), "walk", RecallSchedule.delay(2 * MINUTE_MS)));
        fire(recall);

        Recall edited = store.recalls.get(recall.id());
        assertThat(edited.text()).isEqualTo("walk");
        assertThat(edited.status()).isEqualTo(Status.PENDING);
        assertThat(store.runs).isEmpty();
        fire(edited);
        assertThat(store.runs).hasSize(1);
    }

    @Test
    void a_new_schedule_during_the_run_outlives_the_run() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));
        fire(recall);

        accepted(new Command.EditRecall(recall.id(), null, RecallSchedule.delay(MINUTE_MS)));
        end(new RunEnd.Finished(List.of()));

        Recall edited = store.recalls.get(recall.id());
        assertThat(edited.status()).isEqualTo(Status.PENDING);
        assertThat(edited.slotMs()).isGreaterThan(recall.slotMs());
        fire(edited);
        assertThat(store.runs).hasSize(2);
    }

    @Test
    void a_cancelled_or_skipped_recall_does_not_run() {
        Recall cancelled = scheduled(RecallSchedule.delay(MINUTE_MS));
        Recall skipped = scheduled(RecallSchedule.interval(MINUTE_MS));
        accepted(new Command.CancelRecall(cancelled.id()));
        accepted(new Command.SkipRecall(skipped.id()));

        fire(cancelled);
        fire(skipped);

        assertThat(store.runs).isEmpty();
        assertThat(store.recalls.get(skipped.id()).slotMs()).isEqualTo(skipped.slotMs() + MINUTE_MS);
        assertThat(refused(new Command.CancelRecall(cancelled.id()))).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void a_paused_recall_does_not_run_until_it_is_resumed() {
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        accepted(new Command.PauseRecall(often.id()));
        accepted(new Command.PauseRecall(often.id()));

        fire(often);
        load();
        fire(often);
        assertThat(store.runs).isEmpty();
        assertThat(refused(new Command.SkipRecall(often.id()))).isEqualTo(ErrorCode.CONFLICT);

        nowMs += 5 * MINUTE_MS;
        accepted(new Command.ResumeRecall(often.id(), true));
        accepted(new Command.ResumeRecall(often.id(), true));
        Recall resumed = store.recalls.get(often.id());
        assertThat(resumed.triggerAtMs()).isGreaterThan(nowMs);
        fire(resumed);

        assertThat(store.runs).hasSize(1);
        assertThat(actions()).containsExactly("scheduled null", "paused null", "resumed null", "started null");
        assertThat(store.recalls.get(often.id()).missed()).isZero();
    }

    @Test
    void a_recall_can_be_paused_during_its_run_if_it_comes_again() {
        Recall once = scheduled(RecallSchedule.delay(MINUTE_MS));
        fire(once);
        assertThat(refused(new Command.PauseRecall(once.id()))).isEqualTo(ErrorCode.BUSY);
        end(new RunEnd.Finished(List.of()));
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        fire(often);

        accepted(new Command.PauseRecall(often.id()));
        end(new RunEnd.Finished(List.of()));

        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.PAUSED);
        assertThat(store.recalls.get(often.id()).slotMs()).isEqualTo(often.slotMs() + MINUTE_MS);
    }

    @Test
    void a_paused_recall_stays_paused_when_its_time_changes() {
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        accepted(new Command.PauseRecall(often.id()));

        accepted(new Command.EditRecall(often.id(), null, RecallSchedule.delay(MINUTE_MS)));

        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.PAUSED);
        assertThat(store.recalls.get(often.id()).pause()).isEqualTo(Recall.Pause.ASKED);
    }

    @Test
    void after_too_many_runs_in_a_row_a_recall_waits_for_a_message_of_the_person() {
        settings.put("recalls.chainMax", "2");
        load();
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        Recall asked = scheduled(RecallSchedule.interval(MINUTE_MS));
        accepted(new Command.PauseRecall(asked.id()));
        for (int i = 0; i < 2; i++) {
            fire(store.recalls.get(often.id()));
            end(new RunEnd.Finished(List.of()));
        }
        load(); // The count is stored.

        fire(store.recalls.get(often.id()));

        assertThat(store.runs).hasSize(2);
        assertThat(actions()).endsWith("paused chain");
        assertThat(store.recalls.get(often.id()).pause()).isEqualTo(Recall.Pause.CHAIN);

        send("thank you");
        assertThat(actions()).endsWith("resumed null");
        assertThat(store.recalls.get(asked.id()).status())
                .as("a person paused it")
                .isEqualTo(Status.PAUSED);
        end(new RunEnd.Finished(List.of()));
        fire(store.recalls.get(often.id()));
        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void a_message_in_between_breaks_the_chain_but_a_resume_by_the_agent_does_not() {
        settings.put("recalls.chainMax", "1");
        load();
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        fire(often);
        end(new RunEnd.Finished(List.of()));
        fire(store.recalls.get(often.id()));
        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.PAUSED);

        accepted(new Command.ResumeRecall(often.id(), false));
        fire(store.recalls.get(often.id()));
        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.PAUSED);

        accepted(new Command.ResumeRecall(often.id(), true));
        fire(store.recalls.get(often.id()));
        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.RUNNING);
    }
}
