package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.agent.link.RunEvents;
import io.reprise.agent.progress.RunProgress;
import io.reprise.history.Histories.Context;
import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.support.StopSignal;
import io.reprise.tool.Replay;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolRegistry;
import java.util.List;
import java.util.Optional;

/**
 * Resumes a run from a checkpoint: applies the decisions of people, and handles calls that may have been made by a
 * process that was killed.
 */
final class Resumption {
    private static final String UNKNOWN =
            "The server stopped during this call; it is unknown whether the call took effect.";
    private static final String REJECTED = "The user rejected this call.";
    private static final String EXPIRED = "No decision was made in time; the call was not made.";

    private static final String LATE = "The client gave no result in time.";

    private final RunRequest run;
    private final RunPlan plan;
    private final AgentServices services;
    private final RunEvents events;
    private final StopSignal stop;
    private final List<Answered> answers;

    /** For a sub-agent, whose state is known. */
    Resumption(Step.Work work, List<Answered> answers) {
        this.run = work.run();
        this.plan = work.plan();
        this.services = work.services();
        this.events = work.events();
        this.stop = work.stop();
        this.answers = answers;
    }

    Resumption(RunRequest run, RunPlan plan, AgentServices services, RunEvents events, StopSignal stop) {
        this.run = run;
        this.plan = plan;
        this.services = services;
        this.events = events;
        this.stop = stop;
        this.answers = run.resume().answers();
    }

    /**
     * Loads the checkpoint, and retries while its store is unavailable: without the checkpoint the run would be lost,
     * including decisions of people, and after a restart of all services the checkpoint store may be the last one to
     * become available.
     *
     * @throws RunFailure if the checkpoint does not exist, or its store remains unavailable
     */
    RunProgress load() throws InterruptedException {
        return new StoreRetry(run, plan.whenAway(), stop)
                .read("checkpoint", "The checkpoint of this run could not be read.", this::tryToLoad);
    }

    private RunProgress tryToLoad() throws InterruptedException, StoreAnswer.Missing {
        long timeMs = plan.limits().timeMs();
        Checkpoint kept = StoreAnswer.await(
                        services.checkpoints().load(run.session(), run.resume().checkpoint()), timeMs)
                .orElseThrow(Resumption::gone);
        // Up to the head that the request names: results after the checkpoint count, and messages that were superseded
        // by
        // then do not.
        Context said = new ContextReader(run, plan, services, events, stop).again(kept.start());
        return RunProgress.of(run, kept, said).orElseThrow(Resumption::gone);
    }

    private static RunFailure gone() {
        return new RunFailure(ErrorCode.INTERRUPTED, "The checkpoint of this run no longer exists.", null);
    }

    /** Gives an outcome to each call that must not be repeated, or must not be made at all. */
    void settle(RunProgress progress, ToolRegistry tools) {
        // The checkpoint of this run: its calls may have been made. Of another run's checkpoint this run has made none
        // yet.
        boolean again = progress.isOf(run.run());
        for (Call call : progress.open()) {
            if (again) settleAgain(progress, call, tools);
            else if (!answers.isEmpty()) answer(progress, call);
        }
    }

    private void settleAgain(RunProgress progress, Call call, ToolRegistry tools) {
        // It was not made, or it ended with what it asks.
        if (call.isAsking() && !call.pause().held()) return;
        if (!call.cleared() || mayRepeat(tools, call.request())) return;
        settled(progress, call.request(), UNKNOWN, Kind.UNKNOWN);
    }

    /** Not if the tool is not there any more: nobody knows what its call has done. */
    private static boolean mayRepeat(ToolRegistry tools, ToolRequest request) {
        Optional<Tool> tool = tools.find(request.name());
        return tool.isPresent() && tool.get().traits().replay() == Replay.SAFE;
    }

    private void answer(RunProgress progress, Call call) {
        ToolRequest request = call.request();
        Resolution how = answers.stream()
                .filter(answered -> answered.toolCall().equals(request.id()))
                .map(Answered::resolution)
                .findFirst()
                .orElse(null);
        if (call.isAsking() && how != null && isLate(call, how)) {
            settled(progress, request, LATE, Kind.CANCELLED);
            return;
        }
        if (call.isAsking() && how != null) {
            if (!call.pause().held() || services.held().holds(run.session(), request.id())) {
                progress.replace(call.answered(how));
            } else {
                settled(progress, request, UNKNOWN, Kind.UNKNOWN);
            }
            return;
        }
        if (call.cleared()) return;
        if (how == null) {
            settled(progress, request, REJECTED, Kind.REJECTED);
            return;
        }
        switch (how.decision()) {
            case APPROVE -> progress.replace(new Call(request, true, null));
            case EDIT -> progress.replace(new Call(request.with(how.arguments()), true, null));
            case RESPOND -> settled(progress, request, how.text(), Kind.ANSWER);
            case REJECT ->
                settled(
                        progress,
                        request,
                        how.text() == null ? REJECTED : REJECTED + " Their reason: " + how.text(),
                        Kind.REJECTED);
            case EXPIRED -> settled(progress, request, EXPIRED, Kind.REJECTED);
            case ACCEPT, DECLINE, CANCEL, CANCELLED -> settled(progress, request, REJECTED, Kind.REJECTED);
        }
    }

    private static boolean isLate(Call call, Resolution how) {
        return call.pause().inquiry().isOfClient() && how.decision() == Interrupt.Decision.EXPIRED;
    }

    private enum Kind {
        ANSWER,
        REJECTED,
        CANCELLED,
        UNKNOWN
    }

    private void settled(RunProgress progress, ToolRequest request, String text, Kind kind) {
        progress.outcome(new ToolOutcome(request.id(), request.name(), text));
        String message = services.ids().next("m_");
        events.emit(
                switch (kind) {
                    case ANSWER -> ToolCallResult.of(message, request.id(), text);
                    case REJECTED -> ToolCallResult.rejected(message, request.id(), text);
                    case CANCELLED -> ToolCallResult.cancelled(message, request.id(), text);
                    case UNKNOWN -> ToolCallResult.unknown(message, request.id(), text);
                });
    }
}
