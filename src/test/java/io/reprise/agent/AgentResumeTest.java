package io.reprise.agent;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.CheckpointJson;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.agent.checkpoint.KeptCheckpoints;
import io.reprise.agent.link.RunEvents;
import io.reprise.agent.loop.AgentLoop;
import io.reprise.agent.loop.AgentServices;
import io.reprise.agent.loop.RunFailure;
import io.reprise.agent.loop.RunPlans;
import io.reprise.config.InterruptSettings;
import io.reprise.config.storage.StoreSettings;
import io.reprise.history.Histories;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.content.Content;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.StepStarted;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.telemetry.Metrics;
import io.reprise.testing.Seed;
import io.reprise.tool.AskingException;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolTraits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that resume: after the death of their process, and after decisions. */
@Timeout(300)
class AgentResumeTest {
    private static final int WORLDS = Integer.getInteger("test.seeds", 200);
    private static final String UNKNOWN =
            "The server stopped during this call; it is unknown whether the call took effect.";

    private final Limits limits = new Limits();
    private final FakeLog log = new FakeLog();
    private final KeptCheckpoints kept = new KeptCheckpoints();
    private final List<LogEvent> events = new CopyOnWriteArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    /** How often each call was made, by its id. */
    private final Map<String, AtomicInteger> made = new ConcurrentHashMap<>();
    /** The arguments with which the tools were called. */
    private final List<String> arguments = new CopyOnWriteArrayList<>();

    private final AtomicInteger ids = new AtomicInteger();
    private InterruptSettings interrupts = InterruptSettings.NONE;
    private StoreSettings whenAway = new StoreSettings(60_000, 1, 1, 128);
    private String session = "s1";
    private String active = "r1";
    private long head = log.userSays(session, "r1", "hello");

    // --- checkpoints

    @Test
    void each_turn_with_calls_saves_one_checkpoint_before_the_calls_are_made() {
        QuietOwner owner = new Owner();
        tools.add(tool("once", call -> {
            assertThat(owner.kept).as("kept before the call").isNotEmpty();
            return "1";
        }));

        run(new ScriptedModel(calls("once {}", "once {}"), says("done")), owner, begin());

        // The results are in the log. The last turn is saved, and needs no name.
        assertThat(owner.kept).hasSize(1).allMatch(keep -> keep.checkpoint() != null);
        assertThat(kept.all.values()).extracting(Checkpoint::step).containsExactly(1, 2);
        assertThat(kept.all.values()).extracting(one -> one.calls().size()).containsExactly(2, 0);
        assertThat(kept.all.values()).extracting(Checkpoint::seq).isSorted().doesNotHaveDuplicates();
    }

    /** Symptom: a session of short answers had checkpoints fifty times as large as its log. */
    @Test
    void a_run_without_tools_saves_no_checkpoint_and_checkpoints_contain_no_conversation() {
        String said = "x".repeat(100_000);
        tools.add(tool("once", call -> said));

        run(new ScriptedModel(says(said)), new Owner(), begin());
        assertThat(kept.all).isEmpty();

        run(new ScriptedModel(calls("once {}"), says(said)), new Owner(), begin());
        assertThat(kept.all.values()).hasSize(2).allMatch(one -> CheckpointJson.write(one).length < 500);
    }

    /**
     * Symptom: an answer ended late while the database was unavailable. Cause: its end waited for the last checkpoint.
     */
    @Test
    void the_end_of_a_run_does_not_wait_for_the_checkpoint_store() {
        QuietOwner owner = new Owner() {
            @Override
            public Answer ask(Question question) throws InterruptedException {
                if (question instanceof Question.Keep)
                    AgentResumeTest.this.kept.broken =
                            Promise.<Checkpointer.SaveOutcome>promise().future();
                return super.ask(question);
            }
        };
        tools.add(tool("once", call -> "1"));

        RunEnd end = run(new ScriptedModel(calls("once {}"), says("done")), owner, begin());

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(kept.all).as("the last one is still on its way").hasSize(1);
    }

    @Test
    void a_failed_save_is_logged_and_the_run_continues() {
        kept.broken = Future.failedFuture("away");
        QuietOwner owner = new Owner();
        tools.add(tool("once", call -> "1"));

        RunEnd end = run(new ScriptedModel(calls("once {}"), says("done")), owner, begin());

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(owner.kept).hasSize(1).allMatch(keep -> keep.checkpoint() == null);
    }

    @Test
    void a_missing_checkpoint_ends_the_run_with_an_error_that_says_so() {
        RunEnd end = run(new ScriptedModel(says("a")), new Owner(), again("c_gone", head));

        assertThat(((RunEnd.Failed) end).failure().code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    /**
     * Symptom: Redis was unavailable for a second when a user approved a call, or became available after the server;
     * the call was lost.
     */
    @Test
    void a_run_waits_for_a_checkpoint_store_that_is_unavailable_for_a_moment() {
        QuietOwner dead = keptTurn();
        kept.awayFor.set(3);

        RunEnd end = run(new ScriptedModel(says("done")), new Owner(), again(dead));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(kept.awayFor).hasValue(0);
    }

    @Test
    void a_checkpoint_store_that_stays_unavailable_ends_the_run() {
        QuietOwner dead = keptTurn();
        whenAway = new StoreSettings(2, 1, 1, 128);
        kept.awayFor.set(Integer.MAX_VALUE);

        RunEnd end = run(new ScriptedModel(says("done")), new Owner(), again(dead));

        assertThat(((RunEnd.Failed) end).failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    private QuietOwner keptTurn() {
        tools.add(tool("once", call -> "1"));
        QuietOwner dying = dyingAt(owner -> !owner.kept.isEmpty());
        run(new ScriptedModel(calls("once {}"), says("never")), dying, begin());
        return dying;
    }

    // --- after a crash

    @Test
    void a_call_that_may_have_been_made_is_not_made_again_unless_it_is_idempotent() {
        tools.add(tool("once", call -> "1"));
        tools.add(idempotent("often", call -> "2"));
        QuietOwner dying = dyingAt(owner -> !owner.kept.isEmpty());
        ScriptedModel model = new ScriptedModel(calls("once {}", "often {}"), says("done"));
        run(model, dying, begin());
        events.clear();
        made.clear();

        RunEnd end = run(model, new Owner(), again(dying));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(made).hasSize(1);
        assertThat(events.getFirst()).isEqualTo(new StepStarted("step 1"));
        assertThat(outcomes(model)).containsExactly(UNKNOWN, "2");
        assertThat(results()).containsExactlyInAnyOrder(UNKNOWN, "2");
    }

    /** Results need no checkpoint: they are in the log, and are not superseded there. */
    @Test
    void a_tool_call_with_a_result_in_the_log_is_not_repeated() {
        CountDownLatch first = new CountDownLatch(1);
        tools.add(tool("once", call -> "1"));
        tools.add(new ScriptedTool("late", (call, stop) -> {
            first.await();
            return "2";
        }));
        Owner dying = new Owner() {
            @Override
            public void emit(LogEvent event) {
                if (event instanceof ToolCallResult && first.getCount() == 0) throw new IllegalStateException("dead");
                super.emit(event);
                if (event instanceof ToolCallResult) first.countDown();
            }
        };
        ScriptedModel model = new ScriptedModel(calls("once {}", "late {}"), says("done"));
        run(model, dying, begin());
        made.clear();

        RunEnd end = run(model, new Owner(), again(dying));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(made).isEmpty();
        assertThat(outcomes(model)).containsExactly("1", UNKNOWN);
    }

    /**
     * As the first versions saved them, with a copy of the conversation: runs may still wait for decisions since then.
     */
    @Test
    void a_run_resumes_from_a_checkpoint_of_an_earlier_version() {
        interrupts = new InterruptSettings(List.of("once"), 60, 8);
        tools.add(tool("once", call -> "made"));
        ScriptedModel model = new ScriptedModel(calls("once {}"), says("done"));
        QuietOwner asking = new Owner();
        List<Ask> asks = ((RunEnd.Interrupted) run(model, asking, begin())).asks();
        Checkpoint now = kept.all.get(asking.kept.getLast().checkpoint());
        String call = asks.getFirst().toolCall();
        kept.all.put(now.id(), CheckpointJson.read("""
                {"session":"s1","run":"r1","id":"%s","seq":%d,"step":1,"context":[{"type":"user","text":"hello"},
                {"type":"assistant","text":"","calls":[{"id":"%s","name":"once","arguments":"{}"}],"thoughts":null}],
                "calls":[{"request":{"id":"%s","name":"once","arguments":"{}"},"cleared":false,"outcome":null}],
                "usage":[],"elapsedMs":9}""".formatted(now.id(), now.seq(), call, call)
                .getBytes(StandardCharsets.UTF_8)));

        RunEnd end = run(
                model,
                new Owner(),
                resuming(asking, asks, List.of(new Resolution(Decision.APPROVE, null, null, "me", 1))));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(outcomes(model)).containsExactly("made");
    }

    @Test
    void usage_steps_and_time_continue_from_the_checkpoint() {
        limits.stepsMax = 5;
        tools.add(idempotent("often", call -> "2"));
        ScriptedModel model = new ScriptedModel(calls("often {}"));
        QuietOwner dying = dyingAt(owner -> owner.kept.size() == 3);
        run(model, dying, begin());
        Checkpoint last = kept.all.get(dying.kept.getLast().checkpoint());
        assertThat(last.step()).isEqualTo(3);
        kept.save(new Checkpoint(
                session, "r1", last.id(), last.seq(), 3, last.start(), last.calls(), last.usage(), 7_000));
        QuietOwner owner = new Owner();

        RunEnd end = run(model, owner, again(dying));

        assertThat(((RunEnd.Failed) end).failure().code()).isEqualTo(ErrorCode.STEP_LIMIT);
        assertThat(model.requests).hasSize(5);
        assertThat(owner.tookBeforeMs).isEqualTo(7_000);
        assertThat(kept.all.get(owner.kept.getLast().checkpoint()).usage())
                .containsExactly(LogEvent.TokenUsage.of("test", "scripted", 50, 5));
    }

    @Test
    void a_complete_answer_is_not_generated_again() {
        tools.add(tool("once", call -> "1"));
        ScriptedModel model = new ScriptedModel(calls("once {}"), says("a"));
        run(model, new Owner(), begin());
        String last = List.copyOf(kept.all.keySet()).getLast();
        long end = log.head(session);
        events.clear();

        RunEnd again = run(model, new Owner(), again(last, end));

        assertThat(again).isInstanceOf(RunEnd.Finished.class);
        assertThat(model.requests).hasSize(2);
        assertThat(events).isEmpty();
    }

    /** Wherever the process dies, repeatedly: nothing is done twice, and the model sees the same as without crashes. */
    @Test
    void a_run_that_crashes_at_any_point_ends_with_the_same_result() {
        Random random = Seed.random("AgentResumeTest");
        tools.add(tool("once", call -> "1"));
        tools.add(idempotent("often", call -> "2"));
        for (int world = 0; world < WORLDS; world++) {
            made.clear();
            RoundsModel model = new RoundsModel(1 + random.nextInt(4), random.nextInt(1_000));
            moveTo("whole" + world);
            List<String> whole = shape(uncut(model));
            moveTo("cut" + world);
            RunRequest request = begin();
            List<ModelMessage> last = null;
            for (int attempt = 2; last == null; attempt++) {
                DyingOwner owner = new DyingOwner(random.nextInt(40), random.nextBoolean());
                RoundsModel next = new RoundsModel(model.rounds, model.salt);
                RunEnd end = run(next, owner, request);
                if (!owner.isDead) {
                    assertThat(end).isInstanceOf(RunEnd.Finished.class);
                    last = next.requests.getLast();
                }
                long from = owner.kept.isEmpty()
                        ? request.head()
                        : owner.kept.getLast().seq();
                Resume resume = owner.kept.isEmpty()
                        ? request.resume()
                        : Resume.from(owner.kept.getLast().checkpoint());
                request = restarted("r1", attempt, from, resume);
            }
            made.forEach((call, times) -> assertThat(times.get())
                    .as("calls of %s", call)
                    .isLessThanOrEqualTo(call.startsWith("once") ? 1 : Integer.MAX_VALUE));
            assertThat(withoutUnknown(shape(last), whole)).isEqualTo(whole);
        }
    }

    // --- people

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
        assertThat(outcomes(model))
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
        interrupts = new InterruptSettings(List.of("once"), 60, 8);
        tools.add(tool("once", call -> "made"));
        ScriptedModel model = new ScriptedModel(calls("once {}"), says("done"));
        QuietOwner asking = new Owner();
        List<Ask> asks = ((RunEnd.Interrupted) run(model, asking, begin())).asks();
        RunRequest resuming = resuming(asking, asks, List.of(new Resolution(Decision.APPROVE, null, null, "me", 1)));
        QuietOwner dying = dyingAt(owner -> !owner.kept.isEmpty());
        run(model, dying, resuming);
        made.clear();

        RunRequest again = again("r2", dying);
        RunEnd end = run(model, new Owner(), again);

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(made).isEmpty();
        assertThat(outcomes(model)).containsExactly(UNKNOWN);
    }

    @Test
    void an_approved_call_is_made_when_the_process_died_before_it_could_be() {
        interrupts = new InterruptSettings(List.of("once"), 60, 8);
        tools.add(tool("once", call -> "made"));
        ScriptedModel model = new ScriptedModel(calls("once {}"), says("done"));
        QuietOwner asking = new Owner();
        List<Ask> asks = ((RunEnd.Interrupted) run(model, asking, begin())).asks();
        RunRequest resuming = resuming(asking, asks, List.of(new Resolution(Decision.APPROVE, null, null, "me", 1)));

        RunRequest again = restarted("r2", 2, resuming.head(), resuming.resume());
        RunEnd end = run(model, new Owner(), again);

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(outcomes(model)).containsExactly("made");
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

    // --- questions of tools

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
        assertThat(outcomes(model)).containsExactly("made", "2");
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
        assertThat(outcomes(model)).containsExactly(UNKNOWN);
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

    // --- the world

    /** A session that numbers the events that it receives. */
    private class Owner extends QuietOwner {
        Owner() {
            super(event -> {
                events.add(event);
                log.append(session, active, event);
            });
        }

        @Override
        public Answer ask(Question question) throws InterruptedException {
            return question instanceof Question.AskCovered
                    ? new Answer.Covered(log.head(session))
                    : super.ask(question);
        }
    }

    private void moveTo(String other) {
        session = other;
        head = log.userSays(session, "r1", "hello");
    }

    private RunRequest begin() {
        return new RunRequest("r1", session, "me", "owner", head, "user");
    }

    private RunRequest again(String checkpoint, long upTo) {
        return new RunRequest("r1", session, "me", "owner", upTo, "user", 2, Resume.from(checkpoint));
    }

    private RunRequest again(QuietOwner dead) {
        return again("r1", dead);
    }

    private RunRequest again(String run, QuietOwner dead) {
        Question.Keep last = dead.kept.getLast();
        return restarted(run, 2, last.seq(), Resume.from(last.checkpoint()));
    }

    /** What its session requests after the process died: results of open calls are not superseded. */
    private RunRequest restarted(String run, int attempt, long from, Resume resume) {
        long toSeq = log.withResultsBehind(session, from);
        log.append(session, run, LogEvent.Custom.of(new LogEvent.RunRestarted(run, attempt, toSeq, null)));
        return new RunRequest(run, session, "me", "owner", toSeq, "user", attempt, resume);
    }

    private RunRequest resuming(QuietOwner asking, List<Ask> asks, List<Resolution> decisions) {
        List<Answered> answers = IntStream.range(0, asks.size())
                .mapToObj(i -> new Answered(asks.get(i).toolCall(), decisions.get(i)))
                .toList();
        for (Answered answer : answers) {
            Resolution how = answer.resolution();
            log.append(
                    session,
                    null,
                    LogEvent.Custom.of(new LogEvent.InterruptResolved(
                            "i", how.decision(), how.by(), "r1", answer.toolCall(), how.arguments(), how.text())));
        }
        active = "r2";
        long start = log.append(
                session, "r2", new LogEvent.RunStarted(session, "r2", new LogEvent.RunMetadata("user", null, "r1")));
        Resume resume = new Resume(asking.kept.getLast().checkpoint(), answers);
        return new RunRequest("r2", session, "me", "owner", start, "user", 1, resume);
    }

    private RunEnd run(ChatModel model, RunEvents owner, RunRequest request) {
        RunPlans plans = agent -> Plans.with(Plans.of(agent, limits.settings(), model, tools), whenAway, interrupts);
        AgentServices services = new AgentServices(
                        plans, new Histories(log), prefix -> prefix + ids.incrementAndGet(), Metrics.unseen())
                .keeping(kept);
        return new AgentLoop(request, plans.of(request.agent()), services, owner, new StopSignal()).run();
    }

    private List<ModelMessage> uncut(RoundsModel model) {
        RoundsModel same = new RoundsModel(model.rounds, model.salt);
        run(same, new Owner(), begin());
        return same.requests.getLast();
    }

    private Tool tool(String name, Function<ToolCall, String> work) {
        return new ScriptedTool(name, (call, stop) -> {
            made.computeIfAbsent(name + " " + call.id(), id -> new AtomicInteger())
                    .incrementAndGet();
            arguments.add(name + " " + call.arguments());
            return work.apply(call);
        });
    }

    private Tool idempotent(String name, Function<ToolCall, String> work) {
        Tool tool = tool(name, work);
        return new Tool() {
            @Override
            public String name() {
                return tool.name();
            }

            @Override
            public String description() {
                return tool.description();
            }

            @Override
            public String schema() {
                return tool.schema();
            }

            @Override
            public ToolTraits traits() {
                return ToolTraits.READS;
            }

            @Override
            public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
                return tool.call(call, stop);
            }
        };
    }

    /** Dead as soon as this holds: nothing more is received from the run, and nothing is sent to it. */
    private QuietOwner dyingAt(Function<QuietOwner, Boolean> moment) {
        return new Owner() {
            @Override
            public void emit(LogEvent event) {
                if (moment.apply(this)) throw new IllegalStateException("dead");
                super.emit(event);
            }

            @Override
            public Answer ask(Question question) throws InterruptedException {
                if (moment.apply(this)) throw new IllegalStateException("dead");
                Answer answer = super.ask(question);
                if (moment.apply(this)) throw new IllegalStateException("dead");
                return answer;
            }
        };
    }

    /** Dies at its n-th message with the run, before or after it received it. */
    private final class DyingOwner extends Owner {
        private final boolean hears;
        private int left;
        boolean isDead;

        DyingOwner(int left, boolean hears) {
            this.left = left;
            this.hears = hears;
        }

        @Override
        public synchronized void emit(LogEvent event) {
            if (isDead || --left < 0) throw dead();
            super.emit(event);
        }

        @Override
        public synchronized Answer ask(Question question) throws InterruptedException {
            if (isDead) throw dead();
            boolean dies = --left < 0;
            if (dies && !hears) throw dead();
            Answer answer = super.ask(question);
            if (dies) throw dead();
            return answer;
        }

        private RunFailure dead() {
            isDead = true;
            return new RunFailure(ErrorCode.INTERRUPTED, "dead", null);
        }
    }

    /** Makes some rounds of calls and then answers, based only on the messages that it is given. */
    private static final class RoundsModel implements ChatModel {
        final List<List<ModelMessage>> requests = new CopyOnWriteArrayList<>();
        final int rounds;
        final int salt;

        RoundsModel(int rounds, int salt) {
            this.rounds = rounds;
            this.salt = salt;
        }

        @Override
        public String provider() {
            return "test";
        }

        @Override
        public String name() {
            return "rounds";
        }

        @Override
        public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) {
            requests.add(List.copyOf(request.messages()));
            int round = (int) request.messages().stream()
                    .filter(Assistant.class::isInstance)
                    .count();
            if (round >= rounds) {
                sink.text("done");
                return new ModelTurn(1, 1);
            }
            int calls = 1 + (salt + round) % 3;
            for (int i = 0; i < calls; i++) {
                sink.toolCallStart(i, (salt + i) % 2 == 0 ? "once" : "often");
                sink.toolCallArguments(i, "{\"round\":" + round + "}");
                sink.toolCallEnd(i);
            }
            return new ModelTurn(1, calls);
        }
    }

    private static List<String> shape(List<ModelMessage> messages) {
        return messages.stream()
                .filter(message ->
                        !(message instanceof Assistant said && said.text().equals("done")))
                .map(message -> switch (message) {
                    case ModelMessage.User said -> "user " + said.content().text();
                    case Assistant said ->
                        "assistant " + said.text()
                                + said.calls().stream()
                                        .map(call -> call.name() + call.arguments())
                                        .toList();
                    case ToolOutcome outcome ->
                        outcome.name() + " " + outcome.content().text();
                })
                .toList();
    }

    /** An unknown outcome counts as the actual one. */
    private static List<String> withoutUnknown(List<String> shape, List<String> whole) {
        assertThat(shape).as("%s", shape).hasSameSizeAs(whole);
        return IntStream.range(0, shape.size())
                .mapToObj(i -> shape.get(i).equals("once " + UNKNOWN) ? whole.get(i) : shape.get(i))
                .toList();
    }

    private List<String> results() {
        return events.stream()
                .filter(ToolCallResult.class::isInstance)
                .map(event -> ((ToolCallResult) event).content().text())
                .toList();
    }

    /** What the model was told in its second turn, in the order of its calls. */
    private static List<String> outcomes(ScriptedModel model) {
        return model.requests.get(1).messages().stream()
                .filter(ToolOutcome.class::isInstance)
                .map(message -> ((ToolOutcome) message).content().text())
                .toList();
    }
}
