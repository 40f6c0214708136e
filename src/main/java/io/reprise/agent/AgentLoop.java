package io.reprise.agent;

import io.reprise.config.RunSettings;
import io.reprise.history.Histories.Newest;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.SteeredMessage;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.LogEvent.StepFinished;
import io.reprise.message.LogEvent.StepStarted;
import io.reprise.message.ShardMessage.Question;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.support.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run, as plain code on a virtual thread: the conversation, then steps of a model's turn and the tools it asked for,
 * until a turn asks for none. What is open when a run fails or is stopped stays open: its session closes it.
 */
final class AgentLoop {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

    private final RunRequest run;
    private final RunSettings limits;
    private final AgentServices services;
    private final RunEvents events;
    private final StopSignal stop;
    private final ToolRunner tools;
    private final UsageMeter usage = new UsageMeter();

    AgentLoop(RunRequest run, RunSettings limits, AgentServices services, RunEvents events, StopSignal stop) {
        this.run = run;
        this.limits = limits;
        this.services = services;
        this.events = events;
        this.stop = stop;
        this.tools = new ToolRunner(run, limits, services, events, stop);
    }

    /** Never throws; after a stop, for whatever reason, the end is {@code Cancelled}. */
    RunEnd run() {
        StopSignal.Registration interrupt = stop.onStop(Thread.currentThread()::interrupt);
        try {
            return goThroughSteps(new ArrayList<>(conversation()));
        } catch (Throwable t) {
            return stop.isStopped() ? new RunEnd.Cancelled() : new RunEnd.Failed(failure(t));
        } finally {
            interrupt.remove();
        }
    }

    private RunEnd goThroughSteps(List<ModelMessage> context) throws InterruptedException {
        for (int step = 1; step <= limits.stepsMax(); step++) {
            stop.throwIfStopped();
            if (step > 1) steering().forEach(message -> context.add(new User(message.text())));
            events.emit(new StepStarted("step " + step));
            Assistant turn = modelTurn(context);
            context.add(turn);
            context.addAll(tools.run(turn.calls()));
            events.emit(new StepFinished("step " + step));
            if (turn.calls().isEmpty()) return new RunEnd.Finished(usage.total());
        }
        String message = "The run was ended after " + limits.stepsMax() + " steps.";
        return new RunEnd.Failed(Failure.of(ErrorCode.STEP_LIMIT, message));
    }

    private List<SteeredMessage> steering() throws InterruptedException {
        return ((Answer.Steering) events.ask(new Question.AskSteering())).messages();
    }

    private Assistant modelTurn(List<ModelMessage> context) throws InterruptedException {
        ChatModel model = services.model();
        TurnWriter writer = new TurnWriter(events, services.ids());
        ModelTurn turn = new TimedCall(model, services.metrics()).run(request(context), writer, stop);
        usage.add(model.provider(), model.name(), turn);
        if (writer.isEmpty()) throw ModelFailure.modelError("The model gave no answer.");
        writer.end();
        return writer.turn().with(turn.thoughts());
    }

    private ModelRequest request(List<ModelMessage> context) {
        List<ModelRequest.ToolSpec> specs = services.tools().all().stream()
                .map(tool -> new ModelRequest.ToolSpec(tool.name(), tool.description(), tool.schema()))
                .toList();
        return new ModelRequest(context, specs, new ModelRequest.Limits(limits.firstTokenMs(), limits.idleMs()));
    }

    private List<ModelMessage> conversation() throws InterruptedException {
        try {
            Newest newest = services.histories()
                    .newest(run.session(), run.head(), limits.contextMessages(), List.of())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(limits.timeMs(), TimeUnit.MILLISECONDS);
            return ModelContext.of(newest.messages());
        } catch (ExecutionException | TimeoutException e) {
            throw new RunFailure(ErrorCode.UNAVAILABLE, "The conversation could not be read; try again shortly.", e);
        }
    }

    private Failure failure(Throwable t) {
        return switch (t) {
            case ModelFailure e -> logged(Failure.of(code(e), Texts.wellFormed(e.getMessage())), e.getCause());
            case RunFailure e -> logged(e.failure(), e.getCause());
            default -> {
                LOG.atError()
                        .setMessage("a run failed unexpectedly")
                        .addKeyValue("run", run.run())
                        .addKeyValue("session", run.session())
                        .setCause(t)
                        .log();
                yield Failure.of(ErrorCode.INTERNAL, "Something went wrong in this run.");
            }
        };
    }

    private Failure logged(Failure failure, Throwable cause) {
        LOG.atWarn()
                .setMessage("a run failed")
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
