package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.session.effect.Input;
import org.junit.jupiter.api.Test;

/** Questions that nobody answers in time. */
class InterruptExpiryTest extends InterruptBench {
    @Test
    void an_unanswered_interrupt_expires_and_the_run_resumes() {
        String run = waiting("t1", "t2");
        nowMs += 10;
        answer("c2", "i_t1", Decision.APPROVE);
        nowMs = 86_400_999;
        expire();
        assertThat(store.interrupts.get("i_t2").isOpen()).as("a moment is left").isTrue();

        nowMs++;
        expire();

        assertThat(resolution("i_t2"))
                .isEqualTo(new Interrupt.Resolution(Decision.EXPIRED, null, null, null, 86_401_000));
        assertThat(resolved().getLast())
                .isEqualTo(new LogEvent.InterruptResolved("i_t2", Decision.EXPIRED, null, run, "t2", null, null));
        assertThat(store.audited.getLast().user()).isNull();
        assertThat(store.audited.getLast().action()).isEqualTo("interrupt.expired");
        assertThat(told(RunRequest.class).getLast().resume().answers())
                .extracting(answered -> answered.resolution().decision())
                .containsExactly(Decision.APPROVE, Decision.EXPIRED);
        answer("c3", "i_t2", Decision.APPROVE);
        assertThat(why("c3")).isEqualTo("Nobody decided about this call in time.");
    }

    /** Symptom: after a night without the server, a quick user could still approve an expired call. */
    @Test
    void an_expired_call_cannot_be_approved_even_before_its_expiry_is_processed() {
        waiting("t1", "t2");
        load();
        nowMs = 86_401_000;

        answer("c2", "i_t1", Decision.APPROVE);

        assertThat(refused("c2")).isEqualTo(ErrorCode.CONFLICT);
        assertThat(why("c2")).isEqualTo("Nobody decided about this call in time.");
        assertThat(told(RunRequest.class).getLast().resume().answers())
                .extracting(answered -> answered.resolution().decision())
                .containsExactly(Decision.EXPIRED, Decision.EXPIRED);
        expire();
        assertThat(store.runs).hasSize(2);
    }

    @Test
    void an_expiry_that_is_told_again_or_too_late_changes_nothing() {
        expire();
        waiting("t1");
        nowMs += 86_400_000;
        handle(message(new ShardMessage.ExpireInterrupts("s")));
        expire();
        expire();

        assertThat(store.runs).hasSize(2);
        assertThat(store.audited).hasSize(1);
    }

    @Test
    void nothing_expires_while_the_server_shuts_down() {
        waiting("t1");
        nowMs += 86_400_000;
        handle(new Input.Drain());
        expire();
        assertThat(store.runs).hasSize(1);
        load();
        expire();

        assertThat(store.runs).hasSize(2);
    }

    @Test
    void the_time_is_the_setting_of_when_it_was_asked() {
        settings.put("interrupts.expiryMinutes", "1");
        load();
        waiting("t1");
        nowMs += 60_000;
        expire();

        assertThat(resolution("i_t1").decision()).isEqualTo(Decision.EXPIRED);
    }

    private void expire() {
        handle(message(new ShardMessage.ExpireInterrupts("s")));
        storeAll();
    }
}
