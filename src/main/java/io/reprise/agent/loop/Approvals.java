package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.support.ObjectText;
import java.util.List;

/** Which calls people decide about before they are made. */
final class Approvals implements Middleware {
    private final AgentServices services;

    Approvals(AgentServices services) {
        this.services = services;
    }

    /** Nobody is asked about what cannot be done anyway. */
    @Override
    public List<Call> afterModel(RunProgress run, List<Call> calls) {
        return calls.stream()
                .map(call -> isAskedAbout(call.request()) ? new Call(call.request(), false, call.outcome()) : call)
                .toList();
    }

    List<Ask> asks(List<Call> calls) {
        return calls.stream()
                .map(Call::request)
                .map(request -> new Ask(services.ids().next("i_"), request.id(), request.name(), arguments(request)))
                .toList();
    }

    private boolean isAskedAbout(ToolRequest request) {
        return services.interrupts().asksBefore(request.name())
                && services.tools().find(request.name()).isPresent()
                && ObjectText.of(request.arguments()) instanceof ObjectText.Whole;
    }

    private static String arguments(ToolRequest request) {
        return ObjectText.of(request.arguments()).asObject();
    }
}
