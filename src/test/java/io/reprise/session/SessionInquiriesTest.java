package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.DropInquiries;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.inquiry.Inquiry.Mode;
import io.reprise.message.log.LogEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Questions of tools to people: how they are shown, answered and dropped. */
class SessionInquiriesTest extends SessionBench {
    private static final String FORM =
            "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"default\":3}}}";

    private static Inquiry form() {
        return new Inquiry("house", Mode.FORM, "How many?", FORM, null, 5_000);
    }

    private static Inquiry visit() {
        return new Inquiry("house", Mode.URL, "Please pay", null, "https://pay.example/1", 5_000);
    }

    private String asks(Inquiry inquiry) {
        String run = start();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"), new LogEvent.ToolCallStart("t1", "count", null));
        keep(run, 1, 1, "c1");
        batch(run, 2, new RunEnd.Interrupted(List.of(new Ask("i1", "t1", "count", "{}", inquiry)), List.of()));
        storeAll();
        return run;
    }

    private void accept(String id, String content) {
        request(id, new Command.Answer("i1", Decision.ACCEPT, content, null));
        storeAll();
    }

    @Test
    void a_question_says_who_asks_what_and_how_it_can_be_answered_until_when() {
        asks(form());

        assertThat(events(LogEvent.RunFinished.class).getLast().outcome().interrupts())
                .singleElement()
                .satisfies(info -> {
                    assertThat(info.reason()).isEqualTo("input_required");
                    assertThat(info.message()).isEqualTo("How many?");
                    assertThat(info.responseSchema().toString()).isEqualTo(FORM);
                    assertThat(info.expiresAt()).as("its own expiry").isEqualTo("1970-01-01T00:00:06Z");
                    assertThat(info.metadata())
                            .containsEntry("server", "house")
                            .containsEntry("mode", "form")
                            .containsEntry("decisions", List.of("accept", "decline", "cancel"))
                            .doesNotContainKey("url");
                });
    }

    @Test
    void an_address_to_visit_is_named_in_full() {
        asks(visit());

        Interrupt.Info info = events(LogEvent.RunFinished.class)
                .getLast()
                .outcome()
                .interrupts()
                .getFirst();
        assertThat(info.metadata()).containsEntry("url", "https://pay.example/1");
        assertThat(info.responseSchema()).isNull();
        accept("c2", null);
        assertThat(told(RunRequest.class).getLast().resume().answers())
                .extracting(answered -> answered.resolution().decision())
                .containsExactly(Decision.ACCEPT);
    }

    @Test
    void an_answer_must_fit_the_form_and_what_is_left_out_has_its_default() {
        asks(form());

        accept("c2", "{\"n\":\"many\"}");
        assertThat(refused("c2")).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(why("c2")).isEqualTo("\"n\" must be a number.");
        accept("c3", "{}");

        assertThat(told(RunRequest.class).getLast().resume().answers())
                .singleElement()
                .satisfies(answered ->
                        assertThat(answered.resolution().arguments()).isEqualTo("{\"n\":3}"));
        LogEvent.InterruptResolved resolved =
                values(LogEvent.InterruptResolved.class).getLast();
        assertThat(resolved.decision()).isEqualTo(Decision.ACCEPT);
        assertThat(resolved.arguments()).as("they are no arguments of the call").isNull();
        assertThat(store.audited.getLast().action()).isEqualTo("interrupt.accept");
    }

    @Test
    void a_question_is_not_approved_and_an_approval_is_not_accepted() {
        asks(form());
        answer("c2", "i1", Decision.APPROVE);
        assertThat(why("c2")).isEqualTo("This question is answered by one of [accept, decline, cancel].");
        answer("c3", "i1", Decision.DECLINE);

        waiting("t2");
        answer("c4", "i_t2", Decision.ACCEPT);
        assertThat(why("c4")).isEqualTo("This call needs one of [approve, edit, reject, respond].");
    }

    @Test
    void a_stop_while_a_person_is_asked_is_told_to_the_agent() {
        String run = asks(form());

        stop("c2");
        storeAll();

        assertThat(told(DropInquiries.class)).containsExactly(new DropInquiries(run));
    }

    @Test
    void a_clear_while_a_person_is_asked_is_told_to_the_agent() {
        String run = asks(form());

        request("c2", new Command.Clear());
        storeAll();

        assertThat(told(DropInquiries.class)).containsExactly(new DropInquiries(run));
    }

    @Test
    void a_stop_while_an_approval_is_waited_for_is_not() {
        waiting("t1");

        stop("c2");
        storeAll();

        assertThat(told(DropInquiries.class)).isEmpty();
    }

    private String why(String command) {
        return ((CommandOutcome.Refused) outcome(command)).failure().message();
    }
}
