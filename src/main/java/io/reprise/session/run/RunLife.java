package io.reprise.session.run;

import io.reprise.config.storage.CheckpointSettings;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.OpenItems;
import io.reprise.message.log.OpenItems.OpenCall;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.log.SessionParts;
import io.reprise.session.run.RunState.Active;
import io.reprise.session.run.RunState.Running;
import io.reprise.session.run.RunState.Starting;
import io.reprise.session.run.RunState.Stopping;
import io.reprise.session.run.RunState.Suspended;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;
import java.util.Collection;
import java.util.List;

/** The life of the run in the slot, from its stored beginning to its terminal event, and the start of the next one. */
public final class RunLife {
    private static final Failure NO_RUN = Failure.of(ErrorCode.STALE_RUN, "No run is active now.");

    private final SessionParts parts;
    private final RunSlot slot;
    private final RunStarts starts;
    private final RunLog log;
    private final WaitingMessages waiting;
    private final RunListener listener;

    RunLife(
            SessionParts parts,
            RunSlot slot,
            RunStarts starts,
            RunLog log,
            WaitingMessages waiting,
            RunListener listener) {
        this.parts = parts;
        this.slot = slot;
        this.starts = starts;
        this.log = log;
        this.waiting = waiting;
        this.listener = listener;
    }

    // --- while it is active

    /** The beginning of the run is stored: sends the request to the agent, unless the run was stopped meanwhile. */
    public void begun(RunRequest request) {
        if (!(slot.state() instanceof Starting starting)
                || !starting.run().key().equals(request.key())) return;
        AgentLink link = new AgentLink(parts, starting.run());
        slot.begun(starting, link);
        link.begin(request);
    }

    /** Numbers a user's message within the current run. */
    void say(QueuedMessage message) {
        log.say(message, RunOrigin.USER, slot.current());
    }

    /** Records from where the run would resume. */
    void keep(ShardMessage.Question.Keep keep) {
        Progress before = slot.row().progress();
        Resume resume = keep.checkpoint() == null ? null : Resume.from(keep.checkpoint());
        Long resumeSeq = resume == null ? null : Long.valueOf(keep.seq());
        slot.keep(slot.row().with(new Progress(before.attempt(), before.rootSeq(), resumeSeq, resume)));
        // Events that the checkpoint covers are stored together with it, also those of a growing text.
        parts.appends().flush();
    }

    /** Handles the next batch of the agent. While the run is being stopped, only its end is taken. */
    void take(ShardMessage.AgentBatch batch) {
        if (slot.state() instanceof Running) batch.events().forEach(this::number);
        if (batch.end() != null) finish(endingOf(batch.end()));
    }

    private Ending endingOf(RunEnd end) {
        if (slot.state() instanceof Stopping stopping) return stopping.ending().using(end.usage());
        return switch (end) {
            case RunEnd.Finished finished -> new Ending.Succeeded(finished.usage());
            case RunEnd.Failed failed -> new Ending.Failed(failed.failure(), failed.usage());
            case RunEnd.Interrupted waits -> waitsFor(waits);
            case RunEnd.Cancelled cancelled ->
                Ending.Failed.of(ErrorCode.INTERRUPTED, "The agent aborted the run.")
                        .using(cancelled.usage());
        };
    }

    private Ending waitsFor(RunEnd.Interrupted waits) {
        Ending ending = Interrupts.ending(
                slot.row(), waits, parts.settings(), parts.time().nowMs());
        if (ending instanceof Ending.Failed) starts.dropInquiries();
        return ending;
    }

    /** A call goes on in the background, if it has not ended when the agent hears of it. */
    public CommandOutcome push(Command.PushCall push) {
        if (!(slot.state() instanceof Running)) return new CommandOutcome.Refused(NO_RUN);
        slot.link().ifPresent(link -> link.push(push.call()));
        return new CommandOutcome.Accepted(new CommandResult.Done(), false);
    }

    // --- stopped

    /** Stops the current run, if there is one. Returns the runs that are being stopped. */
    public List<String> stop(String by) {
        return stop(by, Ending.CANCELLED);
    }

    /** Ends a run that the agent has not received, and starts one with the message. */
    public String replace(String by, QueuedMessage message) {
        number(stopping(slot.current(), by));
        end(Ending.CANCELLED);
        return starts.start(message);
    }

    public void storeWasAwayTooLong() {
        stop(null, Ending.Failed.of(ErrorCode.UNAVAILABLE, "The run was stopped: the server could not store it."));
    }

    private List<String> stop(String by, Ending ending) {
        if (!(slot.state() instanceof Active active)) return List.of();
        String run = active.run().id();
        switch (active) {
            case Starting starting -> stopUnknown(run, by, ending);
            case Suspended suspended -> stopUnknown(run, by, ending);
            case Running running -> stop(running, by, ending);
            case Stopping stopping -> {}
        }
        return List.of(run);
    }

    /** Stops a run that no agent works on. */
    private void stopUnknown(String run, String by, Ending ending) {
        number(stopping(run, by));
        finish(ending);
    }

    private void stop(Running running, String by, Ending ending) {
        String run = running.run().id();
        tellStop();
        number(stopping(run, by));
        // A stopped run never resumes, even if this process is killed.
        slot.keep(slot.row().with(slot.row().progress().withoutWayOn()));
        slot.state(running.stop(ending));
        parts.effects().add(new Effect.Later(parts.settings().run().stopGraceMs(), new Input.GraceOver(run)));
    }

    public void graceOver(String run) {
        if (slot.state() instanceof Stopping stopping && stopping.run().id().equals(run)) finish(stopping.ending());
    }

    /** Ends the run as interrupted. A run that is being stopped ends as stopped, because the user was told so. */
    void interrupt(String why) {
        if (!slot.isActive()) return;
        tellStop();
        finish(
                slot.state() instanceof Stopping stopping
                        ? stopping.ending()
                        : Ending.Failed.of(ErrorCode.INTERRUPTED, why));
    }

    /** Ends the run, if there is one, and forgets all runs, because the log is being cleared. */
    public void forget() {
        if (slot.isActive()) {
            tellStop();
            end(Ending.CANCELLED);
        }
        dropInquiries();
        slot.forget();
        log.forget();
    }

    /** Nobody will answer what the last run asks, if it waits. */
    public void dropInquiries() {
        if (slot.isWaiting()) starts.dropInquiries();
    }

    /** The session leaves memory while its run is active. */
    public void abandon() {
        if (!slot.isActive()) return;
        tellStop();
        parts.metrics().runLeft();
    }

    /** Nobody will bring the result of this call, whose run has ended. */
    public void withoutResult(Interrupt one) {
        String why = "The call was cancelled before its client gave a result.";
        LogEvent result = LogEvent.ToolCallResult.cancelled(parts.ids().next("m_"), one.toolCall(), why);
        log.numberApart(result, null);
    }

    // --- left to the next server

    /**
     * The server stops, and its agents stop working. The run resumes on the next server from the checkpoint in its row.
     * A run that cannot resume, or that is being stopped, ends.
     */
    public void suspend() {
        if (!slot.isAtWork()) return;
        if (!outlivesThisServer()) {
            interrupt("The server was stopped.");
            return;
        }
        switch ((Active) slot.state()) {
            case Starting starting -> suspended(starting.suspend());
            case Running running -> {
                slot.link().ifPresent(AgentLink::suspend);
                suspended(running.suspend());
            }
            case Stopping stopping -> interrupt("The server was stopped.");
            case Suspended suspended -> {}
        }
    }

    private void suspended(Suspended next) {
        slot.state(next);
        slot.keep(slot.row().suspended(parts.time().nowMs()));
    }

    /** Checkpoints in memory are lost when the server stops. */
    private boolean outlivesThisServer() {
        return slot.row().progress().resumeSeq() != null
                && parts.settings().checkpoints().store() != CheckpointSettings.Store.MEMORY;
    }

    /**
     * Resumes an orphaned run as another attempt, or leaves it to the next server if this one is stopping. Requires
     * that no run is active.
     */
    void goOn(RunRow its, Collection<OpenCall> calls, Collection<String> subagents) {
        starts.takeUp(its, calls, subagents);
        if (slot.isDraining()) suspend();
        else starts.request();
    }

    /** An orphaned run has ended. */
    void ended(RunRow its, Ending ending) {
        listener.ended(its.id(), null, ending, its.progress().rootSeq());
        slot.keep(its.ended(ending.outcome(), ending.code()));
    }

    // --- ended

    /** No run starts while the slot is held. */
    public void hold(boolean isHeld) {
        if (slot.hold(isHeld)) startNext();
    }

    public void startNext() {
        if (slot.isDraining() || slot.isBusy()) return;
        waiting.poll().ifPresent(starts::start);
        if (!slot.isBusy()) listener.idle();
    }

    private void finish(Ending ending) {
        end(ending);
        startNext();
    }

    private void end(Ending ending) {
        RunState.Run ended = ((Active) slot.state()).run();
        String run = ended.id();
        log.close(kept(ending), run);
        number(ending.event(parts.self().session(), run));
        listener.ended(run, ended, ending, slot.row().progress().rootSeq());
        slot.keep(slot.row().ended(ending.outcome(), ending.code()));
        slot.state(after(ending));
        counted(slot.row(), ended);
    }

    private RunState after(Ending ending) {
        if (!(ending instanceof Ending.Interrupted waits)) return ((Active) slot.state()).ended();
        waits.interrupts().forEach(parts.appends().next()::interrupt);
        slot.interrupts().ask(waits.interrupts());
        return ((Running) slot.state()).waits();
    }

    /** What waits for people: the calls that they are asked about, and the calls of sub-agents around those. */
    private static OpenItems.Kept kept(Ending ending) {
        return ending instanceof Ending.Interrupted waits
                ? Interrupts.waiting(waits.interrupts())
                : OpenItems.Kept.NOTHING;
    }

    private void counted(RunRow ended, RunState.Run run) {
        String code = ended.code() == null ? null : ended.code().wire();
        long tookMs = parts.clock().elapsedMs() - run.startedMs();
        parts.metrics().runEnded(ended.origin(), ended.outcome(), code, tookMs);
    }

    private void number(LogEvent event) {
        log.number(event, slot.current());
    }

    private void tellStop() {
        slot.link().ifPresent(AgentLink::stop);
    }

    private static LogEvent stopping(String run, String by) {
        return LogEvent.Custom.of(new LogEvent.RunStopping(run, by));
    }
}
