package io.reprise.agent;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.checkpoint.KeptCheckpoints;
import io.reprise.agent.loop.AgentLoop;
import io.reprise.agent.loop.AgentServices;
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
import io.reprise.message.ClientTool;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelRequest;
import io.reprise.support.StopSignal;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs whose client executes some of the tools. */
@Timeout(60)
class AgentClientToolsTest {
    private static final ClientTool PICK = new ClientTool(
            "pick",
            "Picks one",
            "{\"type\":\"object\",\"properties\":{\"of\":{\"$ref\":\"#/$defs/x\"}},\"$defs\":{\"x\":{\"type\":\"string\"}}}");

    private final Limits limits = new Limits();
    private final FakeLog log = new FakeLog();
    private final KeptCheckpoints kept = new KeptCheckpoints();
    private final List<LogEvent> events = new CopyOnWriteArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final long head = log.userSays("s1", "r1", "hello");
    private String active = "r1";

    @Test
    void the_model_gets_them_beside_those_of_the_server_and_a_call_waits_for_the_client() {
        AtomicInteger made = new AtomicInteger();
        tools.add(new ScriptedTool("once", (call, stop) -> "made " + made.incrementAndGet()));
        ScriptedModel model = new ScriptedModel(calls("once {}", "pick {\"of\":\"a\"}"), says("done"));
        Owner owner = new Owner();

        RunEnd.Interrupted end = (RunEnd.Interrupted) run(model, owner, begin(PICK), InterruptSettings.NONE);

        assertThat(model.requests.getFirst().tools())
                .extracting(ModelRequest.ToolSpec::name)
                .containsExactly("once", "pick");
        assertThat(model.requests.getFirst().tools().getLast().schema())
                .as("without references")
                .isEqualTo("{\"type\":\"object\",\"properties\":{\"of\":{\"type\":\"string\"}}}");
        assertThat(end.asks()).singleElement().satisfies(ask -> {
            assertThat(ask.tool()).isEqualTo("pick");
            assertThat(ask.inquiry().isOfClient()).isTrue();
        });
        assertThat(results()).extracting(result -> result.content().text()).containsExactly("made 1");

        run(model, new Owner(), resuming(owner, end.asks(), Decision.ACCEPT, "blue"), InterruptSettings.NONE);

        assertThat(outcomes(model)).containsExactly("made 1", "blue");
        assertThat(made).hasValue(1);
    }

    @Test
    void an_error_of_the_client_is_one_for_the_model() {
        ScriptedModel model = new ScriptedModel(calls("pick {}"), says("done"));
        Owner owner = new Owner();
        RunEnd.Interrupted end = (RunEnd.Interrupted) run(model, owner, begin(PICK), InterruptSettings.NONE);
        run(model, new Owner(), resuming(owner, end.asks(), Decision.DECLINE, "no screen"), InterruptSettings.NONE);

        assertThat(outcomes(model)).singleElement().asString().contains("no screen");
        assertThat(results().getLast().metadata().status()).isEqualTo("error");
    }

    @Test
    void a_call_that_waited_too_long_is_cancelled() {
        ScriptedModel model = new ScriptedModel(calls("pick {}"), says("done"));
        Owner owner = new Owner();
        RunEnd.Interrupted end = (RunEnd.Interrupted) run(model, owner, begin(PICK), InterruptSettings.NONE);
        run(model, new Owner(), resuming(owner, end.asks(), Decision.EXPIRED, null), InterruptSettings.NONE);

        assertThat(outcomes(model)).containsExactly("The client gave no result in time.");
        assertThat(results().getLast().metadata().status()).isEqualTo("cancelled");
    }

    @Test
    void a_person_approves_before_the_call_is_handed_out() {
        InterruptSettings asks = new InterruptSettings(List.of("pick"), 1_440, 32);
        ScriptedModel model = new ScriptedModel(calls("pick {}"), says("done"));
        Owner owner = new Owner();
        RunEnd.Interrupted first = (RunEnd.Interrupted) run(model, owner, begin(PICK), asks);
        assertThat(first.asks()).extracting(Ask::inquiry).containsOnlyNulls();

        RunEnd.Interrupted second =
                (RunEnd.Interrupted) run(model, owner, resuming(owner, first.asks(), Decision.APPROVE, null), asks);

        assertThat(second.asks()).singleElement().matches(ask -> ask.inquiry().isOfClient());
        assertThat(model.requests).hasSize(1);
    }

    @Test
    void a_tool_with_the_name_of_one_of_the_server_ends_the_run() {
        tools.add(new ScriptedTool("pick", (call, stop) -> "made"));

        RunEnd.Failed end =
                (RunEnd.Failed) run(new ScriptedModel(says("done")), new Owner(), begin(PICK), InterruptSettings.NONE);

        assertThat(end.failure().code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(end.failure().message()).contains("pick");
    }

    private final class Owner extends QuietOwner {
        Owner() {
            super(event -> {
                events.add(event);
                log.append("s1", active, event);
            });
        }

        @Override
        public Answer ask(Question question) throws InterruptedException {
            return question instanceof Question.AskCovered ? new Answer.Covered(log.head("s1")) : super.ask(question);
        }
    }

    private RunRequest begin(ClientTool... declared) {
        return request("r1", head, null, List.of(declared));
    }

    private static RunRequest request(String run, long head, Resume resume, List<ClientTool> declared) {
        return new RunRequest(run, "s1", "me", "owner", head, "user", 1, resume, null, null, null, null, declared);
    }

    private RunRequest resuming(QuietOwner asking, List<Ask> asks, Decision decision, String text) {
        active = "r" + ids.incrementAndGet() + "x";
        long start = log.append(
                "s1", active, new LogEvent.RunStarted("s1", active, new LogEvent.RunMetadata("user", null, "r1")));
        List<Answered> answers = asks.stream()
                .map(ask -> new Answered(ask.toolCall(), new Resolution(decision, null, text, "me", 1)))
                .toList();
        return request(active, start, new Resume(asking.kept.getLast().checkpoint(), answers), List.of(PICK));
    }

    private RunEnd run(ScriptedModel model, QuietOwner owner, RunRequest request, InterruptSettings interrupts) {
        StoreSettings whenAway = new StoreSettings(60_000, 1, 1, 128);
        RunPlans plans = agent -> Plans.with(Plans.of(agent, limits.settings(), model, tools), whenAway, interrupts);
        AgentServices services = new AgentServices(
                        plans, new Histories(log), prefix -> prefix + ids.incrementAndGet(), Metrics.unseen())
                .keeping(kept);
        return new AgentLoop(request, plans.of(request.agent()), services, owner, new StopSignal()).run();
    }

    private List<ToolCallResult> results() {
        return events.stream()
                .filter(ToolCallResult.class::isInstance)
                .map(ToolCallResult.class::cast)
                .toList();
    }

    private static List<String> outcomes(ScriptedModel model) {
        return model.requests.getLast().messages().stream()
                .filter(ToolOutcome.class::isInstance)
                .map(message -> ((ToolOutcome) message).content().text())
                .toList();
    }
}
