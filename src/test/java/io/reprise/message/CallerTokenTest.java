package io.reprise.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Cause.CallerToken;
import io.reprise.message.bus.BusCodec;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The token of a caller is where it is needed, and nowhere else. */
class CallerTokenTest {
    private static final CallerToken TOKEN = new CallerToken("very-secret", 1_000);
    private static final Cause CAUSE = new Cause("q_1", null, null).with(TOKEN);

    @Test
    void it_is_not_in_texts_of_records() {
        assertThat(TOKEN.toString()).doesNotContain("secret");
        assertThat(CAUSE.toString()).doesNotContain("secret");
        assertThat(new Sender(false, List.of(), TOKEN).toString()).doesNotContain("secret");
    }

    @Test
    void it_is_not_in_what_is_stored_of_a_cause() {
        assertThat(Json.text(CAUSE)).contains("q_1").doesNotContain("secret");
    }

    @Test
    void it_reaches_the_owner_of_a_session_at_another_node() {
        ShardMessage.Request request = new ShardMessage.Request(
                "s",
                "u",
                "c",
                "hash",
                new Command.Read(1),
                new ShardMessage.ReplyTo("gateway.n.0", 3),
                null,
                new Sender(false, List.of(), TOKEN),
                null);
        BusCodec codec = new BusCodec();
        Buffer wire = Buffer.buffer();

        codec.encodeToWire(wire, request);

        assertThat(((ShardMessage.Request) codec.decodeFromWire(0, wire))
                        .cause()
                        .token())
                .isEqualTo(TOKEN);
    }

    @Test
    void a_command_without_a_token_has_none_whatever_its_cause_says() {
        ShardMessage.Request request = new ShardMessage.Request(
                "s",
                "u",
                "c",
                "hash",
                new Command.Read(1),
                new ShardMessage.ReplyTo("gateway.n.0", 3),
                null,
                Sender.USUAL,
                CAUSE);

        assertThat(request.cause().token()).isNull();
    }

    @Test
    void an_answer_of_a_person_brings_it_and_what_happens_later_does_not() {
        assertThat(CAUSE.after("r_1").token()).isEqualTo(TOKEN);
        assertThat(CAUSE.later("r_1").token()).isNull();
    }

    @Test
    void a_recall_that_a_person_schedules_does_not_have_it() {
        Recall recall = new Recall(
                "rc_1",
                "s",
                "u",
                "look again",
                RecallSchedule.immediate(),
                null,
                null,
                null,
                Recall.Status.PENDING,
                null,
                1,
                1,
                0,
                0,
                0,
                null,
                1,
                CAUSE);

        assertThat(recall.cause()).isEqualTo(new Cause("q_1", null, null));
    }
}
