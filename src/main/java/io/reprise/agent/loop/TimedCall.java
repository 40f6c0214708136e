package io.reprise.agent.loop;

import io.reprise.agent.progress.UsageMeter;
import io.reprise.agent.usage.CallCount;
import io.reprise.history.usage.ModelUse;
import io.reprise.history.usage.ModelUse.Purpose;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.log.RunUsage.ContextUse;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelCall;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.ModelUsage;
import io.reprise.support.StopSignal;
import io.reprise.support.Stopwatch;
import io.reprise.telemetry.GenAiMetrics.Called;
import io.reprise.telemetry.LogFields;
import io.reprise.telemetry.Metrics;
import io.reprise.telemetry.trace.Names;
import io.reprise.telemetry.trace.Span;
import io.reprise.telemetry.trace.TraceParent;
import java.math.BigDecimal;
import java.net.URI;
import java.util.function.Consumer;

/**
 * A call of a model, as a part of the span of {@code services}: allowed by the budgets, counted with its duration and
 * outcome in the metrics, and with what it used for its run and its user, whatever comes of it.
 *
 * @param meter of the run
 */
public record TimedCall(ChatModel model, AgentServices services, Caller caller, UsageMeter meter) {
    /**
     * For whom a model is called.
     *
     * @param agent null for the default agent
     * @param nested whether a sub-agent calls it
     */
    public record Caller(String run, String session, String user, String agent, Purpose purpose, boolean nested) {
        public Caller(String run, String session, String user, String agent, Purpose purpose) {
            this(run, session, user, agent, purpose, false);
        }

        static Caller of(Step.Work work, Purpose purpose) {
            RunRequest run = work.run();
            boolean nested = work.isNested();
            String agent = nested ? work.plan().agent() : run.agent();
            return new Caller(run.run(), run.session(), run.user(), agent, purpose, nested);
        }

        static Caller of(RunRequest run, Purpose purpose) {
            return new Caller(run.run(), run.session(), run.user(), run.agent(), purpose);
        }
    }

    /** @throws io.reprise.agent.usage.Spending.SpentException if a budget is spent */
    public ModelTurn run(ModelRequest request, ModelSink sink, StopSignal stop) throws InterruptedException {
        return run(request, sink, stop, span -> {});
    }

    /** @param answered is given the span of a call that succeeded, before it ends */
    ModelTurn run(ModelRequest request, ModelSink sink, StopSignal stop, Consumer<Span> answered)
            throws InterruptedException {
        services.spending().check(caller.user(), meter);
        Span span = CallSpans.model(services.span(), model, request);
        TraceParent context = span.context();
        ModelCall call = new ModelCall(model, context == null ? request : request.within(context.text()));
        CallCount count = new CallCount(request, sink);
        Metrics metrics = services.metrics();
        Stopwatch watch = Stopwatch.started();
        String outcome = "stopped";
        LogFields.Scope fields = LogFields.with(LogFields.of(span));
        try {
            ModelTurn turn = call.run(count, stop);
            outcome = "success";
            used(count.of(turn));
            reported(turn.usage());
            CallSpans.answered(span, turn);
            answered.accept(span);
            return turn;
        } catch (ModelFailure failure) {
            outcome = failure.code();
            span.fail(outcome);
            count.of(failure).ifPresent(this::used);
            failure.usage().ifPresent(this::reported);
            throw failure;
        } catch (StopSignal.StoppedException | InterruptedException stopped) {
            used(count.soFar());
            throw stopped;
        } finally {
            fields.close();
            metrics.modelCall(model.provider(), model.name(), outcome, watch.nanos());
            boolean failed = !outcome.equals("success") && !outcome.equals("stopped");
            metrics.genAi().ended(called(), failed ? outcome : "", watch.nanos());
            call.firstPieceNanos().ifPresent(nanos -> {
                metrics.firstPiece(model.provider(), model.name(), nanos);
                metrics.genAi().firstChunk(called(), nanos);
                CallSpans.firstPiece(span, nanos);
            });
            span.set(Names.OUTCOME, outcome).end();
        }
    }

    private Called called() {
        return new Called(
                CallSpans.CHAT,
                model.provider(),
                model.name(),
                model.address().map(URI::getHost).orElse(""),
                model.address().map(CallSpans::port).orElse(0));
    }

    private void reported(ModelUsage usage) {
        services.metrics().genAi().tokens(called(), usage.input(), usage.output());
    }

    private void used(CallCount.Count count) {
        ModelUsage tokens = count.usage();
        BigDecimal cost = model.prices().of(tokens).orElse(null);
        meter.add(model.provider(), model.name(), tokens, count.estimated(), cost);
        boolean isOfSession = caller.purpose() == Purpose.ANSWER && !caller.nested();
        ContextUse context = isOfSession ? count.context(model.contextTokens()) : null;
        if (isOfSession) meter.context(context);
        services.spending()
                .used(new ModelUse(
                        null,
                        caller.run(),
                        caller.session(),
                        caller.user(),
                        caller.agent(),
                        caller.purpose(),
                        model.provider(),
                        model.name(),
                        0,
                        number(tokens.input()),
                        number(tokens.cachedInput()),
                        number(tokens.cacheWrite()),
                        number(tokens.output()),
                        number(tokens.reasoning()),
                        count.estimated(),
                        cost,
                        context));
    }

    private static long number(Integer reported) {
        return reported == null ? 0 : reported;
    }
}
