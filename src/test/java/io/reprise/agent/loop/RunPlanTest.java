package io.reprise.agent.loop;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.FakeLog;
import io.reprise.agent.Limits;
import io.reprise.agent.Plans;
import io.reprise.agent.QuietOwner;
import io.reprise.agent.ScriptedModel;
import io.reprise.agent.ScriptedTool;
import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpoint.Asked;
import io.reprise.agent.checkpoint.KeptCheckpoints;
import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.progress.RunProgress;
import io.reprise.config.Settings;
import io.reprise.history.Histories;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.content.Content;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.TextContent;
import io.reprise.message.log.LogEvent.ToolCallArgs;
import io.reprise.message.log.LogEvent.ToolCallEnd;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.message.log.LogEvent.ToolCallStart;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run uses, and the middleware around its steps. */
@Timeout(300)
class RunPlanTest {
    private final Limits limits = new Limits();
    private final FakeLog log = new FakeLog();
    private final KeptCheckpoints kept = new KeptCheckpoints();
    private final List<LogEvent> events = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final Tool look = new ScriptedTool("look", (call, own) -> "nothing of " + call.arguments());
    private long head = log.userSays("s1", "r1", "hello");

    @ParameterizedTest
    @CsvSource({"model.temperature,0.5", "run.timeMs,20000", "interrupts.tools,look", "model.maxTokens,9"})
    void settings_that_agents_depend_on_determine_the_catalogue_version(String key, String value) {
        String usual = Settings.defaults().catalogVersion();

        assertThat(Settings.with(Map.of(key, value)).catalogVersion()).isNotEqualTo(usual);
        assertThat(Settings.with(Map.of("server.port", "1234")).catalogVersion())
                .isEqualTo(usual);
    }

    @Test
    void the_model_is_given_the_prompt_of_the_plan() {
        ScriptedModel model = new ScriptedModel(says("a"));
        RunPlan prompted = Plans.of(null, limits.settings(), model, List.of()).prompted("Be brief.");

        run(prompted, request(null));

        assertThat(model.requests.getFirst().prompt()).isEqualTo("Be brief.");
    }

    @Test
    void a_checkpoint_names_the_agent_and_the_version_of_its_run() {
        run(
                Plans.of("writer", limits.settings(), new ScriptedModel(calls("look {}"), says("b")), List.of(look)),
                request(null));

        assertThat(checkpoints()).isNotEmpty().allSatisfy(checkpoint -> {
            assertThat(checkpoint.agent()).isEqualTo("writer");
            assertThat(checkpoint.catalogVersion()).isEqualTo("v1");
        });
    }

    @Test
    void a_resumed_run_uses_the_agent_that_its_checkpoint_names() {
        unfinishedCall("writer", "v0");

        RunEnd end = run(named("reader"), request(Resume.from("c1")));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(asked).containsExactly("writer");
        assertThat(checkpoints().getLast().agent()).isEqualTo("writer");
        // Its own version no longer exists: it continues with the newest.
        assertThat(checkpoints().getLast().catalogVersion()).isEqualTo("v1");
    }

    @Test
    void a_resumed_run_without_an_agent_in_its_checkpoint_uses_the_agent_of_its_request() {
        unfinishedCall(null, null);

        RunEnd end = run(named("reader"), request(Resume.from("c1")));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(asked).containsExactly("reader");
    }

    @Test
    void middleware_surrounds_each_step_with_the_first_one_outermost() {
        List<String> order = new CopyOnWriteArrayList<>();
        ScriptedModel model = new ScriptedModel(calls("look {}"), says("b"));
        RunPlan plan = Plans.of(null, limits.settings(), model, List.of(look));

        run(Plans.with(plan, List.of(), new Noting("a", order), new Noting("b", order)), request(null));

        assertThat(order)
                .containsExactly(
                        "a before 1",
                        "b before 1",
                        "a model",
                        "b model",
                        "b model ended",
                        "a model ended",
                        "b after 1",
                        "a after 1",
                        "a tool",
                        "b tool",
                        "b tool ended",
                        "a tool ended",
                        "a before 2",
                        "b before 2",
                        "a model",
                        "b model",
                        "b model ended",
                        "a model ended");
    }

    @Test
    void middleware_also_surrounds_the_calls_of_a_resumed_step() {
        List<String> order = new CopyOnWriteArrayList<>();
        unfinishedCall(null, null);
        RunPlan plan = Plans.of(null, limits.settings(), new ScriptedModel(says("b")), List.of(look));

        run(Plans.with(plan, List.of(), new Noting("a", order)), request(Resume.from("c1")));

        assertThat(order).containsExactly("a tool", "a tool ended", "a before 3", "a model", "a model ended");
    }

    @Test
    void middleware_can_add_to_the_context_answer_for_a_tool_and_hold_calls_back() {
        ScriptedModel model = new ScriptedModel(calls("look {}", "look {\"a\":1}"), says("b"));
        Middleware holding = new Middleware() {
            @Override
            public void beforeModel(RunProgress run) {
                run.add(new User("by the way"));
            }

            @Override
            public List<Checkpoint.Call> afterModel(RunProgress run, List<Checkpoint.Call> calls) {
                Checkpoint.Call last = calls.getLast();
                return List.of(calls.getFirst(), new Checkpoint.Call(last.request(), false, null));
            }

            @Override
            public ToolAnswer aroundTool(ToolInput input, ToolStage next) {
                return ToolAnswer.ok(Content.of("instead"));
            }
        };
        RunPlan plan = Plans.of(null, limits.settings(), model, List.of(look));

        RunEnd end = run(Plans.with(plan, List.of(), holding), request(null));

        assertThat(model.requests.getFirst().messages()).endsWith(new User("by the way"));
        assertThat(results()).containsExactly("instead");
        assertThat(end).isInstanceOf(RunEnd.Interrupted.class);
        assertThat(((RunEnd.Interrupted) end).asks())
                .singleElement()
                .satisfies(ask -> assertThat(ask.arguments()).isEqualTo("{\"a\":1}"));
    }

    /**
     * Symptom: a run hung until its time limit. Cause: the answer was cut to its limit outside of the code that turns
     * exceptions into the failure of the call, so the call never had a result.
     */
    @Test
    @Timeout(60)
    void an_unusable_answer_fails_its_call() {
        ScriptedModel model = new ScriptedModel(calls("look {}"), says("b"));
        Middleware faulty = new Middleware() {
            @Override
            public ToolAnswer aroundTool(ToolInput input, ToolStage next) {
                return null;
            }
        };
        RunPlan plan = Plans.of(null, limits.settings(), model, List.of(look));

        RunEnd end = run(Plans.with(plan, List.of(), faulty), request(null));

        assertThat(results()).containsExactly("Error: the tool failed.");
        assertThat(end).isInstanceOf(RunEnd.Finished.class);
    }

    @ParameterizedTest
    @CsvSource({"503,true", "429,true", "408,true", "400,false", "401,false", "413,false"})
    void the_fallback_model_is_asked_only_after_certain_failures(int status, boolean answers) {
        ScriptedModel broken = new ScriptedModel((sink, stop) -> {
            throw ModelFailure.ofStatus(status);
        });
        ScriptedModel next = new ScriptedModel(says("from the next"));
        RunPlan plan = Plans.of(null, limits.settings(), broken, List.of());

        RunEnd end = run(Plans.with(plan, List.of(broken, next)), request(null));

        assertThat(end).isInstanceOf(answers ? RunEnd.Finished.class : RunEnd.Failed.class);
        assertThat(broken.requests).hasSize(answers ? 2 : 1);
        assertThat(next.requests).hasSize(answers ? 1 : 0);
        assertThat(texts()).isEqualTo(answers ? "from the next" : "");
    }

    @Test
    void no_fallback_model_is_asked_after_the_first_output() {
        ScriptedModel broken = new ScriptedModel((sink, stop) -> {
            sink.text("I th");
            throw ModelFailure.ofStatus(503);
        });
        ScriptedModel next = new ScriptedModel(says("never"));
        RunPlan plan = Plans.of(null, limits.settings(), broken, List.of());

        RunEnd end = run(Plans.with(plan, List.of(next)), request(null));

        assertThat(end).isInstanceOf(RunEnd.Failed.class);
        assertThat(next.requests).isEmpty();
        assertThat(texts()).isEqualTo("I th");
    }

    // --- the world

    private RunEnd run(RunPlan plan, RunRequest request) {
        AgentServices services = new AgentServices(
                        this::named, new Histories(log), prefix -> prefix + ids.incrementAndGet(), Metrics.unseen())
                .keeping(kept);
        return new AgentLoop(request, plan, services, new QuietOwner(events::add), new StopSignal()).run();
    }

    /** A plan whose model says which agent called it. */
    private RunPlan named(String agent) {
        ChatModel model = new ScriptedModel((sink, stop) -> {
            asked.add(agent);
            sink.text("I am " + agent);
            return new ModelTurn(1, 1);
        });
        return Plans.of(agent, limits.settings(), model, List.of(look));
    }

    private RunRequest request(Resume resume) {
        return new RunRequest("r1", "s1", "me", "owner", head, "user", resume == null ? 1 : 2, resume);
    }

    /** The run is in its second step, before the call that still needs a decision. */
    private void unfinishedCall(String agent, String version) {
        log.append("s1", "r1", new ToolCallStart("t1", "look", "a1"));
        log.append("s1", "r1", new ToolCallArgs("t1", "{}"));
        head = log.append("s1", "r1", new ToolCallEnd("t1"));
        kept.save(new Checkpoint("s1", "r0", "c1", head, 2, null, List.of(new Asked("t1", true)), List.of(), 0)
                .by(RunBasis.of(agent, version)));
    }

    private List<Checkpoint> checkpoints() {
        return List.copyOf(kept.all.values());
    }

    private List<String> results() {
        return events.stream()
                .filter(ToolCallResult.class::isInstance)
                .map(event -> ((ToolCallResult) event).content().text())
                .toList();
    }

    private String texts() {
        List<String> texts = new ArrayList<>();
        for (LogEvent event : events) if (event instanceof TextContent content) texts.add(content.delta());
        return String.join("", texts);
    }

    private record Noting(String name, List<String> order) implements Middleware {
        @Override
        public void beforeModel(RunProgress run) {
            order.add(name + " before " + run.step());
        }

        @Override
        public ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage next) throws InterruptedException {
            order.add(name + " model");
            ModelTurn turn = next.run(input);
            order.add(name + " model ended");
            return turn;
        }

        @Override
        public List<Checkpoint.Call> afterModel(RunProgress run, List<Checkpoint.Call> calls) {
            order.add(name + " after " + run.step());
            return calls;
        }

        @Override
        public ToolAnswer aroundTool(ToolInput input, ToolStage next) throws InterruptedException {
            order.add(name + " tool");
            ToolAnswer answer = next.run(input);
            order.add(name + " tool ended");
            return answer;
        }
    }
}
