package io.reprise.agent.run;

import io.reprise.agent.loop.RunPlan;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Cause;
import io.reprise.telemetry.LogFields;
import io.reprise.telemetry.trace.Names;
import io.reprise.telemetry.trace.Span;
import io.reprise.telemetry.trace.SpanStart;
import io.reprise.telemetry.trace.TraceParent;
import io.reprise.telemetry.trace.Tracing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The span of a run's attempt. It is a root span, because a run may outlive its request by hours: links lead to the
 * request, to the run that it resumes or whose tool scheduled it, and to its previous attempt.
 */
final class RunSpan {
    private RunSpan() {}

    static Span begin(Tracing tracing, RunRequest run, RunPlan plan) {
        if (!tracing.isOn()) return Span.NONE;
        Cause cause = run.cause();
        Optional<TraceParent> request = TraceParent.parse(cause.trace());
        List<TraceParent> links = new ArrayList<>(request.stream().toList());
        if (cause.run() != null) links.add(TraceParent.ofRun(cause.run(), 1));
        if (run.attempt() > 1) links.add(TraceParent.ofRun(run.run(), run.attempt() - 1));
        String name = plan.agent() == null ? "invoke_agent" : "invoke_agent " + plan.agent();
        // A recall is decided about each time it is due, and not with the request that scheduled it.
        TraceParent decides = run.origin().equals("recall") ? null : request.orElse(null);
        return tracing.begin(new SpanStart(
                        name,
                        SpanStart.Kind.INTERNAL,
                        TraceParent.ofRun(run.run(), run.attempt()),
                        null,
                        links,
                        decides))
                .set(Names.OPERATION, "invoke_agent")
                .set(Names.AGENT_ID, plan.agent())
                .set(Names.AGENT, plan.agent())
                .set(Names.AGENT_VERSION, plan.catalogVersion())
                .set(Names.CONVERSATION, run.session())
                .set(Names.PROVIDER, Names.provider(plan.model().provider()))
                .set(Names.REQUEST_MODEL, plan.model().name())
                .set(Names.RUN, run.run())
                .set(Names.RUN_ORIGIN, run.origin())
                .set(Names.RUN_ATTEMPT, run.attempt())
                .set(Names.REQUEST, cause.request());
    }

    /** @param outcome word for how the run ended */
    static void end(Span span, RunEnd end, String outcome) {
        if (end instanceof RunEnd.Failed) span.fail(outcome);
        span.set(Names.OUTCOME, outcome).end();
    }

    /** Fields of each log line of the run. */
    static Map<String, String> fields(RunRequest run, Span span) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("run", run.run());
        fields.put("session", run.session());
        fields.put("user", run.user());
        if (run.cause().request() != null) fields.put("request", run.cause().request());
        fields.putAll(LogFields.of(span));
        return fields;
    }
}
