package io.reprise.agent.loop;

import io.reprise.config.RunSettings;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.support.Durations;
import io.reprise.support.ObjectText;
import io.reprise.support.OwnThread;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.support.Stopwatch;
import io.reprise.support.Texts;
import io.reprise.tool.SessionCommands;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tools of one turn side by side. Whatever goes wrong with a tool is told to the model as its result; the run
 * goes on.
 */
final class ToolRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ToolRunner.class);

    private final RunRequest run;
    private final RunSettings limits;
    private final AgentServices services;
    private final RunEvents events;
    private final StopSignal stop;

    ToolRunner(RunRequest run, RunSettings limits, AgentServices services, RunEvents events, StopSignal stop) {
        this.run = run;
        this.limits = limits;
        this.services = services;
        this.events = events;
        this.stop = stop;
    }

    /** Takes an outcome once its event is emitted, on the run's own thread. */
    @FunctionalInterface
    interface Sink {
        void take(ToolOutcome outcome);
    }

    /**
     * The outcomes come in the order in which the tools end.
     *
     * @param zone the user's time zone, or null
     */
    void run(List<ToolRequest> requests, String zone, Sink sink) throws InterruptedException {
        Queue<ToolRequest> waiting = new ArrayDeque<>(requests);
        BlockingQueue<Result> done = new LinkedBlockingQueue<>();
        int running = 0;
        for (int left = requests.size(); left > 0; left--) {
            for (; running < limits.toolsParallelMax() && !waiting.isEmpty(); running++)
                start(waiting.poll(), zone, done);
            Result result = done.take();
            stop.throwIfStopped(); // A tool that was interrupted may still have answered.
            running--;
            events.emit(result.event(services.ids().next("m_")));
            sink.take(result.outcome());
        }
    }

    private void start(ToolRequest request, String zone, BlockingQueue<Result> done) {
        OwnThread.start("call " + request.name(), stop, ignored -> done.add(result(request, zone)));
    }

    /** Always a result, but after a stop: without one the run would wait for ever. */
    private Result result(ToolRequest request, String zone) {
        try {
            return answer(request, zone);
        } catch (Throwable t) {
            return failed(request, t);
        }
    }

    private Result answer(ToolRequest request, String zone) throws InterruptedException {
        Tool tool = services.tools().find(request.name()).orElse(null);
        if (tool == null) return Result.error(request, "unknown tool: " + request.name() + ".");
        return switch (ObjectText.of(request.arguments())) {
            case ObjectText.Faulty faulty ->
                Result.error(request, "the arguments are not a JSON object: " + faulty.why() + ".");
            case ObjectText.Whole arguments -> timed(tool, request, call(request, arguments.json(), zone));
        };
    }

    private ToolCall call(ToolRequest request, String arguments, String zone) {
        SessionCommands commands = command -> services.commands().ask(run, request.id(), command);
        return new ToolCall(request.id(), run.session(), run.user(), arguments, zone, commands);
    }

    private Result timed(Tool tool, ToolRequest request, ToolCall call) throws InterruptedException {
        Stopwatch watch = Stopwatch.started();
        String outcome = "stopped";
        try {
            Result result = call(tool, request, call);
            outcome = result.failed() ? "error" : "success";
            return result;
        } finally {
            services.metrics().toolCall(tool.name(), outcome, watch.nanos());
        }
    }

    /** The tool works on a thread of its own, so that one that ignores its stop can be left behind. */
    private Result call(Tool tool, ToolRequest request, ToolCall call) throws InterruptedException {
        OwnThread<String> work = OwnThread.start("tool " + tool.name(), stop, own -> tool.call(call, own));
        try {
            return Result.ok(request, limited(work.await(TimeUnit.MILLISECONDS.toNanos(limits.toolMs()))));
        } catch (TimeoutException e) {
            work.stop(Reason.TIME_LIMIT);
            return Result.error(request, "the tool timed out after " + Durations.text(limits.toolMs()) + ".");
        } catch (ExecutionException e) {
            return failed(request, e.getCause());
        }
    }

    private Result failed(ToolRequest request, Throwable cause) {
        if (stop.isStopped()) throw new StoppedException();
        if (cause instanceof ToolFailure failure) {
            return new Result(request, limited(Result.ERROR + failure.getMessage()), true);
        }
        LOG.atWarn()
                .setMessage("tool failed unexpectedly")
                .addKeyValue("tool", request.name())
                .addKeyValue("run", run.run())
                .addKeyValue("session", run.session())
                .setCause(cause)
                .log();
        return Result.error(request, "the tool failed.");
    }

    private String limited(String result) {
        if (result == null) return "";
        String text = Texts.wellFormed(result);
        int bytes = Texts.utf8Bytes(text);
        if (bytes <= limits.toolResultBytesMax()) return text;
        String note = "\n[Cut: the result has " + bytes + " bytes.]";
        return Texts.cutToBytes(text, Math.max(0, limits.toolResultBytesMax() - note.length())) + note;
    }

    /** What a call came to; an error is told to the model in words and to clients by its status. */
    private record Result(ToolRequest call, String text, boolean failed) {
        static final String ERROR = "Error: ";

        static Result ok(ToolRequest call, String text) {
            return new Result(call, text, false);
        }

        static Result error(ToolRequest call, String why) {
            return new Result(call, ERROR + why, true);
        }

        ToolOutcome outcome() {
            return new ToolOutcome(call.id(), call.name(), text);
        }

        ToolCallResult event(String message) {
            return failed
                    ? ToolCallResult.failed(message, call.id(), text)
                    : ToolCallResult.of(message, call.id(), text);
        }
    }
}
