package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.session.effect.Input;
import io.reprise.session.store.AppendOutcome;
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
        Command hello = new Command.Send("hello", Command.OnBusy.QUEUE);
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
}
