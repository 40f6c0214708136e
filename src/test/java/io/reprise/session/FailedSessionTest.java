package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.effect.Effect;
import io.reprise.telemetry.PrometheusMetrics;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to everything that is open in a session that threw an exception. */
class FailedSessionTest extends SessionBench {
    @Test
    void every_unanswered_command_is_refused_once_in_any_state() {
        start();
        attach(null);
        send("c2", "decided and being stored");
        answerLookUp();
        send("c3", "decided and not yet being stored");
        answerLookUp();
        request("c4", new Command.ScheduleRecall("stretch", RecallSchedule.delay(60_000)));
        answerLookUp();
        send("c5", "not looked at");
        send("c6", "not looked at either", OnBusy.REJECT);
        request("c2", 7, new Command.Send("decided and being stored", OnBusy.QUEUE));
        effects.removeIf(effect -> effect instanceof Effect.Tell);

        List<Effect> last = session.failed(true);
        effects.addAll(last);

        assertThat(told(Delivery.Answer.class))
                .extracting(Delivery.Answer::ticket)
                .containsExactlyInAnyOrder(2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(List.of("c2", "c3", "c4", "c5", "c6", "c7"))
                .extracting(this::refused)
                .containsOnly(ErrorCode.INTERNAL);
        assertThat(told(AgentMessage.StopRun.class)).hasSize(1);
        assertThat(told(Delivery.SessionDropped.class)).hasSize(1);
        assertThat(last.getLast()).isEqualTo(new Effect.Drop(true, true, List.of()));
    }

    @Test
    void the_run_of_a_failed_session_no_longer_counts_as_active() {
        try (PrometheusMetrics seen = new PrometheusMetrics()) {
            metrics = seen.metrics();
            load();
            start();
            assertThat(seen.text()).contains("reprise_runs_active 1.0");

            session.failed(true);

            assertThat(seen.text()).contains("reprise_runs_active 0.0");
        }
    }
}
