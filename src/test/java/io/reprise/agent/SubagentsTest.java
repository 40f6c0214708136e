package io.reprise.agent;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.checkpoint.KeptCheckpoints;
import io.reprise.agent.link.RunEvents;
import io.reprise.agent.loop.AgentLoop;
import io.reprise.agent.loop.AgentServices;
import io.reprise.agent.loop.RunFailure;
import io.reprise.agent.loop.RunPlan;
import io.reprise.agent.loop.RunPlans;
import io.reprise.config.InterruptSettings;
import io.reprise.config.storage.StoreSettings;
import io.reprise.config.tool.SubagentSettings;
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
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.Delta;
import io.reprise.message.log.LogEvent.OfSubagent;
import io.reprise.message.log.LogEvent.SubagentError;
import io.reprise.message.log.LogEvent.SubagentFinished;
import io.reprise.message.log.LogEvent.SubagentStarted;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.message.log.OpenItems;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.telemetry.Metrics;
import io.reprise.testing.Seed;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolTraits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents that call others as tools. */
@Timeout(300)
class SubagentsTest {
    private static final int WORLDS = Integer.getInteger("test.seeds", 100);
    private static final String HELP = "agent_helper {\"task\":\"look it up\"}";

    private final Limits limits = new Limits();
    private final FakeLog log = new FakeLog();
    private final KeptCheckpoints kept = new KeptCheckpoints();
    private final List<LogEvent> events = new CopyOnWriteArrayList<>();
    private final Map<String, RunPlan> agents = new HashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final StopSignal stop = new StopSignal();
    private String session = "s1";
    private String active = "r1";
    private long head = log.userSays(session, "r1", "hello");

    // --- a call

    @Test
    void a_sub_agent_sees_its_task_and_answers_as_the_result_of_its_call() {
        ScriptedModel helper = new ScriptedModel(calls("look {}"), says("It is ", "42."));
        ScriptedModel outer = new ScriptedModel(calls(HELP), says("42"));
        agent("helper", helper, List.of(new ScriptedTool("look", (call, own) -> "found")));
        agent("default", outer, List.of(), "helper");

        RunEnd end = run(new Owner(), begin());

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(helper.requests.getFirst().messages()).containsExactly(new User("look it up"));
        assertThat(outcomes(outer.requests.getLast())).containsExactly("It is 42.");
        assertThat(outer.requests.getLast().messages()).hasSize(3);
        assertThat(end.usage().tokens()).containsExactly(TokenUsage.of("test", "scripted", 40, 5));
        assertThat(end.usage().context().usedTokens())
                .as("of the agent of the run")
                .isEqualTo(11);
        assertThat(shape())
                .containsExactly(
                        "STEP_STARTED",
                        "TOOL_CALL_START",
                        "TOOL_CALL_ARGS",
                        "TOOL_CALL_END",
                        "SUBAGENT_STARTED",
                        "STEP_STARTED@a",
                        "TOOL_CALL_START@a",
                        "TOOL_CALL_ARGS@a",
                        "TOOL_CALL_END@a",
                        "TOOL_CALL_RESULT@a",
                        "STEP_FINISHED@a",
                        "STEP_STARTED@a",
                        "TEXT_MESSAGE_START@a",
                        "TEXT_MESSAGE_CONTENT@a",
                        "TEXT_MESSAGE_CONTENT@a",
                        "TEXT_MESSAGE_END@a",
                        "STEP_FINISHED@a",
                        "SUBAGENT_FINISHED",
                        "TOOL_CALL_RESULT",
                        "STEP_FINISHED",
                        "STEP_STARTED",
                        "TEXT_MESSAGE_START",
                        "TEXT_MESSAGE_CONTENT",
                        "TEXT_MESSAGE_END",
                        "STEP_FINISHED");
        assertAllClosed();
    }

    @Test
    void a_sub_agent_calls_others_up_to_a_depth() {
        limits.subagents = new SubagentSettings(2, 30, 4);
        ScriptedModel inmost = new ScriptedModel(says("deep"));
        ScriptedModel middle = new ScriptedModel(calls("agent_inmost {\"task\":\"x\"}"), says("less deep"));
        agent("inmost", inmost, List.of(), "unreached");
        agent("unreached", new ScriptedModel(says("never")), List.of());
        agent("helper", middle, List.of(), "inmost");
        agent("default", new ScriptedModel(calls(HELP), says("done")), List.of(), "helper");

        run(new Owner(), begin());

        List<SubagentStarted> started = of(SubagentStarted.class);
        assertThat(started).extracting(SubagentStarted::name).containsExactly("helper", "inmost");
        assertThat(started.getLast().parentSubagentRunId())
                .isEqualTo(started.getFirst().subagentRunId());
        assertThat(middle.requests.getFirst().tools())
                .extracting(ModelRequest.ToolSpec::name)
                .containsExactly("agent_inmost");
        assertThat(inmost.requests.getFirst().tools()).isEmpty();
        assertAllClosed();
    }

    @Test
    void a_run_calls_a_limited_number_of_sub_agents() {
        limits.subagents = new SubagentSettings(2, 2, 4);
        ScriptedModel outer = new ScriptedModel(calls(HELP, HELP, HELP), says("done"));
        agent("helper", new ScriptedModel(says("a")), List.of());
        agent("default", outer, List.of(), "helper");

        run(new Owner(), begin());

        assertThat(of(SubagentStarted.class)).hasSize(2);
        assertThat(outcomes(outer.requests.getLast()))
                .filteredOn(text -> text.contains("cannot call more"))
                .hasSize(1);
        assertAllClosed();
    }

    @Test
    void an_agent_has_a_limited_number_of_sub_agents_at_work_at_once() {
        limits.subagents = new SubagentSettings(2, 30, 2);
        AtomicInteger working = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier pair = new CyclicBarrier(2);
        agent(
                "helper",
                new ScriptedModel((sink, own) -> {
                    most.accumulateAndGet(working.incrementAndGet(), Math::max);
                    try {
                        pair.await();
                    } catch (java.util.concurrent.BrokenBarrierException e) {
                        throw new IllegalStateException(e);
                    }
                    working.decrementAndGet();
                    sink.text("a");
                    return new ModelTurn(1, 1);
                }),
                List.of());
        agent("default", new ScriptedModel(calls(HELP, HELP, HELP, HELP), says("done")), List.of(), "helper");

        run(new Owner(), begin());

        assertThat(most).hasValue(2);
        assertThat(of(SubagentFinished.class)).hasSize(4);
        assertAllClosed();
    }

    @Test
    void a_failure_of_a_sub_agent_is_the_failed_result_of_its_call() {
        ScriptedModel outer = new ScriptedModel(calls(HELP), says("done"));
        agent(
                "helper",
                new ScriptedModel((sink, own) -> {
                    sink.text("half");
                    throw ModelFailure.modelError("broken");
                }),
                List.of());
        agent("default", outer, List.of(), "helper");

        RunEnd end = run(new Owner(), begin());

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(of(SubagentError.class).getFirst().code()).isEqualTo("model_error");
        assertThat(outcomes(outer.requests.getLast()))
                .singleElement()
                .asString()
                .contains("broken");
        assertAllClosed();
    }

    @Test
    void a_sub_agent_has_a_limit_of_steps_of_its_own() {
        limits.stepsMax = 3;
        ScriptedModel helper = new ScriptedModel(calls("look {}"));
        agent("helper", helper, List.of(new ScriptedTool("look", (call, own) -> "found")));
        agent("default", new ScriptedModel(calls(HELP), says("done")), List.of(), "helper");

        RunEnd end = run(new Owner(), begin());

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(helper.requests).hasSize(3);
        assertThat(of(SubagentError.class).getFirst().code()).isEqualTo("step_limit");
        assertAllClosed();
    }

    @Test
    void a_sub_agent_that_takes_too_long_is_stopped_with_those_that_it_called() {
        CountDownLatch stopped = new CountDownLatch(1);
        RunEnd end = null;

        // On a slow machine the time may end before the inmost agent begins; then it gets more.
        AtomicBoolean hasBegun = new AtomicBoolean();
        for (int timeMs = 50; !hasBegun.get(); timeMs *= 2) {
            anew("w" + timeMs);
            agent(
                    "inmost",
                    new ScriptedModel((sink, own) -> {
                        sink.text("half");
                        own.onStop(stopped::countDown);
                        hasBegun.set(true);
                        own.await();
                        return new ModelTurn(1, 1);
                    }),
                    List.of());
            limits.timeMs = timeMs;
            agent("helper", new ScriptedModel(calls("agent_inmost {\"task\":\"x\"}")), List.of(), "inmost");
            limits.timeMs = new Limits().timeMs;
            agent("default", new ScriptedModel(calls(HELP), says("done")), List.of(), "helper");
            end = run(new Owner(), begin());
        }

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(stopped.getCount()).isZero();
        assertThat(of(SubagentError.class)).extracting(SubagentError::code).containsExactly("cancelled", "timeout");
        assertAllClosed();
    }

    @Test
    void a_stop_reaches_the_tool_of_a_sub_agent() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        agent("helper", new ScriptedModel(calls("look {}")), List.of(new ScriptedTool("look", (call, own) -> {
            own.onStop(reached::countDown);
            waiting.countDown();
            own.await();
            return "stopped";
        })));
        agent("default", new ScriptedModel(calls(HELP)), List.of(), "helper");
        Thread.ofVirtual().start(() -> {
            try {
                waiting.await();
                stop.stop(Reason.USER);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        RunEnd end = run(new Owner(), begin());

        assertThat(end).isInstanceOf(RunEnd.Cancelled.class);
        reached.await();
    }

    // --- people

    @Test
    void an_approval_in_a_sub_agent_suspends_both_and_says_who_asks() {
        AtomicInteger made = new AtomicInteger();
        ScriptedModel helper = new ScriptedModel(calls("send {\"to\":1}"), says("sent"));
        ScriptedModel outer = new ScriptedModel(calls(HELP), says("done"));
        agent("helper", helper, List.of(new ScriptedTool("send", (call, own) -> "ok " + made.incrementAndGet())));
        ask("helper", "send");
        agent("default", outer, List.of(), "helper");
        Owner asking = new Owner();

        List<Ask> asks = ((RunEnd.Interrupted) run(asking, begin())).asks();

        assertThat(made).hasValue(0);
        SubagentStarted started = of(SubagentStarted.class).getFirst();
        assertThat(asks).singleElement().satisfies(ask -> {
            assertThat(ask.tool()).isEqualTo("send");
            assertThat(ask.within()).singleElement().satisfies(around -> {
                assertThat(around.name()).isEqualTo("helper");
                assertThat(around.subagentRunId()).isEqualTo(started.subagentRunId());
                assertThat(around.toolCall()).isEqualTo(started.parentToolCallId());
            });
        });

        events.clear();
        RunEnd end = run(new Owner(), resuming(asking, asks, Decision.APPROVE));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(made).hasValue(1);
        assertThat(of(SubagentStarted.class)).containsExactly(started);
        assertThat(outcomes(helper.requests.getLast())).containsExactly("ok 1");
        assertThat(outcomes(outer.requests.getLast())).containsExactly("sent");
        assertThat(helper.requests).hasSize(2);
    }

    @Test
    void a_decision_survives_a_crash_before_the_sub_agent_goes_on() {
        AtomicInteger made = new AtomicInteger();
        ScriptedModel helper = new ScriptedModel(calls("send {}"), says("sent"));
        agent("helper", helper, List.of(new ScriptedTool("send", (call, own) -> "ok " + made.incrementAndGet())));
        ask("helper", "send");
        agent("default", new ScriptedModel(calls(HELP), says("done")), List.of(), "helper");
        Owner asking = new Owner();
        List<Ask> asks = ((RunEnd.Interrupted) run(asking, begin())).asks();
        Owner dying = new DyingOwner(2, true);
        run(dying, resuming(asking, asks, Decision.REJECT));
        assertThat(dying.kept).isNotEmpty();

        RunEnd end = run(new Owner(), restarted(dying, 2));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(made).hasValue(0);
        assertThat(outcomes(helper.requests.getLast())).containsExactly("The user rejected this call.");
    }

    @Test
    void several_sub_agents_ask_at_once_and_other_calls_are_made_first() {
        agent(
                "helper",
                new TaskModel(),
                List.of(new ScriptedTool("once", (call, own) -> "1"), new ScriptedTool("often", (call, own) -> "2")));
        ask("helper", "once");
        agent(
                "default",
                new ScriptedModel(calls(task(1, 0), task(1, 1), "look {}"), says("done")),
                List.of(new ScriptedTool("look", (call, own) -> "found")),
                "helper");
        Owner asking = new Owner();

        List<Ask> asks = ((RunEnd.Interrupted) run(asking, begin())).asks();

        assertThat(asks).isNotEmpty().allMatch(ask -> ask.within().size() == 1);
        assertThat(of(ToolCallResult.class))
                .anyMatch(result -> result.content().text().equals("found"));
        RunEnd end = null;
        for (int answered = 2; end == null || end instanceof RunEnd.Interrupted; answered++) {
            Owner next = new Owner();
            end = run(next, resuming("r" + answered, asking, asks, Decision.APPROVE));
            asking = next;
            if (end instanceof RunEnd.Interrupted again) asks = again.asks();
        }
        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(of(SubagentStarted.class)).hasSizeGreaterThan(2);
        assertAllClosed();
    }

    // --- crashes

    @Test
    void a_sub_agent_goes_on_where_it_was_when_the_process_died() {
        ScriptedModel helper = new ScriptedModel(calls("look {}"), says("found it"));
        ScriptedModel outer = new ScriptedModel(calls(HELP), says("done"));
        agent("helper", helper, List.of(new ScriptedTool("look", ToolTraits.READS, (call, own) -> "found")));
        agent("default", outer, List.of(), "helper");
        Owner dying = new DyingOwner(Integer.MAX_VALUE, true) {
            @Override
            public synchronized void emit(LogEvent event) {
                super.emit(event);
                if (event instanceof OfSubagent its && its.event() instanceof ToolCallResult) left = 0;
            }
        };
        run(dying, begin());
        events.clear();

        RunEnd end = run(new Owner(), restarted(dying, 2));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(outer.requests).as("its turn is not asked for again").hasSize(2);
        assertThat(helper.requests).hasSize(2);
        assertThat(outcomes(helper.requests.getLast())).containsExactly("found");
        assertThat(of(SubagentStarted.class)).as("it has not ended").isEmpty();
        assertThat(of(SubagentFinished.class)).hasSize(1);
    }

    /** Wherever the process dies, repeatedly, with parallel and nested sub-agents: no call is made or answered twice. */
    @Test
    void a_run_with_sub_agents_that_crashes_at_any_point_ends_with_the_same_result() {
        Random random = Seed.random("SubagentsTest");
        Map<String, AtomicInteger> made = new ConcurrentHashMap<>();
        for (int world = 0; world < WORLDS; world++) {
            made.clear();
            agents.clear();
            anew("w" + world);
            int salt = random.nextInt(100);
            List<Tool> tools =
                    List.of(counted("once", ToolTraits.UNKNOWN, made), counted("often", ToolTraits.READS, made));
            agent("inmost", new TaskModel(), tools);
            agent("helper", new TaskModel(), tools, "inmost");
            ScriptedOnce outer = new ScriptedOnce(List.of(task(salt, 0), task(salt, 1), "once {}"));
            agent("default", outer, tools, "helper");
            RunRequest request = begin();
            RunEnd end = null;
            for (int attempt = 2; end == null; attempt++) {
                DyingOwner owner = new DyingOwner(random.nextInt(60), random.nextBoolean());
                RunEnd its = run(owner, request);
                if (!owner.isDead) end = its;
                else if (owner.kept.isEmpty()) request = restarted(request, attempt);
                else request = restarted(owner, attempt);
            }
            assertThat(end).isInstanceOf(RunEnd.Finished.class);
            made.forEach((call, times) -> assertThat(times.get())
                    .as("calls of %s", call)
                    .isLessThanOrEqualTo(call.startsWith("once") ? 1 : Integer.MAX_VALUE));
            List<String> results = outcomes(outer.last);
            assertThat(results).as("results of world %s", world).hasSize(3);
            assertThat(results.subList(0, 2)).allMatch(text -> text.startsWith("did "));
        }
    }

    private Tool counted(String name, ToolTraits traits, Map<String, AtomicInteger> made) {
        return new ScriptedTool(name, traits, (call, own) -> {
            made.computeIfAbsent(name + " " + call.id(), id -> new AtomicInteger())
                    .incrementAndGet();
            return "did it";
        });
    }

    private static String task(int salt, int which) {
        return "agent_helper {\"task\":\"task " + (salt + which) + "\"}";
    }

    // --- models

    /** Makes calls that its task tells, and then answers, based only on the messages that it is given. */
    private static final class TaskModel implements ChatModel {
        @Override
        public String provider() {
            return "test";
        }

        @Override
        public String name() {
            return "task";
        }

        @Override
        public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) {
            User task = (User) request.messages().getFirst();
            int number = Integer.parseInt(task.content().text().substring("task ".length()));
            int round = (int) request.messages().stream()
                    .filter(Assistant.class::isInstance)
                    .count();
            assertThat(outcomes(request)).as("each call has its result").hasSize(callsUpTo(request));
            if (round >= 1 + number % 3) {
                sink.text("did " + number);
                return new ModelTurn(1, 1);
            }
            boolean calls =
                    request.tools().stream().anyMatch(tool -> tool.name().equals("agent_inmost"));
            call(sink, 0, number % 2 == 0 ? "once" : "often", "{}");
            if (calls && round == 0) call(sink, 1, "agent_inmost", "{\"task\":\"task " + (number + 1) + "\"}");
            return new ModelTurn(1, 1);
        }

        private static int callsUpTo(ModelRequest request) {
            return request.messages().stream()
                    .filter(Assistant.class::isInstance)
                    .mapToInt(said -> ((Assistant) said).calls().size())
                    .sum();
        }

        private static void call(ModelSink sink, int index, String name, String arguments) {
            sink.toolCallStart(index, name);
            sink.toolCallArguments(index, arguments);
            sink.toolCallEnd(index);
        }
    }

    /** Makes calls in its first turn and answers in its second, also if it is asked for one of them again. */
    private static final class ScriptedOnce implements ChatModel {
        private final List<String> calls;
        private ModelRequest last;

        ScriptedOnce(List<String> calls) {
            this.calls = calls;
        }

        @Override
        public String provider() {
            return "test";
        }

        @Override
        public String name() {
            return "once";
        }

        @Override
        public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) throws InterruptedException {
            last = request;
            boolean first = request.messages().stream().noneMatch(Assistant.class::isInstance);
            ScriptedModel.Turn turn = first ? calls(calls.toArray(String[]::new)) : says("done");
            return turn.play(sink, stop);
        }
    }

    // --- the world

    /** Begins a new session. */
    private void anew(String name) {
        session = name;
        active = "r1";
        head = log.userSays(session, "r1", "hello");
        events.clear();
    }

    private void agent(String name, ChatModel model, List<Tool> tools, String... subagents) {
        List<RunPlan.Subagent> others = new ArrayList<>();
        for (String other : subagents) others.add(new RunPlan.Subagent(other, "helps"));
        RunPlan plan = Plans.of(name, limits.settings(), model, tools);
        agents.put(
                name,
                Plans.with(plan, new StoreSettings(60_000, 1, 1, 128), InterruptSettings.NONE)
                        .calling(others));
    }

    private void ask(String agent, String tool) {
        RunPlan plan = agents.get(agent);
        agents.put(agent, Plans.with(plan, plan.whenAway(), new InterruptSettings(List.of(tool), 60, 8)));
    }

    /** A session that numbers the events that it receives, and closes what is open when its run ends. */
    private class Owner extends QuietOwner {
        Owner() {
            super(event -> {
                synchronized (log) {
                    events.add(event);
                    log.append(session, active, event);
                }
            });
        }

        @Override
        public Answer ask(Question question) throws InterruptedException {
            return question instanceof Question.AskCovered
                    ? new Answer.Covered(log.head(session))
                    : super.ask(question);
        }
    }

    /** Dies at its n-th message with the run, before or after it received it. */
    private class DyingOwner extends Owner {
        private final boolean hears;
        int left;
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

    private RunRequest begin() {
        return new RunRequest("r1", session, "me", "owner", head, "user");
    }

    private RunRequest restarted(Owner dead, int attempt) {
        Question.Keep last = dead.kept.getLast();
        return restarted(attempt, last.seq(), Resume.from(last.checkpoint()));
    }

    private RunRequest restarted(RunRequest before, int attempt) {
        return restarted(attempt, before.head(), before.resume());
    }

    private RunRequest restarted(int attempt, long toSeq, Resume resume) {
        log.append(session, active, LogEvent.Custom.of(new LogEvent.RunRestarted(active, attempt, toSeq, null)));
        return new RunRequest(active, session, "me", "owner", toSeq, "user", attempt, resume);
    }

    private RunRequest resuming(Owner asking, List<Ask> asks, Decision decision) {
        return resuming("r2", asking, asks, decision);
    }

    private RunRequest resuming(String run, Owner asking, List<Ask> asks, Decision decision) {
        String before = active;
        List<Answered> answers = asks.stream()
                .map(ask -> new Answered(ask.toolCall(), new Resolution(decision, null, null, "me", 1)))
                .toList();
        active = run;
        long start = log.append(
                session, run, new LogEvent.RunStarted(session, run, new LogEvent.RunMetadata("user", null, before)));
        Resume resume = new Resume(asking.kept.getLast().checkpoint(), answers);
        return new RunRequest(run, session, "me", "owner", start, "user", 1, resume);
    }

    private RunEnd run(RunEvents owner, RunRequest request) {
        RunPlans plans = name -> agents.get(name == null ? "default" : name);
        AgentServices services = new AgentServices(
                        plans, new Histories(log), prefix -> prefix + ids.incrementAndGet(), Metrics.unseen())
                .keeping(kept);
        return new AgentLoop(request, plans.of(request.agent()), services, owner, stop).run();
    }

    private <T extends LogEvent> List<T> of(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private List<String> shape() {
        return events.stream()
                .map(event -> EventJson.type(event).replaceAll("@a_.*", "@a"))
                .toList();
    }

    private void assertAllClosed() {
        OpenItems open = new OpenItems();
        events.forEach(open::apply);
        assertThat(open.close(prefix -> prefix)).isEmpty();
        for (LogEvent event : events) {
            if (event instanceof Delta) continue;
            assertThat(EventJson.parse(EventJson.of(event))).isEqualTo(event);
        }
    }

    private static List<String> outcomes(ModelRequest request) {
        return request.messages().stream()
                .filter(ToolOutcome.class::isInstance)
                .map((ModelMessage message) -> ((ToolOutcome) message).content().text())
                .toList();
    }
}
