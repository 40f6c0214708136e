package io.reprise.agent;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.outcomes;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.loop.RunPlan;
import io.reprise.config.InterruptSettings;
import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.OfSubagent;
import io.reprise.message.log.LogEvent.SubagentFinished;
import io.reprise.message.log.LogEvent.SubagentStarted;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.testing.Seed;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolTraits;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs with sub-agents that wait for people, or whose process dies. */
@Timeout(300)
class SubagentsResumeTest extends SubagentsBench {
    private static final int WORLDS = Integer.getInteger("test.seeds", 100);

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

    private void ask(String agent, String tool) {
        RunPlan plan = agents.get(agent);
        agents.put(agent, Plans.with(plan, plan.whenAway(), new InterruptSettings(List.of(tool), 60, 8)));
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
}
