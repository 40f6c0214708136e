package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.support.IdSource;
import io.reprise.support.ObjectText;
import java.util.List;

/** Decides which calls need an approval by a person before they are made. */
final class Approvals implements Middleware {
    private final RunPlan plan;
    private final IdSource ids;

    Approvals(RunPlan plan, IdSource ids) {
        this.plan = plan;
        this.ids = ids;
    }

    /** Asks for no approval of a call that cannot be made anyway. */
    @Override
    public List<Call> afterModel(RunProgress run, List<Call> calls) {
        return calls.stream()
                .map(call -> isAskedAbout(call.request()) ? new Call(call.request(), false, call.outcome()) : call)
                .toList();
    }

    List<Ask> asks(List<Call> calls) {
        return calls.stream()
                .map(Call::request)
                .map(request -> new Ask(ids.next("i_"), request.id(), request.name(), arguments(request)))
                .toList();
    }

    private boolean isAskedAbout(ToolRequest request) {
        return plan.interrupts().asksBefore(request.name())
                && plan.tools().find(request.name()).isPresent()
                && ObjectText.of(request.arguments()) instanceof ObjectText.Whole;
    }

    private static String arguments(ToolRequest request) {
        return ObjectText.of(request.arguments()).asObject();
    }
}
