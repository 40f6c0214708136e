package io.reprise.agent;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.config.InterruptSettings;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.log.LogEvent.StepStarted;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.tool.AskingException;
import io.reprise.tool.ToolCall;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that wait for people, and resume with their decisions and answers. */
@Timeout(300)
class AgentDecisionsTest extends AgentResumeBench {
    @Test
    void approvals_are_requested_after_the_other_calls_were_made() {
        interrupts = new InterruptSettings(List.of("once"), 60, 8);
        tools.add(tool("once", call -> "1"));
        tools.add(tool("other", call -> "2"));
        QuietOwner owner = new Owner();

        RunEnd end = run(
                new ScriptedModel(
                        calls("once {\"a\":1}", "other {}", "nothing {}", "once no", "once {} and more", "once ")),
                owner,
                begin());

        RunEnd.Interrupted asks = (RunEnd.Interrupted) end;
        assertThat(asks.asks()).extracting(Ask::arguments).containsExactly("{\"a\":1}", "{}");
        assertThat(asks.asks()).extracting(Ask::id).doesNotHaveDuplicates().allMatch(id -> id.startsWith("i_"));
        assertThat(arguments).containsExactly("other {}");
        assertThat(results()).hasSize(4);
        Checkpoint last = kept.all.get(owner.kept.getLast().checkpoint());
        assertThat(last.calls())
                .extracting(Checkpoint.Asked::cleared)
                .containsExactly(false, true, true, true, true, false);
    }

    @Test
    void a_run_without_a_saved_checkpoint_does_not_wait_for_approvals() {
        interrupts = new InterruptSettings(List.of("*"), 60, 8);
        tools.add(tool("once", call -> "1"));
        kept.broken = Future.failedFuture("away");

        RunEnd end = run(new ScriptedModel(calls("once {}")), new Owner(), begin());

        assertThat(((RunEnd.Failed) end).failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    /** Symptom: after a conversation that was too large, the user was told to try again shortly, forever. */
    @Test
    void a_run_with_a_too_large_checkpoint_does_not_wait_and_reports_why() {
        interrupts = new InterruptSettings(List.of("*"), 60, 8);
        tools.add(tool("once", call -> "1"));
        kept.broken = Future.succeededFuture(new Checkpointer.SaveOutcome.TooLarge(1_000));

        RunEnd end = run(new ScriptedModel(calls("once {}")), new Owner(), begin());

        assertThat(((RunEnd.Failed) end).failure().code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(arguments).as("not called").isEmpty();
    }

    @Test
    void each_decision_determines_the_result_of_its_call() {
        interrupts = new InterruptSettings(List.of("once"), 60, 8);
        tools.add(tool("once", call -> "made"));
        ScriptedModel model = new ScriptedModel(
                calls("once {\"n\":1}", "once {\"n\":2}", "once {\"n\":3}", "once {\"n\":4}", "once {\"n\":5}"),
                says("done"));
        QuietOwner asking = new Owner();
        List<Ask> asks = ((RunEnd.Interrupted) run(model, asking, begin())).asks();
        events.clear();
        List<Resolution> decisions = List.of(
                new Resolution(Decision.APPROVE, null, null, "me", 1),
                new Resolution(Decision.EDIT, "{\"n\":22}", null, "me", 1),
                new Resolution(Decision.REJECT, null, "too dear", "me", 1),
                new Resolution(Decision.RESPOND, null, "my own words", "me", 1),
                new Resolution(Decision.EXPIRED, null, null, null, 1));

        QuietOwner owner = new Owner();
        RunEnd end = run(model, owner, resuming(asking, asks, decisions));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(arguments).containsExactlyInAnyOrder("once {\"n\":1}", "once {\"n\":22}");
        assertThat(model.outcomes())
                .containsExactly(
                        "made",
                        "made",
                        "The user rejected this call. Their reason: too dear",
                        "my own words",
                        "No decision was made in time; the call was not made.");
        assertThat(events.getFirst()).isEqualTo(new StepStarted("step 1"));
        Assistant asked = (Assistant) model.requests.get(1).messages().stream()
                .filter(Assistant.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(asked.calls().get(1).arguments()).isEqualTo("{\"n\":22}");
        assertThat(owner.kept.getFirst().checkpoint())
                .as("kept before the calls")
                .isNotNull();
    }

    @Test
    void an_approved_call_that_may_have_been_made_is_not_made_again_either() {
        ScriptedModel model = new ScriptedModel(calls("once {}"), says("done"));
        RunRequest resuming = approved(model);
        QuietOwner dying = dyingAt(owner -> !owner.kept.isEmpty());
        run(model, dying, resuming);
        made.clear();

        RunRequest again = again("r2", dying);
        RunEnd end = run(model, new Owner(), again);

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(made).isEmpty();
        assertThat(model.outcomes()).containsExactly(UNKNOWN);
    }

    @Test
    void an_approved_call_is_made_when_the_process_died_before_it_could_be() {
        ScriptedModel model = new ScriptedModel(calls("once {}"), says("done"));
        RunRequest resuming = approved(model);

        RunRequest again = restarted("r2", 2, resuming.head(), resuming.resume());
        RunEnd end = run(model, new Owner(), again);

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(model.outcomes()).containsExactly("made");
    }

    @Test
    void approvals_are_requested_again_after_a_crash() {
        interrupts = new InterruptSettings(List.of("once"), 60, 8);
        tools.add(tool("once", call -> "made"));
        tools.add(tool("other", call -> "2"));
        ScriptedModel model = new ScriptedModel(calls("once {}", "other {}"), says("done"));
        QuietOwner dying = dyingAt(owner -> !owner.kept.isEmpty());
        run(model, dying, begin());

        RunEnd end = run(model, new Owner(), again(dying));

        assertThat(((RunEnd.Interrupted) end).asks()).extracting(Ask::tool).containsExactly("once");
        assertThat(results()).containsExactly(UNKNOWN);
    }

    @Test
    void a_call_that_asks_goes_on_from_its_state_with_the_answer() {
        List<ToolCall.Continued> continued = new ArrayList<>();
        tools.add(tool("once", call -> {
            if (call.continued() == null) throw AskingException.keeping(inquiry(), "the state");
            continued.add(call.continued());
            return "made";
        }));
        tools.add(tool("other", call -> "2"));
        ScriptedModel model = new ScriptedModel(calls("once {}", "other {}"), says("done"));
        QuietOwner asking = new Owner();
        RunEnd.Interrupted asks = (RunEnd.Interrupted) run(model, asking, begin());

        RunEnd end = run(
                model,
                new Owner(),
                resuming(asking, asks.asks(), List.of(new Resolution(Decision.ACCEPT, "{\"n\":1}", null, "me", 1))));

        assertThat(asks.asks())
                .singleElement()
                .satisfies(ask -> assertThat(ask.inquiry()).isEqualTo(inquiry()));
        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(continued)
                .containsExactly(new ToolCall.Continued("the state", ToolCall.Answer.ACCEPT, "{\"n\":1}", null));
        assertThat(model.outcomes()).containsExactly("made", "2");
        assertThat(made.values()).extracting(AtomicInteger::get).containsExactlyInAnyOrder(2, 1);
    }

    @Test
    void a_question_without_an_answer_in_time_is_as_if_it_was_dismissed() {
        List<ToolCall.Answer> answers = new ArrayList<>();
        tools.add(tool("once", call -> {
            if (call.continued() == null) throw AskingException.keeping(inquiry(), "s");
            answers.add(call.continued().answer());
            return "made";
        }));
        ScriptedModel model = new ScriptedModel(calls("once {}"), says("done"));
        QuietOwner asking = new Owner();
        RunEnd.Interrupted asks = (RunEnd.Interrupted) run(model, asking, begin());

        run(
                model,
                new Owner(),
                resuming(asking, asks.asks(), List.of(new Resolution(Decision.EXPIRED, null, null, null, 1))));

        assertThat(answers).containsExactly(ToolCall.Answer.CANCEL);
    }

    @Test
    void a_call_that_was_held_by_a_process_that_is_gone_has_an_unknown_outcome() {
        tools.add(tool("once", call -> {
            throw AskingException.holding(inquiry(), () -> {});
        }));
        ScriptedModel model = new ScriptedModel(calls("once {}"), says("done"));
        QuietOwner asking = new Owner();
        RunEnd.Interrupted asks = (RunEnd.Interrupted) run(model, asking, begin());

        RunEnd end = run(
                model,
                new Owner(),
                resuming(asking, asks.asks(), List.of(new Resolution(Decision.ACCEPT, null, null, "me", 1))));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(model.outcomes()).containsExactly(UNKNOWN);
        assertThat(made.values()).extracting(AtomicInteger::get).containsExactly(1);
    }

    /** Nobody could answer it: without a checkpoint the run does not resume. */
    @Test
    void a_call_is_dropped_if_its_run_cannot_wait() {
        AtomicInteger dropped = new AtomicInteger();
        kept.broken = Future.failedFuture("away");
        tools.add(tool("once", call -> {
            throw AskingException.holding(inquiry(), dropped::incrementAndGet);
        }));

        RunEnd end = run(new ScriptedModel(calls("once {}"), says("done")), new Owner(), begin());

        assertThat(end).isInstanceOf(RunEnd.Failed.class);
        assertThat(dropped).hasValue(1);
    }

    private static Inquiry inquiry() {
        return new Inquiry("house", Inquiry.Mode.FORM, "How many?", "{\"type\":\"object\"}", null, 5_000);
    }

    /** The request that resumes a run in which a call of {@code once} was asked about and approved. */
    private RunRequest approved(ScriptedModel model) {
        interrupts = new InterruptSettings(List.of("once"), 60, 8);
        tools.add(tool("once", call -> "made"));
        QuietOwner asking = new Owner();
        List<Ask> asks = ((RunEnd.Interrupted) run(model, asking, begin())).asks();
        return resuming(asking, asks, List.of(new Resolution(Decision.APPROVE, null, null, "me", 1)));
    }
}
