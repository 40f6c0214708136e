package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.ShardMessage;
import io.reprise.session.EventStore.AppendOutcome;
import io.reprise.session.EventStore.Loaded;
import io.reprise.telemetry.Metrics;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Commands, their repeats and a store that goes away at an unlucky moment. */
class CommandsTest {
    private final AtomicLong ids = new AtomicLong();
    private final Session session = new Session(
            "s_1",
            1,
            new Loaded("ada", "e_1", 0, 0, List.of(), null, List.of(), List.of(), EventStore.Outline.EMPTY),
            new Session.Environment(
                    Settings.defaults(),
                    List.of("agent"),
                    prefix -> prefix + ids.incrementAndGet(),
                    () -> 1_000,
                    Metrics.unseen()));

    /**
     * Symptom: the repeat of a command whose append was under way was refused as unavailable, though the command was
     * carried out. Cause: when a look-up of another command's claim failed, everything that had arrived behind it was
     * refused, repeats of decided commands too.
     */
    @Test
    void a_repeat_waits_for_the_append_of_its_command_also_when_the_look_up_before_it_fails() {
        session.open(List.of(), false);
        session.handle(send("first", 1));
        session.handle(new Input.ClaimFound(Optional.empty()));
        session.handle(send("second", 2));
        session.handle(send("first", 3));

        List<Effect> away = session.handle(new Input.ClaimUnknown());

        assertThat(answers(away)).extracting(Delivery.Answer::ticket).containsExactly(2L);
        assertThat(answers(away).getFirst().outcome())
                .isInstanceOfSatisfying(
                        CommandOutcome.Refused.class,
                        refused -> assertThat(refused.failure().code()).isEqualTo(ErrorCode.UNAVAILABLE));
        List<Delivery.Answer> stored = answers(session.handle(new Input.Appended(new AppendOutcome.Stored())));
        assertThat(stored).extracting(Delivery.Answer::ticket).containsExactly(1L, 3L);
        assertThat(stored)
                .extracting(answer -> ((CommandOutcome.Accepted) answer.outcome()).duplicate())
                .containsExactly(false, true);
    }

    private static Input send(String id, long ticket) {
        return new Input.Message(new ShardMessage.Request(
                "s_1",
                "ada",
                id,
                "hash of " + id,
                new Command.Send("hello", Command.OnBusy.QUEUE),
                new ShardMessage.ReplyTo("gateway", ticket)));
    }

    private static List<Delivery.Answer> answers(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.Tell.class::isInstance)
                .map(effect -> ((Effect.Tell) effect).message())
                .filter(Delivery.Answer.class::isInstance)
                .map(Delivery.Answer.class::cast)
                .toList();
    }
}
