package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ClientTool;
import io.reprise.message.Command;
import io.reprise.message.Command.ClientResult;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Interrupt.PendingCall;
import io.reprise.message.ShardMessage;
import io.reprise.message.content.Content;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ToolCallResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls that wait for the client that executes them. */
class SessionClientToolsTest extends SessionBench {
    private static final List<ClientTool> TOOLS = List.of(new ClientTool("send", "Sends it", "{}"));

    private String waits(Ask... others) {
        request("c1", new Command.Send(Content.of("hello"), Command.OnBusy.QUEUE, null, TOOLS));
        storeAll();
        String run = told(RunRequest.class).getLast().run();
        batch(run, 1, null, call("t1"));
        batch(run, 2, null, call("t2"));
        keep(run, 1, 2, "k1");
        List<Ask> asks = new ArrayList<>(List.of(ask("t1"), ask("t2")));
        asks.addAll(List.of(others));
        batch(run, 3, new RunEnd.Interrupted(asks, List.of()));
        storeAll();
        return run;
    }

    private static Ask ask(String call) {
        return new Ask("i_" + call, call, "send", "{}", Inquiry.ofClient());
    }

    private void bring(String id, String... calls) {
        List<ClientResult> results = List.of(calls).stream()
                .map(call -> new ClientResult(call, "of " + call, false))
                .toList();
        request(id, new Command.Results(results));
        storeAll();
    }

    private List<String> cancelled() {
        return events(ToolCallResult.class).stream()
                .filter(result ->
                        result.metadata() != null && result.metadata().status().equals("cancelled"))
                .map(ToolCallResult::toolCallId)
                .toList();
    }

    @Test
    void a_run_that_waits_only_for_its_client_is_a_success_that_names_the_calls() {
        waits();

        LogEvent.Outcome outcome = events(LogEvent.RunFinished.class).getLast().outcome();
        assertThat(outcome.type()).isEqualTo("success");
        assertThat(outcome.interrupts()).isNull();
        assertThat(outcome.pendingToolCallIds()).containsExactly("t1", "t2");
        assertThat(events(ToolCallResult.class)).isEmpty();
        Delivery.Attached attached = attach(null).attached();
        assertThat(attached.interrupts()).isEmpty();
        assertThat(attached.lastRun().outcome()).isEqualTo("success");
        assertThat(attached.pendingToolCalls())
                .extracting(PendingCall::toolCallId)
                .containsExactly("t1", "t2");
    }

    @Test
    void the_last_result_starts_the_run_that_goes_on_with_the_same_tools() {
        waits();
        load();

        bring("c2", "t2");
        assertThat(((CommandResult.Answered) accepted("c2").result()).run()).isNull();
        bring("c3", "t1");

        RunRequest next = told(RunRequest.class).getLast();
        assertThat(((CommandResult.Answered) accepted("c3").result()).run()).isEqualTo(next.run());
        assertThat(next.tools()).isEqualTo(TOOLS);
        assertThat(next.resume().answers())
                .extracting(one -> one.resolution().text())
                .containsExactly("of t1", "of t2");
        assertThat(values(LogEvent.InterruptResolved.class))
                .as("the texts are results, not decisions")
                .allMatch(one -> one.text() == null);
    }

    @Test
    void people_and_client_are_waited_for_at_the_same_time() {
        waits(new Ask("i_t3", "t3", "send", "{}"));

        LogEvent.Outcome outcome = events(LogEvent.RunFinished.class).getLast().outcome();
        assertThat(outcome.type()).isEqualTo("interrupt");
        assertThat(outcome.interrupts()).hasSize(1);
        assertThat(outcome.pendingToolCallIds()).containsExactly("t1", "t2");
        bring("c2", "t1", "t2");
        answer("c3", "i_t3", Decision.APPROVE);
        assertThat(told(RunRequest.class).getLast().resume().answers()).hasSize(3);
        send("c4", "next");
        storeAll();
        assertThat(((CommandResult.Sent) accepted("c4").result()).status()).isEqualTo(CommandResult.Status.QUEUED);
    }

    @Test
    void an_approval_is_not_answered_by_a_result_nor_a_call_of_the_client_by_a_decision() {
        waits(new Ask("i_t3", "t3", "send", "{}"));

        bring("c2", "t3");
        assertThat(refused("c2")).isEqualTo(ErrorCode.NOT_FOUND);
        answer("c3", "i_t1", Decision.APPROVE);
        assertThat(refused("c3")).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void a_result_counts_once_and_results_that_do_not_all_fit_count_not_at_all() {
        waits();

        bring("c2", "t1", "t9");
        assertThat(refused("c2")).isEqualTo(ErrorCode.NOT_FOUND);
        bring("c3", "t1", "t1");
        assertThat(refused("c3")).isEqualTo(ErrorCode.BAD_REQUEST);
        bring("c4", "t1");
        bring("c5", "t1");
        assertThat(refused("c5")).isEqualTo(ErrorCode.CONFLICT);
    }

    @Test
    void another_message_comes_in_place_of_the_results_and_no_call_is_left_without_one() {
        waits();
        bring("c2", "t1");

        send("c3", "never mind");
        storeAll();

        assertThat(((CommandResult.Sent) accepted("c3").result()).status()).isEqualTo(CommandResult.Status.STARTED);
        assertThat(cancelled()).containsExactly("t2");
        RunRequest next = told(RunRequest.class).getLast();
        assertThat(next.resume()).isNull();
        assertThat(next.tools()).as("it declares none").isEmpty();
        bring("c4", "t2");
        assertThat(refused("c4")).isEqualTo(ErrorCode.CONFLICT);
    }

    @Test
    void a_message_that_may_not_disturb_is_refused_and_one_behind_a_queue_waits_for_its_turn() {
        waits();
        send("c2", "only if idle", Command.OnBusy.REJECT);
        storeAll();

        assertThat(refused("c2")).isEqualTo(ErrorCode.BUSY);
        assertThat(cancelled()).isEmpty();
    }

    @Test
    void a_stop_cancels_the_calls_and_starts_nothing() {
        String run = waits();

        stop("c2");
        storeAll();

        assertThat(cancelled()).containsExactly("t1", "t2");
        assertThat(told(RunRequest.class).getLast().run()).isEqualTo(run);
        send("c3", "and now?");
        storeAll();
        assertThat(told(RunRequest.class).getLast().run()).isNotEqualTo(run);
    }

    @Test
    void calls_expire_together_after_the_time_of_their_own_setting() {
        change("tools.client.expiryMinutes", "2");
        String run = waits();
        nowMs += 119_000;
        handle(message(new ShardMessage.ExpireInterrupts("s")));
        storeAll();
        assertThat(told(RunRequest.class).getLast().run()).isEqualTo(run);

        nowMs += 1_000;
        handle(message(new ShardMessage.ExpireInterrupts("s")));
        storeAll();

        assertThat(told(RunRequest.class).getLast().resume().answers())
                .extracting(one -> one.resolution().decision())
                .containsExactly(Decision.EXPIRED, Decision.EXPIRED);
    }
}
