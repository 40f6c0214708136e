package io.reprise.agent.loop;

import io.reprise.agent.background.BackgroundCalls;
import io.reprise.agent.background.BackgroundCalls.Place;
import io.reprise.agent.background.CallBackground;
import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.agent.checkpoint.Checkpoint.Pause;
import io.reprise.agent.link.RunEvents;
import io.reprise.agent.link.RunOutput;
import io.reprise.agent.middleware.Middleware.ToolAnswer;
import io.reprise.agent.middleware.Middleware.ToolInput;
import io.reprise.agent.middleware.Middleware.ToolStage;
import io.reprise.agent.middleware.MiddlewareChain;
import io.reprise.agent.middleware.MiddlewareFailure;
import io.reprise.agent.progress.RunProgress;
import io.reprise.agent.subagent.Suspended;
import io.reprise.config.RunSettings;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.content.Content;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.support.Durations;
import io.reprise.support.ObjectText;
import io.reprise.support.OwnThread;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.telemetry.LogFields;
import io.reprise.telemetry.trace.Span;
import io.reprise.tool.AskingException;
import io.reprise.tool.AskingException.Held;
import io.reprise.tool.Background;
import io.reprise.tool.ForeignText;
import io.reprise.tool.Replay;
import io.reprise.tool.SessionCommands;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolCall.Answer;
import io.reprise.tool.ToolCall.Continued;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tools of one turn in parallel. A failure of a tool is given to the model as its result; the run continues.
 */
final class ToolRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ToolRunner.class);

    private final RunRequest run;
    private final RunPlan plan;
    private final RunSettings limits;
    private final AgentServices services;
    private final RunEvents events;
    private final StopSignal stop;
    private final ToolStage stage;
    private volatile Span step = Span.NONE;

    ToolRunner(
            RunRequest run,
            RunPlan plan,
            AgentServices services,
            RunEvents events,
            StopSignal stop,
            MiddlewareChain middleware) {
        this.run = run;
        this.plan = plan;
        this.limits = plan.limits();
        this.services = services;
        this.events = events;
        this.stop = stop;
        this.stage = middleware.aroundTool(this::call);
    }

    /**
     * Tells the progress of each outcome after its event was emitted, and of each call that asks a person, in the order in
     * which the tools finish. Returns what sub-agents among them ask people, whose calls then have no outcome.
     *
     * @param zone the user's time zone, or null
     * @param span of the step to which the calls belong
     */
    List<Ask> run(List<Call> calls, String zone, Span span, RunProgress progress) throws InterruptedException {
        step = span;
        List<Ask> asks = new ArrayList<>();
        Queue<Call> waiting = new ArrayDeque<>(calls);
        BlockingQueue<Result> done = new LinkedBlockingQueue<>();
        MiddlewareFailure fatal = null;
        int running = 0;
        for (int left = calls.size(); left > 0; left--) {
            for (; running < limits.toolsParallelMax() && !waiting.isEmpty(); running++)
                start(waiting.poll(), zone, done);
            Result result = done.take();
            stop.throwIfStopped(); // A tool that was interrupted may have answered.
            running--;
            if (result.suspended() != null) {
                asks.addAll(result.suspended().asks());
                continue;
            }
            if (result.pause() != null) {
                progress.asks(result.call().id(), result.pause());
                continue;
            }
            events.emit(result.event(services.ids().next("m_")));
            progress.outcome(result.outcome());
            if (fatal == null) fatal = result.fatal();
        }
        if (fatal != null) throw fatal;
        return asks;
    }

    private void start(Call call, String zone, BlockingQueue<Result> done) {
        OwnThread.start(
                "call " + call.request().name(), stop, LogFields.carriedTo(ignored -> done.add(result(call, zone))));
    }

    /** Always returns a result, except after a stop: without a result the run would wait forever. */
    private Result result(Call call, String zone) {
        ToolRequest request = call.request();
        try (RunOutput output = new RunOutput(services.files(), events, run, request.id(), limits)) {
            return limited(request, answer(call, zone, output), null);
        } catch (AskingException asking) {
            return asking(request, asking);
        } catch (Suspended suspended) {
            return new Result(request, null, false, null, null, suspended);
        } catch (Throwable t) {
            MiddlewareFailure fatal = t instanceof MiddlewareFailure failure ? failure : null;
            return limited(request, failed(request.name(), t), fatal);
        }
    }

    /** The call is held before its run can be told to wait, and dropped if the run was stopped before that. */
    private Result asking(ToolRequest request, AskingException asking) {
        if (asking.held() != null) {
            services.held().hold(run.session(), request.id(), run.run(), asking.held());
            if (stop.isStopped()) services.held().drop(run.run());
        }
        Pause pause = new Pause(asking.inquiry(), asking.state(), asking.held() != null, null);
        return new Result(request, null, false, null, pause, null);
    }

    private ToolAnswer answer(Call call, String zone, RunOutput output) throws InterruptedException {
        ToolRequest request = call.request();
        Tool tool = plan.tools().find(request.name()).orElse(null);
        if (tool == null) return ToolAnswer.error("unknown tool: " + request.name() + ".");
        return switch (ObjectText.of(request.arguments())) {
            case ObjectText.Faulty faulty ->
                ToolAnswer.error("the arguments are not a JSON object: " + faulty.why() + ".");
            case ObjectText.Whole arguments ->
                stage.run(new ToolInput(tool, toolCall(call, arguments.json(), zone, output)));
        };
    }

    private ToolCall toolCall(Call call, String arguments, String zone, RunOutput output) {
        String id = call.request().id();
        SessionCommands commands = command -> services.commands().ask(run, id, command);
        Background background = new CallBackground(
                services.background(), place(id, call.request().name()));
        ToolCall made =
                new ToolCall(id, run.session(), run.user(), arguments, zone, commands, background).showing(output);
        return call.pause() == null ? made : made.from(continued(id, call.pause()));
    }

    private Continued continued(String call, Pause pause) {
        Resolution how = pause.answer();
        Answer answer = switch (how.decision()) {
            case ACCEPT -> Answer.ACCEPT;
            case DECLINE, REJECT -> Answer.DECLINE;
            case CANCEL, EXPIRED, CANCELLED, APPROVE, EDIT, RESPOND -> Answer.CANCEL;
        };
        Held held = pause.held() ? services.held().take(run.session(), call).orElse(null) : null;
        // A client brings its result as a text; what people fill in is JSON.
        String content = pause.inquiry().isOfClient() ? how.text() : how.arguments();
        return new Continued(pause.state(), answer, content, held);
    }

    private Place place(String call, String tool) {
        boolean repeatable = plan.tools().find(tool).filter(ToolRunner::isSafe).isPresent();
        return new Place(run, call, tool, repeatable, services.commands());
    }

    /** Runs the tool on its own thread, so that a tool that ignores its stop can be abandoned. */
    private ToolAnswer call(ToolInput input) throws InterruptedException {
        Span span = CallSpans.tool(step, input.tool(), input.call());
        LogFields.Scope fields = LogFields.with(LogFields.of(span));
        try {
            ToolAnswer answer = made(new ToolInput(input.tool(), input.call().within(span)));
            CallSpans.answered(span, answer);
            return answer;
        } finally {
            fields.close();
            span.end();
        }
    }

    private ToolAnswer made(ToolInput input) throws InterruptedException {
        String tool = input.tool().name();
        if (services.abandoned().count(tool) >= limits.abandonedCallsMax()) {
            services.metrics().toolRefused();
            return ToolAnswer.error("the tool was not called: too many of its earlier calls ignored their stop and are"
                    + " still running.");
        }
        int timeMs = input.tool().traits().timeMsOr(limits.toolMs());
        Place place = place(input.call().id(), tool);
        // Open before the call begins: whoever sees what the call does can send it to the background.
        BackgroundCalls.Door door = services.background().door(place);
        OwnThread<Content> work = OwnThread.start(
                "tool " + tool, stop, LogFields.carriedTo(own -> input.tool().call(input.call(), own)));
        boolean goesOn = false;
        try {
            Optional<Content> started = isPushed(door, work, timeMs) ? adopted(place, work) : Optional.empty();
            goesOn = started.isPresent();
            if (goesOn) return ToolAnswer.started(started.get());
            Content content = work.await(TimeUnit.MILLISECONDS.toNanos(timeMs));
            return hasStarted(input.call()) ? ToolAnswer.started(content) : ToolAnswer.ok(content);
        } catch (TimeoutException e) {
            work.stop(Reason.TIME_LIMIT);
            return ToolAnswer.error("the tool timed out after " + Durations.text(timeMs) + ".")
                    .passing(isSafe(input.tool()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AskingException asking) throw asking;
            if (e.getCause() instanceof Suspended suspended) throw suspended;
            boolean mayPass = e.getCause() instanceof IOException && isSafe(input.tool());
            return failed(tool, e.getCause()).passing(mayPass || isTemporary(e.getCause()));
        } finally {
            if (!goesOn) services.abandoned().watch(tool, work, limits.stopGraceMs());
        }
    }

    /** Empty if it may not go on without its run, which then waits for it. */
    private Optional<Content> adopted(Place place, OwnThread<Content> work) throws InterruptedException {
        try {
            return Optional.of(services.background().adopt(place, work));
        } catch (ToolFailure refused) {
            return Optional.empty();
        }
    }

    private static boolean hasStarted(ToolCall call) {
        return call.background() instanceof CallBackground background && background.hasStarted();
    }

    /** Waits for the end of the work; true if a person sends it to the background before that. */
    private static boolean isPushed(BackgroundCalls.Door door, OwnThread<Content> work, int timeMs)
            throws InterruptedException, TimeoutException {
        try (door) {
            return door.await(work, TimeUnit.MILLISECONDS.toNanos(timeMs));
        }
    }

    private static boolean isSafe(Tool tool) {
        return tool.traits().replay() == Replay.SAFE;
    }

    private static boolean isTemporary(Throwable cause) {
        return cause instanceof ToolFailure failure && failure.isTemporary();
    }

    private ToolAnswer failed(String tool, Throwable cause) {
        if (stop.isStopped()) throw new StoppedException();
        if (cause instanceof ToolFailure || cause instanceof MiddlewareFailure) {
            return ToolAnswer.error(cause.getMessage());
        }
        LOG.atWarn()
                .setMessage("tool failed unexpectedly")
                .addKeyValue("tool", tool)
                .addKeyValue("run", run.run())
                .addKeyValue("session", run.session())
                .setCause(cause)
                .log();
        return ToolAnswer.error("the tool failed.");
    }

    private Result limited(ToolRequest request, ToolAnswer answer, MiddlewareFailure fatal) {
        int bytesMax = plan.tools()
                .find(request.name())
                .map(Tool::traits)
                .orElse(ToolTraits.UNKNOWN)
                .resultBytesMaxWithin(limits.toolResultBytesMax());
        return new Result(request, limited(answer.content(), bytesMax), answer.failed(), fatal, null, null);
    }

    private static Content limited(Content result, int bytesMax) {
        if (result == null) return Content.of("");
        Content content = result.wellFormed();
        int bytes = content.bytes();
        if (bytes <= bytesMax) return content;
        return ForeignText.cut(content, bytesMax, "\n[Cut: the result has " + bytes + " bytes.]");
    }

    /**
     * The result of a call. The model receives an error as text, clients by the status of the result.
     *
     * @param fatal ends the run; null if it goes on
     * @param pause what a person is asked; null if there is a result
     * @param suspended a sub-agent that waits for people, so that there is no result yet; else null
     */
    private record Result(
            ToolRequest call,
            Content content,
            boolean failed,
            MiddlewareFailure fatal,
            Pause pause,
            Suspended suspended) {
        ToolOutcome outcome() {
            return new ToolOutcome(call.id(), call.name(), content);
        }

        ToolCallResult event(String message) {
            return failed
                    ? ToolCallResult.failed(message, call.id(), content)
                    : ToolCallResult.of(message, call.id(), content);
        }
    }
}
