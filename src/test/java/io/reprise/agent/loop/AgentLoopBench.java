package io.reprise.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.FakeLog;
import io.reprise.agent.Limits;
import io.reprise.agent.Plans;
import io.reprise.agent.QuietOwner;
import io.reprise.agent.link.RunEvents;
import io.reprise.config.storage.StoreSettings;
import io.reprise.history.Histories;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Failure;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.message.log.LogEvent.ToolCallStart;
import io.reprise.model.ChatModel;
import io.reprise.support.StopSignal;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** One run of an agent, with a log, tools and a model that the test controls. */
abstract class AgentLoopBench {
    final Limits limits = new Limits();
    final FakeLog log = new FakeLog();
    final StopSignal stop = new StopSignal();
    final List<LogEvent> events = new CopyOnWriteArrayList<>();
    final List<Tool> tools = new ArrayList<>();
    final AtomicInteger ids = new AtomicInteger();
    long head = log.userSays("s1", "r1", "hello");

    /** Null: a store that is away is not waited for. */
    StoreSettings whenAway;

    RunEnd run(ChatModel model) {
        return loop(model, new QuietOwner(events::add)).run();
    }

    AgentLoop loop(ChatModel model, RunEvents to) {
        RunPlan usual = Plans.of(null, limits.settings(), model, tools);
        RunPlan plan = whenAway == null ? usual : Plans.with(usual, whenAway, usual.interrupts());
        AgentServices services = new AgentServices(
                agent -> plan, new Histories(log), prefix -> prefix + ids.incrementAndGet(), Metrics.unseen());
        RunRequest request = new RunRequest("r1", "s1", "me", "owner", head, "user");
        return new AgentLoop(request, plan, services, to, stop);
    }

    List<String> shape() {
        return events.stream().map(AgentLoopBench::shape).toList();
    }

    static String shape(LogEvent event) {
        String fields = switch (event) {
            case LogEvent.StepStarted e -> e.stepName();
            case LogEvent.StepFinished e -> e.stepName();
            case LogEvent.Delta e -> e.target() + " " + e.delta();
            case LogEvent.TextStart e -> e.messageId();
            case LogEvent.TextEnd e -> e.messageId();
            case LogEvent.ReasoningStart e -> e.messageId();
            case LogEvent.ReasoningMessageStart e -> e.messageId();
            case LogEvent.ReasoningMessageEnd e -> e.messageId();
            case LogEvent.ReasoningEnd e -> e.messageId();
            case ToolCallStart e -> e.toolCallId() + " " + e.toolCallName() + " in " + e.parentMessageId();
            case LogEvent.ToolCallEnd e -> e.toolCallId();
            case ToolCallResult e ->
                e.messageId() + " " + e.toolCallId() + " " + e.content().text();
            default -> throw new AssertionError("an agent does not write " + event);
        };
        return EventJson.type(event) + " " + fields;
    }

    List<String> results() {
        return events.stream()
                .filter(ToolCallResult.class::isInstance)
                .map(event -> ((ToolCallResult) event).content().text())
                .toList();
    }

    static Failure failure(RunEnd end) {
        assertThat(end).isInstanceOf(RunEnd.Failed.class);
        return ((RunEnd.Failed) end).failure();
    }
}
