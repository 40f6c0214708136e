package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.config.RunSettings;
import io.reprise.history.BrokenLog;
import io.reprise.history.Histories.Context;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.SteeredMessage;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.log.LogEvent.StepFinished;
import io.reprise.message.log.LogEvent.StepStarted;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.support.Texts;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run, as plain code on a virtual thread: the conversation, then steps of a model's turn and the tools it asked for,
 * until a turn asks for none. How far it came is kept before the tools of a turn are called; their results are in the log.
 * What is open when a run fails or is stopped stays open: its session closes it.
 */
public final class AgentLoop {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

    private final RunRequest run;
    private final RunSettings limits;
    private final AgentServices services;
    private final RunEvents events;
    private final StopSignal stop;
    private final ToolRunner tools;
    private final Approvals approvals;
    private final CheckpointWriter checkpoints;

    public AgentLoop(RunRequest run, RunSettings limits, AgentServices services, RunEvents events, StopSignal stop) {
        this.run = run;
        this.limits = limits;
        this.services = services;
        this.events = events;
        this.stop = stop;
        this.tools = new ToolRunner(run, limits, services, events, stop);
        this.approvals = new Approvals(services);
        this.checkpoints = new CheckpointWriter(run, services, events, limits.timeMs());
    }

    /** Never throws; after a stop, for whatever reason, the end is {@code Cancelled}. */
    public RunEnd run() {
        StopSignal.Registration interrupt = stop.onStop(Thread.currentThread()::interrupt);
        try {
            return run.resume() == null ? begin() : resume();
        } catch (Throwable t) {
            return stop.isStopped() ? new RunEnd.Cancelled() : new RunEnd.Failed(failure(t));
        } finally {
            interrupt.remove();
        }
    }

    private RunEnd begin() throws InterruptedException {
        return goThroughSteps(RunProgress.beginning(run, conversation()));
    }

    /** In the middle of a step, at its end, or behind the last one. */
    private RunEnd resume() throws InterruptedException {
        Resumption resumption = new Resumption(run, limits.contextMessages(), services, events, stop);
        RunProgress progress = resumption.load(limits.timeMs());
        events.tookBefore(progress.tookBeforeMs());
        if (progress.isAnswered()) return new RunEnd.Finished(progress.usage().total());
        if (progress.hasOpenCalls()) {
            events.emit(new StepStarted("step " + progress.step()));
            resumption.settle(progress);
            checkpoints.keep(progress); // Before anything is done, it is known that it may have been.
            Optional<RunEnd> end = finishStep(progress);
            if (end.isPresent()) return end.get();
        } else {
            progress.closeTurn();
        }
        return goThroughSteps(progress);
    }

    private RunEnd goThroughSteps(RunProgress progress) throws InterruptedException {
        while (progress.step() < limits.stepsMax()) {
            stop.throwIfStopped();
            progress.beginStep();
            if (progress.step() > 1) {
                steering().forEach(progress::steered);
            }
            events.emit(new StepStarted("step " + progress.step()));
            Assistant turn = modelTurn(progress);
            progress.turn(turn, approvals.callsOf(turn));
            if (turn.calls().isEmpty()) return answered(progress);
            checkpoints.keep(progress); // Before any of the calls is made.
            Optional<RunEnd> end = finishStep(progress);
            if (end.isPresent()) return end.get();
        }
        String message = "The run reached its limit of " + limits.stepsMax() + " steps.";
        return new RunEnd.Failed(Failure.of(ErrorCode.STEP_LIMIT, message));
    }

    private RunEnd answered(RunProgress progress) throws InterruptedException {
        events.emit(new StepFinished("step " + progress.step()));
        if (progress.step() > 1) checkpoints.keepLast(progress);
        return new RunEnd.Finished(progress.usage().total());
    }

    /** Makes the calls that may be made; then people are asked about the others, which ends the run. */
    private Optional<RunEnd> finishStep(RunProgress progress) throws InterruptedException {
        List<ToolRequest> cleared = progress.open().stream()
                .filter(Call::cleared)
                .map(Call::request)
                .toList();
        tools.run(cleared, progress.zone(), progress::outcome);
        if (progress.hasOpenCalls()) return Optional.of(asking(progress));
        progress.closeTurn();
        events.emit(new StepFinished("step " + progress.step()));
        return Optional.empty();
    }

    private RunEnd asking(RunProgress progress) {
        // Only what is kept can be gone on with, however long people take; nothing has changed since.
        Optional<Failure> whyNot = checkpoints.whyNotKept();
        if (whyNot.isPresent()) return new RunEnd.Failed(whyNot.get());
        return new RunEnd.Interrupted(
                approvals.asks(progress.open()), progress.usage().total());
    }

    private List<SteeredMessage> steering() throws InterruptedException {
        return ((Answer.Steering) events.ask(new Question.AskSteering())).messages();
    }

    private Assistant modelTurn(RunProgress progress) throws InterruptedException {
        ChatModel model = services.model();
        TurnWriter writer = new TurnWriter(events, services.ids(), limits.stateBytesMax());
        ModelTurn turn = new TimedCall(model, services.metrics()).run(request(progress), writer, stop);
        progress.usage().add(model.provider(), model.name(), turn);
        if (writer.isEmpty()) throw ModelFailure.modelError("The model returned an empty answer.");
        writer.end();
        return writer.turn(turn);
    }

    private ModelRequest request(RunProgress progress) {
        List<ModelRequest.ToolSpec> specs = services.tools().all().stream()
                .map(tool -> new ModelRequest.ToolSpec(tool.name(), tool.description(), tool.schema()))
                .toList();
        ModelRequest.Limits patience = new ModelRequest.Limits(limits.firstTokenMs(), limits.idleMs());
        return new ModelRequest(progress.context(), specs, patience, progress.zone());
    }

    private Context conversation() throws InterruptedException {
        try {
            Future<Context> said = services.histories().context(run.session(), run.head(), limits.contextMessages());
            return StoreAnswer.await(said, limits.timeMs());
        } catch (StoreAnswer.Missing e) {
            // A broken log is as broken at the next try.
            if (e.getCause() instanceof BrokenLog) {
                throw new RunFailure(ErrorCode.INTERNAL, "The conversation could not be read.", e);
            }
            throw new RunFailure(ErrorCode.UNAVAILABLE, "The conversation could not be read; try again shortly.", e);
        }
    }

    private Failure failure(Throwable t) {
        return switch (t) {
            case ModelFailure e -> logged(Failure.of(code(e), Texts.wellFormed(e.getMessage())), e.getCause());
            case RunFailure e -> logged(e.failure(), e.getCause());
            default -> {
                LOG.atError()
                        .setMessage("run failed unexpectedly")
                        .addKeyValue("run", run.run())
                        .addKeyValue("session", run.session())
                        .setCause(t)
                        .log();
                yield Failure.of(ErrorCode.INTERNAL, "The run failed because of an internal error.");
            }
        };
    }

    private Failure logged(Failure failure, Throwable cause) {
        LOG.atWarn()
                .setMessage("run failed")
                .addKeyValue("run", run.run())
                .addKeyValue("session", run.session())
                .addKeyValue("code", failure.code().wire())
                .setCause(cause)
                .log();
        return failure;
    }

    private static ErrorCode code(ModelFailure failure) {
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.wire().equals(failure.code()))
                .findFirst()
                .orElse(ErrorCode.MODEL_ERROR);
    }
}
