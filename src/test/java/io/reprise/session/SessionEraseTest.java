package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.ShardMessage;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import org.junit.jupiter.api.Test;

/** Sessions that are erased without a command, because the data of their user is erased. */
class SessionEraseTest extends SessionBench {
    @Test
    void it_is_erased_once_with_its_run_and_its_readers_are_told() {
        start();
        attach(null);

        erase();
        erase();
        send("c2", "too late");
        long asked = effects.stream().filter(Effect.Erase.class::isInstance).count();
        handle(new Input.Erased(true));

        assertThat(asked).isEqualTo(1);
        assertThat(told(AgentMessage.StopRun.class)).hasSize(1);
        assertThat(refused("c2")).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(told(Delivery.Notice.class))
                .extracting(Delivery.Notice::kind)
                .containsExactly("session.deleted");
        assertThat(effects).last().isInstanceOf(Effect.Drop.class);
    }

    @Test
    void a_pending_delete_is_answered() {
        start();
        request("c2", new Command.Delete());
        answerLookUps();
        erase();
        handle(new Input.Erased(true));

        assertThat(accepted("c2").result()).isEqualTo(new CommandResult.Done());
    }

    @Test
    void a_run_continues_while_the_store_is_unavailable_and_can_be_requested_again() {
        start();
        erase();

        handle(new Input.Erased(null));

        assertThat(effects)
                .last()
                .isInstanceOfSatisfying(
                        Effect.Drop.class, drop -> assertThat(drop.reload()).isTrue());
    }

    private void erase() {
        handle(message(new ShardMessage.EraseSession("s")));
    }
}
