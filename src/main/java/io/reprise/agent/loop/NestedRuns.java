package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.agent.checkpoint.SubagentState;
import io.reprise.agent.progress.RunProgress;
import io.reprise.agent.subagent.SubagentEvents;
import io.reprise.agent.subagent.SubagentTool;
import io.reprise.agent.subagent.Subagents;
import io.reprise.agent.subagent.Suspended;
import io.reprise.history.ChatMessage;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt.Within;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.log.LogEvent.SubagentError;
import io.reprise.message.log.LogEvent.SubagentFinished;
import io.reprise.message.log.LogEvent.SubagentStarted;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.support.Durations;
import io.reprise.support.OwnThread;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.telemetry.LogFields;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The sub-agents of one agent: each call of one is a loop of steps within the same run, with the plan of its own agent.
 * It sees its task and its own messages only. Its tokens count for the run.
 */
final class NestedRuns {
    private static final Logger LOG = LoggerFactory.getLogger(NestedRuns.class);

    private final Step.Work outer;
    private final RunProgress progress;
    private final Semaphore permits;

    /** @param progress of the agent that calls them */
    NestedRuns(Step.Work outer, RunProgress progress) {
        this.outer = outer;
        this.progress = progress;
        this.permits = new Semaphore(outer.plan().limits().subagents().parallelMax());
    }

    /** The tools that call them; none where sub-agents are nested too deep. */
    List<Tool> tools() {
        int depthMax = outer.plan().limits().subagents().depthMax();
        if (outer.family().depth() >= depthMax) return List.of();
        return outer.plan().subagents().stream()
                .<Tool>map(agent -> new SubagentTool(
                        agent.tool(),
                        agent.name(),
                        agent.description(),
                        (task, call, stop) -> call(agent, task, call, stop)))
                .toList();
    }

    private String call(RunPlan.Subagent agent, String task, ToolCall call, StopSignal stop)
            throws InterruptedException {
        permits.acquire();
        try {
            Nested nested = begin(agent, task, call);
            return answer(nested, stop);
        } finally {
            permits.release();
        }
    }

    /** A sub-agent at work. */
    private record Nested(
            SubagentState state, RunPlan plan, RunProgress progress, SubagentEvents events, Step.Family family) {
        String id() {
            return state.id();
        }

        int timeLeftMs() {
            return (int) Math.max(1, plan.limits().timeMs() - state.elapsedMs());
        }
    }

    private Nested begin(RunPlan.Subagent agent, String task, ToolCall call) throws InterruptedException {
        Step.Family family = outer.family();
        RunRequest run = outer.run();
        Subagents all = family.all();
        SubagentState before = all.of(call.id()).orElse(null);
        if (before == null) all.count();
        SubagentState state = before == null
                ? SubagentState.begun(outer.services().ids().next("a_"), agent.name(), call.id(), run.run())
                : before.goingOn(run.head());
        SubagentEvents events =
                new SubagentEvents(state.id(), family.events(), outer.services().ids());
        // In the run in which it was at work already, it has not ended.
        if (before == null || !before.run().equals(run.run())) family.events().emit(started(agent, state));
        all.begin(state, family.self(), events);
        RunBasis used = state.basis() == null ? RunBasis.UNKNOWN : state.basis();
        RunPlan.Facts facts = new RunPlan.Facts(
                run.user(), null, false, progress.zone(), used, run.cause().token());
        RunPlan plan = outer.services().plans().of(agent.name()).completed(facts);
        RunProgress its = RunProgress.of(progress, state.alone(run.session()), said(state, before, task, events))
                .orElseThrow(() -> new IllegalStateException("the log has lost calls of a sub-agent"));
        return new Nested(state, plan, its, events, family.of(state.id()));
    }

    private SubagentStarted started(RunPlan.Subagent agent, SubagentState state) {
        String about = agent.description().isEmpty() ? null : agent.description();
        return new SubagentStarted(
                state.id(), agent.name(), about, outer.family().self(), state.toolCall(), null);
    }

    /** The task, and what it has said and called so far, as far as its state covers that. */
    private List<ChatMessage> said(SubagentState state, SubagentState before, String task, SubagentEvents events) {
        List<ChatMessage> said = new ArrayList<>();
        said.add(new ChatMessage(state.toolCall(), Role.USER, Content.of(task), null, null, null));
        if (before == null) return said;
        List<ChatMessage> all = outer.family().inner().stream()
                .filter(message -> state.id().equals(message.subagentRunId()))
                .toList();
        Set<String> calls = all.stream()
                .filter(message -> message.toolCalls() != null
                        && state.covers(message.metadata().seq()))
                .flatMap(message -> message.toolCalls().stream())
                .map(ChatMessage.ToolCall::id)
                .collect(Collectors.toSet());
        // Results count with their calls, wherever they are.
        all.stream()
                .filter(message -> message.role() == Role.TOOL
                        ? calls.contains(message.toolCallId())
                        : state.covers(message.metadata().seq()))
                .map(ChatMessage::ofItself)
                .forEach(said::add);
        cancelLost(state, all, events);
        return said;
    }

    /** Calls of a turn that is made again were never made. */
    private void cancelLost(SubagentState state, List<ChatMessage> all, SubagentEvents events) {
        Set<String> answered = all.stream()
                .map(ChatMessage::toolCallId)
                .filter(call -> call != null)
                .collect(Collectors.toSet());
        all.stream()
                .filter(message -> message.toolCalls() != null
                        && !state.covers(message.metadata().seq()))
                .flatMap(message -> message.toolCalls().stream())
                .filter(call -> !answered.contains(call.id()))
                .forEach(call -> events.emit(ToolCallResult.cancelled(
                        outer.services().ids().next("m_"),
                        call.id(),
                        "The server stopped before this call was made.")));
    }

    /** On its own thread, so that its time limit does not depend on it. */
    private String answer(Nested nested, StopSignal stop) throws InterruptedException {
        OwnThread<String> work = OwnThread.start(
                "agent " + nested.plan().agent(), stop, LogFields.carriedTo(own -> new Loop(nested, own).run()));
        try {
            String answer = work.await(TimeUnit.MILLISECONDS.toNanos(nested.timeLeftMs()));
            nested.family().all().end(nested.id(), SubagentFinished.success(nested.id()));
            return answer;
        } catch (TimeoutException e) {
            work.stop(Reason.TIME_LIMIT);
            String limit = Durations.text(nested.plan().limits().timeMs());
            throw failed(nested, Failure.of(ErrorCode.TIMEOUT, "The agent took longer than " + limit + "."));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Suspended suspended) throw suspended;
            if (stop.isStopped()) throw new StoppedException();
            throw failed(nested, failure(nested, e.getCause()));
        }
    }

    private Failure failure(Nested nested, Throwable cause) {
        boolean expected = RunFailure.known(cause).isPresent();
        LOG.atLevel(expected ? Level.WARN : Level.ERROR)
                .setMessage("sub-agent failed")
                .addKeyValue("agent", nested.state().agent())
                .addKeyValue("run", outer.run().run())
                .addKeyValue("session", outer.run().session())
                .setCause(expected ? cause.getCause() : cause)
                .log();
        return RunFailure.known(cause)
                .orElseGet(() -> Failure.of(ErrorCode.INTERNAL, "The agent failed because of an internal error."));
    }

    /** The model of the agent that called it gets the failure as the result of the call. */
    private static ToolFailure failed(Nested nested, Failure failure) {
        nested.family()
                .all()
                .end(
                        nested.id(),
                        new SubagentError(
                                nested.id(), failure.message(), failure.code().wire()));
        return new ToolFailure(failure.message());
    }

    /** The steps of a sub-agent. */
    private final class Loop {
        private final Nested nested;
        private final RunProgress its;
        private final Step.Work work;
        private final Step step;

        Loop(Nested nested, StopSignal stop) {
            this.nested = nested;
            this.its = nested.progress();
            this.work =
                    new Step.Work(outer.run(), nested.plan(), outer.services(), nested.events(), stop, nested.family());
            this.step = new Step(work, its, Map.of());
        }

        String run() throws InterruptedException {
            if (its.hasOpenCalls()) {
                Resumption resumption = new Resumption(work, nested.state().answers());
                if (hasAnswered(step.resume(its, resumption))) return answer();
            } else if (its.step() > 0) {
                its.closeTurn();
            }
            int stepsMax = step.plan().limits().stepsMax();
            while (its.step() < stepsMax) {
                if (hasAnswered(step.begin(its))) return answer();
            }
            throw new RunFailure(ErrorCode.STEP_LIMIT, "The agent reached its limit of " + stepsMax + " steps.", null);
        }

        private boolean hasAnswered(Step.Outcome outcome) {
            return switch (outcome) {
                case Step.Outcome.Called called -> false;
                case Step.Outcome.Answered answered -> true;
                case Step.Outcome.Asking asking -> throw new Suspended(inside(asking.asks()));
                case Step.Outcome.NotKept notKept -> throw new Suspended(List.of());
            };
        }

        private List<Ask> inside(List<Ask> asks) {
            SubagentState state = nested.state();
            Within around = new Within(state.id(), state.agent(), state.toolCall());
            return asks.stream().map(ask -> ask.in(around)).toList();
        }

        private String answer() {
            Assistant last = (Assistant) its.context().getLast();
            return String.join("\n\n", last.texts());
        }
    }
}
