package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.ClaimedIds;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Commands, their repeats and a store that becomes unavailable at an unfortunate moment. */
class CommandsTest extends SessionBench {
    /**
     * Symptom: the repeat of a command with a pending append was refused as unavailable, although the command was
     * carried out. Cause: when a look-up of another command's claim failed, everything that had arrived after it was
     * refused, including repeats of decided commands.
     */
    @Test
    void a_repeat_waits_for_the_append_of_its_command_also_when_the_look_up_before_it_fails() {
        Command hello = hello();
        request("c1", 1, hello);
        answerLookUp();
        request("c2", 2, hello);
        request("c1", 3, hello);

        handle(new Input.ClaimUnknown());

        assertThat(told(Delivery.Answer.class))
                .extracting(Delivery.Answer::ticket)
                .containsExactly(2L);
        assertThat(refused("c2")).isEqualTo(ErrorCode.UNAVAILABLE);
        handle(new Input.Appended(new AppendOutcome.Stored()));
        List<Delivery.Answer> stored =
                told(Delivery.Answer.class).stream().skip(1).toList();
        assertThat(stored).extracting(Delivery.Answer::ticket).containsExactly(1L, 3L);
        assertThat(stored)
                .extracting(answer -> ((CommandOutcome.Accepted) answer.outcome()).duplicate())
                .containsExactly(false, true);
    }

    @Test
    void an_id_that_no_claim_has_is_decided_without_a_look_up() {
        store.knowsClaims = true;
        load();

        request("c1", 1, hello());

        assertThat(pending()).singleElement().isInstanceOf(Effect.Store.class);
    }

    @Test
    void a_message_for_a_busy_session_is_looked_up() {
        store.knowsClaims = true;
        load();
        request("c1", 1, hello());
        storeAll();

        request("c2", 2, hello());

        assertThat(pending()).singleElement().isInstanceOf(Effect.LookUpClaim.class);
    }

    @Test
    void every_id_is_looked_up_while_the_store_does_not_answer() {
        store.knowsClaims = true;
        load();
        storeAnswers = false;

        request("c1", 1, hello());

        assertThat(pending()).singleElement().isInstanceOf(Effect.LookUpClaim.class);
    }

    @Test
    void a_repeat_is_looked_up_whether_its_claim_was_made_or_loaded() {
        store.knowsClaims = true;
        load();
        request("c1", 1, hello());
        storeAll();
        batch(lastRun(), 1, new RunEnd.Cancelled());
        storeAll();

        request("c1", 2, hello());
        assertThat(pending()).singleElement().isInstanceOf(Effect.LookUpClaim.class);
        storeAll();
        load();
        request("c1", 1, hello());
        assertThat(pending()).singleElement().isInstanceOf(Effect.LookUpClaim.class);
        storeAll();

        assertThat(accepted("c1").duplicate()).isTrue();
        assertThat(store.everSaid).hasSize(1);
    }

    @Test
    void a_session_with_very_many_claims_looks_every_id_up() {
        ClaimedIds few = new ClaimedIds(List.of(), () -> storeAnswers);
        for (int i = 0; i < ClaimedIds.MAX; i++) few.add("c" + i);
        assertThat(few.mayContain("another")).isFalse();
        assertThat(few.mayContain("c7")).isTrue();

        few.add("one more");

        assertThat(few.mayContain("another")).isTrue();
    }

    private static Command hello() {
        return new Command.Send("hello", Command.OnBusy.QUEUE);
    }
}
