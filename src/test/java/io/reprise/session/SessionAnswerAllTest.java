package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.Command.AnswerAll;
import io.reprise.message.Command.ClientResult;
import io.reprise.message.Command.Either;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.inquiry.Inquiry.Mode;
import io.reprise.message.log.LogEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Decisions about everything that is open: all of them count, or none. */
class SessionAnswerAllTest extends SessionBench {
    private static final String FORM = "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}}";

    /** Waits for an approval, the answer to a question, and a result of the client. */
    private void waits() {
        String run = start();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"));
        batch(run, 2, null, call("t1"));
        batch(run, 3, null, call("t2"));
        batch(run, 4, null, call("t3"));
        keep(run, 1, 4, "k1");
        Inquiry asks = new Inquiry("house", Mode.FORM, "How many?", FORM, null, 5_000);
        List<Ask> all = List.of(
                new Ask("i1", "t1", "send", "{}"),
                new Ask("i2", "t2", "count", "{}", asks),
                new Ask("i3", "t3", "zoom", "{}", Inquiry.ofClient()));
        batch(run, 5, new RunEnd.Interrupted(all, List.of()));
        storeAll();
        effects.clear();
    }

    private static Either either(String interrupt, String content) {
        return new Either(
                new Command.Answer(interrupt, Decision.APPROVE, null, null),
                new Command.Answer(interrupt, Decision.ACCEPT, content, null));
    }

    private static List<ClientResult> results(String... calls) {
        return List.of(calls).stream()
                .map(call -> new ClientResult(call, "of " + call, false))
                .toList();
    }

    private void all(String id, List<Either> decisions, String... calls) {
        request(id, new AnswerAll(decisions, results(calls)));
        storeAll();
    }

    private ErrorCode refusedWithNothingDone(String id) {
        ErrorCode code = refused(id);
        assertThat(store.interrupts.values()).hasSize(3).allMatch(one -> one.isOpen());
        assertThat(told(RunRequest.class)).isEmpty();
        return code;
    }

    @Test
    void what_is_open_is_answered_at_once_and_one_run_goes_on() {
        waits();

        all("c2", List.of(either("i2", "{\"n\":3}"), either("i1", null)), "t3");

        accepted("c2");
        assertThat(told(RunRequest.class))
                .singleElement()
                .satisfies(run -> assertThat(run.resume().answers())
                        .extracting(
                                AgentMessage.Answered::toolCall,
                                one -> one.resolution().decision())
                        .containsExactly(
                                tuple("t1", Decision.APPROVE),
                                tuple("t2", Decision.ACCEPT),
                                tuple("t3", Decision.ACCEPT)));
    }

    @Test
    void the_same_again_is_a_repeat() {
        waits();
        all("c2", List.of(either("i1", null), either("i2", null)), "t3");

        all("c2", List.of(either("i1", null), either("i2", null)), "t3");

        assertThat(accepted("c2").duplicate()).isTrue();
        assertThat(told(RunRequest.class)).hasSize(1);
    }

    @Test
    void nothing_is_answered_if_anything_of_it_is_wrong_or_missing() {
        waits();

        all("c20", List.of(either("i1", null), either("i2", null), either("i9", null)), "t3");
        assertThat(refusedWithNothingDone("c20")).isEqualTo(ErrorCode.NOT_FOUND);
        all("c21", List.of(either("i1", null), either("i2", "{\"n\":\"many\"}")), "t3");
        assertThat(refusedWithNothingDone("c21")).isEqualTo(ErrorCode.BAD_REQUEST);
        all("c22", List.of(either("i1", null), either("i2", null), either("i1", null)), "t3");
        assertThat(refusedWithNothingDone("c22")).isEqualTo(ErrorCode.BAD_REQUEST);
        all("c23", List.of(either("i1", null), either("i2", null), either("i3", null)));
        assertThat(refusedWithNothingDone("c23")).isEqualTo(ErrorCode.BAD_REQUEST);
        all("c24", List.of(either("i1", null), either("i2", null)), "t3", "t9");
        assertThat(refusedWithNothingDone("c24")).isEqualTo(ErrorCode.NOT_FOUND);
        all("c25", List.of(either("i1", null)), "t3");
        assertThat(refusedWithNothingDone("c25")).isEqualTo(ErrorCode.BAD_REQUEST);
        all("c26", List.of(either("i1", null), either("i2", null)));
        assertThat(refusedWithNothingDone("c26")).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void nothing_is_answered_if_somebody_else_was_first_except_that_a_late_result_is_ignored() {
        waits();
        answer("c2", "i1", Decision.REJECT);
        request("c3", new Command.Results(results("t3")));
        storeAll();

        all("c27", List.of(either("i1", null), either("i2", null)), "t3");
        assertThat(refused("c27")).isEqualTo(ErrorCode.CONFLICT);
        assertThat(store.interrupts.get("i2").isOpen()).isTrue();
        all("c28", List.of(either("i2", null)), "t3");

        accepted("c28");
        assertThat(told(RunRequest.class)).hasSize(1);
    }

    @Test
    void nothing_is_begun_where_nothing_is_open() {
        all("c2", List.of());
        all("c3", List.of(either("i1", null)));

        assertThat(refused("c2")).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused("c3")).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(told(RunRequest.class)).isEmpty();
    }
}
