package io.reprise.agent.middleware;

import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.agent.progress.RunProgress;
import io.reprise.config.InterruptSettings;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.support.IdSource;
import io.reprise.support.ObjectText;
import io.reprise.tool.ToolRegistry;
import java.util.List;

/** Decides which calls need an approval by a person before they are made, and puts what people are asked into words. */
public final class Approvals implements Middleware {
    private final InterruptSettings interrupts;
    private final ToolRegistry tools;
    private final IdSource ids;

    public Approvals(InterruptSettings interrupts, ToolRegistry tools, IdSource ids) {
        this.interrupts = interrupts;
        this.tools = tools;
        this.ids = ids;
    }

    /** Asks for no approval of a call that cannot be made anyway. */
    @Override
    public List<Call> afterModel(RunProgress run, List<Call> calls) {
        return calls.stream()
                .map(call -> isAskedAbout(call.request()) ? new Call(call.request(), false, call.outcome()) : call)
                .toList();
    }

    /** The questions about these calls, for the run's session. */
    public List<Ask> asks(List<Call> calls) {
        return calls.stream().map(this::ask).toList();
    }

    private Ask ask(Call call) {
        ToolRequest request = call.request();
        Inquiry inquiry = call.isAsking() ? call.pause().inquiry() : null;
        return new Ask(ids.next("i_"), request.id(), request.name(), arguments(request), inquiry);
    }

    private boolean isAskedAbout(ToolRequest request) {
        return interrupts.asksBefore(request.name())
                && tools.find(request.name()).isPresent()
                && ObjectText.of(request.arguments()) instanceof ObjectText.Whole;
    }

    private static String arguments(ToolRequest request) {
        return ObjectText.of(request.arguments()).asObject();
    }
}
