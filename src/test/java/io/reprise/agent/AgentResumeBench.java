package io.reprise.agent;

import io.reprise.agent.link.RunEvents;
import io.reprise.agent.loop.RunPlans;
import io.reprise.config.InterruptSettings;
import io.reprise.config.storage.StoreSettings;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ChatModel;
import io.reprise.support.StopSignal;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Runs with tools that count their calls, which resume after the death of their process or after decisions. */
abstract class AgentResumeBench extends CrashBench {
    static final String UNKNOWN = "The server stopped during this call; it is unknown whether the call took effect.";
    final List<Tool> tools = new ArrayList<>();

    /** How often each call was made, by its id. */
    final Map<String, AtomicInteger> made = new ConcurrentHashMap<>();

    /** The arguments with which the tools were called. */
    final List<String> arguments = new CopyOnWriteArrayList<>();

    InterruptSettings interrupts = InterruptSettings.NONE;
    StoreSettings whenAway = new StoreSettings(60_000, 1, 1, 128);

    RunRequest again(String checkpoint, long upTo) {
        return new RunRequest("r1", session, "me", "owner", upTo, "user", 2, Resume.from(checkpoint));
    }

    RunRequest again(QuietOwner dead) {
        return again("r1", dead);
    }

    RunRequest again(String run, QuietOwner dead) {
        Question.Keep last = dead.kept.getLast();
        return restarted(run, 2, last.seq(), Resume.from(last.checkpoint()));
    }

    /** What its session requests after the process died: results of open calls are not superseded. */
    RunRequest restarted(String run, int attempt, long from, Resume resume) {
        long toSeq = log.withResultsBehind(session, from);
        log.append(session, run, LogEvent.Custom.of(new LogEvent.RunRestarted(run, attempt, toSeq, null)));
        return new RunRequest(run, session, "me", "owner", toSeq, "user", attempt, resume);
    }

    RunRequest resuming(QuietOwner asking, List<Ask> asks, List<Resolution> decisions) {
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

    RunEnd run(ChatModel model, RunEvents owner, RunRequest request) {
        RunPlans plans = agent -> Plans.with(Plans.of(agent, limits.settings(), model, tools), whenAway, interrupts);
        return run(plans, owner, request, new StopSignal());
    }

    Tool tool(String name, Function<ToolCall, String> work) {
        return new ScriptedTool(name, (call, stop) -> {
            made.computeIfAbsent(name + " " + call.id(), id -> new AtomicInteger())
                    .incrementAndGet();
            arguments.add(name + " " + call.arguments());
            return work.apply(call);
        });
    }

    /** Dead as soon as this holds: nothing more is received from the run, and nothing is sent to it. */
    QuietOwner dyingAt(Function<QuietOwner, Boolean> moment) {
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

    List<String> results() {
        return events.stream()
                .filter(ToolCallResult.class::isInstance)
                .map(event -> ((ToolCallResult) event).content().text())
                .toList();
    }
}
