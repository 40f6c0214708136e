package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.agent.link.RunEvents;
import io.reprise.agent.middleware.Approvals;
import io.reprise.agent.middleware.Fallbacks;
import io.reprise.agent.middleware.Metering;
import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.Middleware.ModelInput;
import io.reprise.agent.middleware.MiddlewareChain;
import io.reprise.agent.middleware.MiddlewareFailure;
import io.reprise.agent.middleware.PlannedMiddleware;
import io.reprise.agent.middleware.RunMiddleware;
import io.reprise.agent.middleware.Steering;
import io.reprise.agent.progress.RunProgress;
import io.reprise.agent.subagent.Subagents;
import io.reprise.agent.usage.Spending.SpentException;
import io.reprise.config.RunSettings;
import io.reprise.history.ChatMessage;
import io.reprise.history.usage.ModelUse.Purpose;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ClientTool;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.StepFinished;
import io.reprise.message.log.LogEvent.StepStarted;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.telemetry.LogFields;
import io.reprise.telemetry.trace.Names;
import io.reprise.telemetry.trace.Span;
import io.reprise.telemetry.trace.SpanStart;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolOfClient;
import io.reprise.tool.ToolRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A step of a run: a turn of the model, then the calls that it asks for. A step is begun with its model, or resumed in its
 * middle, where the turn is known and its calls are not all done. Around both halves stands the run's middleware:
 *
 * <pre>
 * begin:  beforeModel, aroundModel(model), afterModel, checkpoint -+
 * resume: calls that must not be made (again) settled, checkpoint -+-> aroundTool(each cleared call) -> outcome
 * </pre>
 */
final class Step {
    private final RunPlan plan;
    private final AgentServices services;
    private final RunEvents events;
    private final StopSignal stop;
    private final TimedCall.Caller caller;
    private final Approvals approvals;
    private final MiddlewareChain middleware;
    private final ToolRunner tools;
    private final Family family;
    private final FileReader files;

    /**
     * @param before what middleware has kept in an earlier run of the session
     * @throws MiddlewareFailure if a critical middleware cannot be built
     */
    Step(Work work, RunProgress progress, Map<String, String> before) {
        RunRequest run = work.run();
        this.services = work.services();
        this.events = work.events();
        this.stop = work.stop();
        this.family = work.family();
        RunPlan calling = work.plan().using(with(work.plan().tools(), new NestedRuns(work, progress).tools()));
        RunMiddleware own = new RunMiddleware(planned(calling), Setups.of(work.with(calling), progress));
        own.restore(before, false);
        own.restore(progress.kept(), true);
        progress.keeping(own::states);
        own.skipped()
                .forEach((name, why) -> events.emit(LogEvent.Custom.of(new LogEvent.MiddlewareSkipped(name, why))));
        ToolRegistry ofServer = with(calling.tools(), own.tools());
        this.plan = calling.using(family.self() == null ? withClient(ofServer, run.tools()) : ofServer);
        this.caller = TimedCall.Caller.of(work, Purpose.ANSWER);
        this.approvals = new Approvals(plan.interrupts(), plan.tools(), services.ids());
        this.middleware = new MiddlewareChain(around(own));
        this.tools = new ToolRunner(run, plan, services, events, stop, middleware);
        this.files =
                new FileReader(services.files(), run.session(), plan.limits().timeMs());
    }

    /**
     * What a step works with.
     *
     * @param plan complete
     * @param events of the agent that makes the step
     * @param family null where no steps are made
     */
    record Work(
            RunRequest run, RunPlan plan, AgentServices services, RunEvents events, StopSignal stop, Family family) {
        Work with(RunPlan other) {
            return new Work(run, other, services, events, stop, family);
        }

        boolean isNested() {
            return family != null && family.self() != null;
        }
    }

    /**
     * All agents of a run, and where among them the step is made.
     *
     * @param events of the run itself
     * @param inner messages of sub-agents before the run resumed
     * @param self the sub-agent that makes the step; null for the agent of the run
     * @param depth how many sub-agents it is in
     */
    record Family(
            Subagents all,
            CheckpointWriter checkpoints,
            RunEvents events,
            List<ChatMessage> inner,
            String self,
            int depth) {
        Family of(String subagent) {
            return new Family(all, checkpoints, events, inner, subagent, depth + 1);
        }
    }

    /** The middleware of the agent and the fallbacks that it or its model names, in its order. */
    private static List<PlannedMiddleware> planned(RunPlan plan) {
        List<PlannedMiddleware> all = new ArrayList<>(plan.middleware());
        all.add(new PlannedMiddleware("", Fallbacks.PRIORITY, true, setup -> new Fallbacks(plan.fallbacks())));
        return PlannedMiddleware.inOrder(all);
    }

    private static ToolRegistry with(ToolRegistry tools, List<Tool> more) {
        if (more.isEmpty()) return tools;
        Map<String, Tool> all = new LinkedHashMap<>();
        tools.all().forEach(tool -> all.put(tool.name(), tool));
        more.forEach(tool -> all.put(tool.name(), tool));
        return new ToolRegistry(all.values());
    }

    /** @throws RunFailure if a tool of the client has the name of another tool: nobody could tell their calls apart */
    private static ToolRegistry withClient(ToolRegistry tools, List<ClientTool> declared) {
        for (ClientTool tool : declared) {
            if (tools.find(tool.name()).isEmpty()) continue;
            String why = "The server has a tool with the name of the client's tool " + tool.name() + ".";
            throw new RunFailure(ErrorCode.CONFLICT, why, null);
        }
        return with(tools, declared.stream().<Tool>map(ToolOfClient::new).toList());
    }

    /**
     * Approvals come last in afterModel, because people decide about the calls as other middleware has changed them.
     * Metering is the innermost, so it counts only what is really done.
     */
    private List<Middleware> around(RunMiddleware own) {
        List<Middleware> all = new ArrayList<>(List.of(approvals));
        if (family.self() == null) all.add(new Steering(events));
        all.addAll(own.all());
        all.add(new Metering(services.metrics()));
        return all;
    }

    RunPlan plan() {
        return plan;
    }

    /** The outcome of a step. */
    sealed interface Outcome {
        /** Every call has its result; the run continues with the next step. */
        record Called() implements Outcome {}

        /** The model called no tools. */
        record Answered() implements Outcome {}

        /** The run waits for decisions of people, and can be resumed within this step. */
        record Asking(List<Ask> asks) implements Outcome {}

        /**
         * The run would have to wait for a decision, but its checkpoint could not be saved, so it could not be resumed.
         */
        record NotKept(Failure why) implements Outcome {}
    }

    /** Makes the next step of the run. */
    Outcome begin(RunProgress run) throws InterruptedException {
        stop.throwIfStopped();
        run.beginStep();
        return traced(run, span -> begin(run, span));
    }

    private Outcome begin(RunProgress run, Span span) throws InterruptedException {
        if (family.self() == null) family.all().forget();
        middleware.beforeModel(run);
        events.emit(new StepStarted(name(run)));
        Assistant turn = modelTurn(run, span);
        if (turn.calls().isEmpty()) return answered(run, turn);
        List<Call> calls = turn.calls().stream()
                .map(request -> new Call(request, true, null))
                .toList();
        run.turn(turn, middleware.afterModel(run, calls));
        run.settled().forEach(this::refused);
        keep(run); // Saved before any of the calls is made.
        return callTools(run, span);
    }

    /** Resumes the step that the run was in, after its model turn. */
    Outcome resume(RunProgress run, Resumption resumption) throws InterruptedException {
        return traced(run, span -> resume(run, resumption, span));
    }

    private Outcome resume(RunProgress run, Resumption resumption, Span span) throws InterruptedException {
        events.emit(new StepStarted(name(run)));
        resumption.settle(run, plan.tools());
        keep(run); // Saved first, so that a later attempt knows that the calls may have been made.
        return callTools(run, span);
    }

    private interface Half {
        Outcome run(Span span) throws InterruptedException;
    }

    private Outcome traced(RunProgress run, Half half) throws InterruptedException {
        Span span = services.span().child(name(run), SpanStart.Kind.INTERNAL).set(Names.STEP, run.step());
        LogFields.Scope fields = LogFields.with(LogFields.of(span));
        try {
            return half.run(span);
        } catch (ModelFailure e) {
            span.fail(e.code());
            throw e;
        } catch (MiddlewareFailure e) {
            span.fail(e.code().wire());
            throw e;
        } catch (SpentException e) {
            span.fail(ErrorCode.BUDGET_EXCEEDED.wire());
            throw e;
        } finally {
            fields.close();
            span.end();
        }
    }

    private Outcome answered(RunProgress run, Assistant turn) throws InterruptedException {
        run.turn(turn, List.of());
        events.emit(new StepFinished(name(run)));
        boolean isLast = family.self() == null;
        if (isLast && (run.step() > 1 || run.keepsAnything()))
            family.checkpoints().keepLast(run);
        return new Outcome.Answered();
    }

    private void keep(RunProgress run) throws InterruptedException {
        if (family.self() == null) family.checkpoints().keep(run);
        else family.checkpoints().keep(family.self(), run, plan.basis());
    }

    private Assistant modelTurn(RunProgress run, Span span) throws InterruptedException {
        TurnWriter writer = new TurnWriter(events, services.ids(), plan.limits().stateBytesMax());
        ModelInput input = new ModelInput(plan.model(), request(run), writer);
        ModelTurn turn = middleware.aroundModel(run, input, given -> {
            writer.answeredBy(given.model().name());
            ModelRequest request =
                    given.request().with(files.of(given.request(), given.model().takes()));
            return new TimedCall(given.model(), services.within(span), caller, run.usage())
                    .run(request, given.sink(), stop, call -> CallSpans.said(call, writer::soFar));
        });
        if (writer.isEmpty()) throw ModelFailure.modelError("The model returned an empty answer.");
        writer.end();
        return writer.turn(turn);
    }

    private ModelRequest request(RunProgress run) throws InterruptedException {
        List<ModelRequest.ToolSpec> specs = plan.tools().all().stream()
                .map(tool -> new ModelRequest.ToolSpec(tool.name(), tool.description(), tool.schema()))
                .toList();
        RunSettings limits = plan.limits();
        ModelRequest.Limits patience = new ModelRequest.Limits(limits.firstTokenMs(), limits.idleMs());
        List<ModelMessage> context = run.context();
        FileReader.check(context, plan.model());
        return new ModelRequest(plan.prompt(), context, specs, patience, run.zone()).with(files.texts(context));
    }

    /** The result of a call that middleware does not allow. */
    private void refused(ToolOutcome outcome) {
        events.emit(ToolCallResult.failed(services.ids().next("m_"), outcome.id(), outcome.content()));
    }

    /** Makes the cleared calls; then asks people about the others. */
    private Outcome callTools(RunProgress run, Span span) throws InterruptedException {
        List<Call> ready = run.open().stream().filter(Call::isReady).toList();
        List<Ask> inside = tools.run(ready, run.zone(), span, run);
        if (run.hasOpenCalls()) return asking(run, inside);
        run.closeTurn();
        events.emit(new StepFinished(name(run)));
        return new Outcome.Called();
    }

    /** @param inside what calls of sub-agents ask */
    private Outcome asking(RunProgress run, List<Ask> inside) throws InterruptedException {
        // What a tool asks is not in the checkpoint that was saved before the call.
        if (run.open().stream().anyMatch(Call::isAsking)) keep(run);
        // Only a saved run can be resumed after a decision. Otherwise the progress has not changed since the
        // checkpoint.
        Optional<Failure> whyNot = family.checkpoints().whyNotKept();
        if (whyNot.isPresent()) return new Outcome.NotKept(whyNot.get());
        List<Call> asked = run.open().stream()
                .filter(call -> !call.cleared() || call.isAsking())
                .toList();
        List<Ask> asks = new ArrayList<>(approvals.asks(asked));
        asks.addAll(inside);
        return new Outcome.Asking(asks);
    }

    private static String name(RunProgress run) {
        return "step " + run.step();
    }
}
