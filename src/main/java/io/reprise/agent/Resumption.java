package io.reprise.agent;

import io.reprise.agent.Checkpoint.Call;
import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.LogEvent.ToolCallResult;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.tool.Tool;
import java.util.Optional;

/** Goes on with a run from a checkpoint: what people have answered, and what a process that died may have done. */
final class Resumption {
    private static final String UNKNOWN =
            "The server stopped while this call was being made; whether it took effect is not known.";
    private static final String REJECTED = "The user rejected this call.";
    private static final String EXPIRED = "Nobody answered in time; the call was not made.";

    private final RunRequest run;
    private final AgentServices services;
    private final RunEvents events;

    Resumption(RunRequest run, AgentServices services, RunEvents events) {
        this.run = run;
        this.services = services;
        this.events = events;
    }

    /** @throws RunFailure when it is not there */
    RunProgress load(long timeMs) throws InterruptedException {
        String id = run.resume().checkpoint();
        try {
            return StoreAnswer.await(services.checkpoints().load(run.session(), id), timeMs)
                    .map(kept -> RunProgress.of(run, kept))
                    .orElseThrow(() -> new RunFailure(
                            ErrorCode.INTERRUPTED, "What this run needs to go on is not there any more.", null));
        } catch (StoreAnswer.Missing e) {
            throw new RunFailure(ErrorCode.UNAVAILABLE, "What this run needs to go on could not be read.", e);
        }
    }

    /** Gives an outcome to each call that must not be made again, or is not to be made at all. */
    void settle(RunProgress progress) {
        // What it kept itself it may have acted upon; of another run's it has done nothing yet.
        boolean again = progress.isOf(run.run());
        for (Call call : progress.open()) {
            if (again) settleAgain(progress, call);
            else if (!run.resume().answers().isEmpty()) answer(progress, call);
        }
    }

    private void settleAgain(RunProgress progress, Call call) {
        if (!call.cleared() || isIdempotent(call.request())) return;
        settled(progress, call.request(), UNKNOWN, Kind.UNKNOWN);
    }

    private boolean isIdempotent(ToolRequest request) {
        Optional<Tool> tool = services.tools().find(request.name());
        return tool.isEmpty() || tool.get().isIdempotent();
    }

    private void answer(RunProgress progress, Call call) {
        if (call.cleared()) return;
        ToolRequest request = call.request();
        Resolution how = run.resume().answers().stream()
                .filter(answered -> answered.toolCall().equals(request.id()))
                .map(Answered::resolution)
                .findFirst()
                .orElse(null);
        if (how == null) {
            settled(progress, request, REJECTED, Kind.REJECTED);
            return;
        }
        switch (how.decision()) {
            case APPROVE -> progress.replace(new Call(request, true, null));
            case EDIT ->
                progress.replace(new Call(new ToolRequest(request.id(), request.name(), how.arguments()), true, null));
            case RESPOND -> settled(progress, request, how.text(), Kind.ANSWER);
            case REJECT ->
                settled(
                        progress,
                        request,
                        how.text() == null ? REJECTED : REJECTED + " Their reason: " + how.text(),
                        Kind.REJECTED);
            case EXPIRED -> settled(progress, request, EXPIRED, Kind.REJECTED);
            case CANCELLED -> settled(progress, request, REJECTED, Kind.REJECTED);
        }
    }

    private enum Kind {
        ANSWER,
        REJECTED,
        UNKNOWN
    }

    private void settled(RunProgress progress, ToolRequest request, String text, Kind kind) {
        progress.outcome(new ToolOutcome(request.id(), request.name(), text));
        String message = services.ids().next("m_");
        events.emit(
                switch (kind) {
                    case ANSWER -> ToolCallResult.of(message, request.id(), text);
                    case REJECTED -> ToolCallResult.rejected(message, request.id(), text);
                    case UNKNOWN -> ToolCallResult.unknown(message, request.id(), text);
                });
    }
}
