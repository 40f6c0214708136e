package io.reprise.session.run;

import io.reprise.config.CheckpointSettings;
import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.session.command.Interrupts;
import io.reprise.session.command.SessionTitles;
import io.reprise.session.command.WaitingMessages;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.fork.ResumePoint;
import io.reprise.session.log.NextAppend;
import io.reprise.session.log.OpenItems;
import io.reprise.session.log.SessionIdentity;
import io.reprise.session.log.SessionParts;
import io.reprise.session.recall.Recalls;
import io.reprise.session.run.RunState.Active;
import io.reprise.session.run.RunState.Ending;
import io.reprise.session.run.RunState.Idle;
import io.reprise.session.run.RunState.Running;
import io.reprise.session.run.RunState.Starting;
import io.reprise.session.run.RunState.Stopping;
import io.reprise.session.run.RunState.Suspended;
import io.reprise.session.run.RunState.Waiting;
import io.reprise.session.store.EventStore;
import io.reprise.session.store.EventStore.Loaded;
import io.reprise.session.store.EventStore.RunRow;
import io.reprise.support.Texts;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The life of a session's runs, one at a time, from a message to the one terminal event. */
public final class Runs {
    private static final int PREVIEW_BYTES = 240;

    private final SessionParts parts;
    private final RunLog log;
    private final WaitingMessages waiting;
    private final List<String> agents;

    private Recalls recalls;
    private SessionTitles naming;
    private RunState state = RunState.IDLE;
    private RunRow row;
    private boolean draining;
    private boolean held;

    public Runs(SessionParts parts, RunLog log, WaitingMessages waiting, List<String> agents, Loaded loaded) {
        this.parts = parts;
        this.log = log;
        this.waiting = waiting;
        this.agents = agents;
        this.row = loaded.lastRun();
        List<Interrupt> asked = loaded.interrupts().stream()
                .filter(one -> row != null && one.run().equals(row.id()))
                .toList();
        if (asked.stream().anyMatch(Interrupt::isOpen)) state = new Waiting(asked);
    }

    /** Those that hear of each run's end; and recalls take their turn when nobody's message waits. */
    public void endsFor(Recalls itsRecalls, SessionTitles itsNaming) {
        recalls = itsRecalls;
        naming = itsNaming;
    }

    boolean isActive() {
        return state instanceof Active;
    }

    /** An agent works on a run, or is about to. */
    public boolean isAtWork() {
        return isActive() && !isSuspended();
    }

    /** The next server is to go on with the run. */
    public boolean isSuspended() {
        return state instanceof Suspended;
    }

    /** A run is active, people are waited for, or the queue is held: no other one may begin. */
    public boolean isBusy() {
        return !(state instanceof Idle) || held;
    }

    /** Its last run waits for people. */
    public boolean isWaiting() {
        return state instanceof Waiting;
    }

    /** Why nothing can begin now. */
    public Failure busy() {
        String why =
                isWaiting() ? "This session waits for a decision about a call." : "A run is active in this session.";
        return Failure.of(ErrorCode.BUSY, why);
    }

    /** The run that is active or waits for people, or null. */
    public String occupant() {
        return isWaiting() ? row.id() : current();
    }

    public List<Interrupt> openInterrupts() {
        return state instanceof Waiting waits ? waits.open() : List.of();
    }

    /** How long people may still take at most; 0 when nobody is waited for. */
    public long waitMs() {
        return openInterrupts().stream()
                .mapToLong(open -> open.expiresMs() - nowMs())
                .max()
                .orElse(0);
    }

    /** People are not waited for any more. Returns the interrupts of the last run. */
    public List<Interrupt> waited() {
        List<Interrupt> all = ((Waiting) state).interrupts();
        state = ((Waiting) state).over();
        return all;
    }

    public void resolved(Interrupt one) {
        state = ((Waiting) state).resolved(one);
    }

    /** The agent knows nothing of the run yet. */
    public boolean isStarting() {
        return state instanceof Starting;
    }

    public boolean isDraining() {
        return draining;
    }

    /** The active run once readers may know of it, or null. */
    public String activeRun() {
        return state instanceof Active active
                        && active.run().firstSeq() <= parts.log().announced()
                ? active.run().id()
                : null;
    }

    /** The last run that ended, or null. */
    public Delivery.LastRun lastRun() {
        return row == null || row.outcome() == null ? null : new Delivery.LastRun(row.id(), row.outcome(), row.code());
    }

    /** The first event of the active or else of the last run; Long.MAX_VALUE when there was none. */
    public long firstSeq() {
        return row == null ? Long.MAX_VALUE : row.firstSeq();
    }

    /** Begins a run with the message. Only when none is active. */
    public String start(QueuedMessage message) {
        return start(message, rollsBack(message) ? log.tail().toBefore(row) : null);
    }

    /** Only if the run that it stopped is still the last one. */
    private boolean rollsBack(QueuedMessage message) {
        return message.onBusy().equals(OnBusy.ROLLBACK.wire())
                && row != null
                && row.id().equals(message.run());
    }

    /** Begins a run with the message, after a rewind if that is not null. Only when none is active. */
    public String start(QueuedMessage message, LogEvent.HistoryRewound rewind) {
        if (rewind != null) rewind(rewind);
        return start(parts.ids().next("r_"), message, RunOrigin.USER);
    }

    private void rewind(LogEvent.HistoryRewound rewind) {
        number(LogEvent.Custom.of(rewind));
        next().unsaidAfter(rewind.toSeq());
        if (rewind.lastMessage() == null) {
            next().anew();
            naming.begunAnew();
        }
    }

    public String start(String id, QueuedMessage message, RunOrigin origin) {
        log.tail().runBegins();
        begin(id, origin, List.of());
        log.say(message, origin, id);
        next().preview(Texts.cutToBytes(message.text(), PREVIEW_BYTES));
        request(row.firstSeq(), null);
        return id;
    }

    /** Begins the run that goes on with the last one from its checkpoint, as people have decided. */
    public String resume(List<Answered> answers) {
        RunRow before = row;
        String id = parts.ids().next("r_");
        begin(
                id,
                RunOrigin.resuming(before),
                answers.stream().map(Answered::toolCall).toList());
        request(
                before.progress().rootSeq(),
                new Resume(before.progress().resume().checkpoint(), answers));
        return id;
    }

    /** Rewinds to the checkpoint and begins a run that goes on from there. Only when none is active. */
    public String goOn(ResumePoint from) {
        rewind(new LogEvent.HistoryRewound(from.seq(), from.lastMessage()));
        log.tail().goesOn(from.beforeRoot());
        String id = parts.ids().next("r_");
        begin(id, RunOrigin.goingOn(from.run()), from.openCalls());
        request(from.rootSeq(), Resume.from(from.checkpoint()));
        return id;
    }

    private void begin(String id, RunOrigin origin, List<String> calls) {
        long firstSeq = parts.log().decided() + 1;
        boolean exact = parts.settings().log().flushMs() == 0;
        row = RunRow.begun(id, origin, firstSeq, nowMs(), exact);
        log.begin(calls);
        takeUp(1);
        number(new LogEvent.RunStarted(parts.self().session(), id, origin.metadata()));
    }

    /** The attempt is what the session works on now; its agent hears of it when it is requested. */
    private void takeUp(int attempt) {
        state = ((Idle) state).start(attempt(attempt));
        parts.metrics().runStarted();
    }

    private RunState.Run attempt(int number) {
        String agent = agents.get(Math.floorMod(row.id().hashCode(), agents.size()));
        long startedMs = parts.clock().elapsedMs() - Math.max(0, row.activeMs(nowMs()));
        return new RunState.Run(row.id(), number, agent, row.firstSeq(), startedMs);
    }

    /** From what it has in the log by now, or what it resumes, the run would go on if its process died. */
    private void request(long rootSeq, Resume resume) {
        row = row.with(new EventStore.Progress(1, rootSeq, parts.log().decided(), resume));
        request();
    }

    private void request() {
        EventStore.Progress from = row.progress();
        SessionIdentity self = parts.self();
        next().run(row);
        next().requestAfterwards(new RunRequest(
                row.id(),
                self.session(),
                self.user(),
                self.address(),
                from.resumeSeq(),
                row.origin(),
                from.attempt(),
                from.resume()));
    }

    /** Numbers a message of a user within the current run. */
    void say(QueuedMessage message) {
        log.say(message, RunOrigin.USER, current());
    }

    /** The link to the agent of the active run, once that knows of it. */
    Optional<AgentLink> link() {
        return switch (state) {
            case Running running -> Optional.of(running.link());
            case Stopping stopping -> Optional.of(stopping.link());
            case Starting starting -> Optional.empty();
            case Suspended suspended -> Optional.empty();
            case Waiting waits -> Optional.empty();
            case Idle idle -> Optional.empty();
        };
    }

    /** The agent works on this attempt, and nobody has stopped it. */
    boolean isRunning(String key) {
        return state instanceof Running running && running.run().key().equals(key);
    }

    /** What the run would go on from from now on. */
    void keep(ShardMessage.Question.Keep keep) {
        EventStore.Progress before = row.progress();
        Resume resume = keep.checkpoint() == null ? null : Resume.from(keep.checkpoint());
        Long resumeSeq = resume == null ? null : Long.valueOf(keep.seq());
        row = row.with(new EventStore.Progress(before.attempt(), before.rootSeq(), resumeSeq, resume));
        next().run(row);
        // What it covers is stored with it, also of a text that still grows.
        parts.appends().flush();
    }

    /** The beginning of the run is stored: the agent hears of it, unless it was stopped meanwhile. */
    public void begun(RunRequest request) {
        if (!(state instanceof Starting starting) || !starting.run().key().equals(request.key())) return;
        AgentLink link = new AgentLink(parts, starting.run());
        state = starting.begun(link);
        link.begin(request);
    }

    /** Stops the current run, if there is one. Returns what is stopping. */
    public List<String> stop(String by) {
        return stop(by, Ending.CANCELLED);
    }

    /** Ends a run of which the agent knows nothing, and starts one with the message. */
    public String replace(String by, QueuedMessage message) {
        number(stopping(current(), by));
        end(Ending.CANCELLED);
        return start(message);
    }

    public void storeWasAwayTooLong() {
        stop(null, Ending.Failed.of(ErrorCode.UNAVAILABLE, "The run was stopped: the server could not store it."));
    }

    private List<String> stop(String by, Ending ending) {
        if (!(state instanceof Active active)) return List.of();
        String run = active.run().id();
        switch (active) {
            // No agent works on it.
            case Starting starting -> {
                number(stopping(run, by));
                finish(ending);
            }
            case Suspended suspended -> {
                number(stopping(run, by));
                finish(ending);
            }
            case Running running -> {
                running.link().stop();
                number(stopping(run, by));
                // Who stopped it does not see it go on, whatever happens to this process.
                row = row.with(row.progress().withoutWayOn());
                next().run(row);
                state = running.stop(ending);
                parts.effects().add(new Effect.Later(parts.settings().run().stopGraceMs(), new Input.GraceOver(run)));
            }
            case Stopping stopping -> {}
        }
        return List.of(run);
    }

    public void graceOver(String run) {
        if (state instanceof Stopping stopping && stopping.run().id().equals(run)) finish(stopping.ending());
    }

    public String current() {
        return state instanceof Active active ? active.run().id() : null;
    }

    /** The next of what its agent has made; nothing is taken of it while the run is being stopped, but the end. */
    void take(ShardMessage.AgentBatch batch) {
        if (state instanceof Running) batch.events().forEach(this::number);
        if (batch.end() != null) finish(endingOf(batch.end()));
    }

    private Ending endingOf(RunEnd end) {
        if (state instanceof Stopping stopping) return stopping.ending();
        return switch (end) {
            case RunEnd.Finished finished -> new Ending.Succeeded(finished.usage());
            case RunEnd.Failed failed -> new Ending.Failed(failed.failure());
            case RunEnd.Interrupted waits ->
                Interrupts.ending(row, waits, parts.settings().interrupts(), nowMs());
            case RunEnd.Cancelled cancelled -> Ending.Failed.of(ErrorCode.INTERRUPTED, "The agent gave the run up.");
        };
    }

    /** The run of a process that is gone is over. */
    void ended(RunRow its) {
        row = its;
        next().run(row);
    }

    /**
     * The run of a process that is gone goes on as another attempt; while the server stops, it does when the next one has it.
     * Only when none is active.
     */
    void goOn(RunRow its, Collection<String> calls) {
        row = its;
        log.begin(calls);
        takeUp(its.progress().attempt());
        if (draining) suspend();
        else request();
    }

    /** A suspended run stays as it is: this server stops, too. Only when none is active. */
    void leave(RunRow its, OpenItems open) {
        row = its;
        log.takeOver(open);
        state = ((Idle) state).suspended(attempt(its.progress().attempt()));
        parts.metrics().runStarted();
    }

    public void drain() {
        draining = true;
    }

    /** Nothing begins while it is held. */
    public void hold(boolean isHeld) {
        boolean released = held && !isHeld;
        held = isHeld;
        if (released) startNext();
    }

    /**
     * The server stops, and nobody works on the run any more. It goes on when the next one has it, from what its row names;
     * one that could not, or that is being stopped, ends.
     */
    public void suspend() {
        if (!isAtWork()) return;
        if (!outlivesThisServer()) {
            interrupt("The server was stopped.");
            return;
        }
        switch ((Active) state) {
            case Starting starting -> suspended(starting.suspend());
            case Running running -> {
                running.link().suspend();
                suspended(running.suspend());
            }
            case Stopping stopping -> interrupt("The server was stopped.");
            case Suspended suspended -> {}
        }
    }

    private void suspended(Suspended next) {
        state = next;
        row = row.suspended(nowMs());
        next().run(row);
    }

    /** What is kept in memory is gone with it. */
    private boolean outlivesThisServer() {
        return row.progress().resumeSeq() != null
                && parts.settings().checkpoints().store() != CheckpointSettings.Store.MEMORY;
    }

    /** One that is being stopped ends as that: who stopped it was told so. */
    void interrupt(String why) {
        if (!isActive()) return;
        tellStop();
        finish(state instanceof Stopping stopping ? stopping.ending() : Ending.Failed.of(ErrorCode.INTERRUPTED, why));
    }

    /** Ends the run, if there is one, and forgets it and all before: the log is being cleared. */
    public void forget() {
        if (isActive()) {
            tellStop();
            end(Ending.CANCELLED);
        }
        state = RunState.IDLE;
        row = null;
        log.forget();
    }

    /** The session goes away under the run. */
    public void abandon() {
        if (!isActive()) return;
        tellStop();
        parts.metrics().runLeft();
    }

    public void startNext() {
        if (draining || isBusy()) return;
        waiting.poll().ifPresent(this::start);
        if (!isBusy()) recalls.startDeferred();
    }

    private void finish(Ending ending) {
        end(ending);
        startNext();
    }

    private void end(Ending ending) {
        RunState.Run ended = ((Active) state).run();
        String run = ended.id();
        log.close(waitingCalls(ending), run);
        number(ending.event(parts.self().session(), run));
        recalls.runEnded(run, ending);
        row = row.ended(ending);
        next().run(row);
        if (ending instanceof Ending.Succeeded && !draining) {
            naming.exchanged(ended, row.progress().rootSeq());
        }
        state = after(ending);
        counted(row, ended);
    }

    private RunState after(Ending ending) {
        if (!(ending instanceof Ending.Interrupted waits)) return ((Active) state).ended();
        waits.interrupts().forEach(next()::interrupt);
        return ((Running) state).waits(waits.interrupts());
    }

    private static Set<String> waitingCalls(Ending ending) {
        return ending instanceof Ending.Interrupted waits
                ? waits.interrupts().stream().map(Interrupt::toolCall).collect(Collectors.toSet())
                : Set.of();
    }

    private void counted(RunRow ended, RunState.Run run) {
        String code = ended.code() == null ? null : ended.code().wire();
        long tookMs = parts.clock().elapsedMs() - run.startedMs();
        parts.metrics().runEnded(ended.origin(), ended.outcome(), code, tookMs);
    }

    private void number(LogEvent event) {
        log.number(event, current());
    }

    private void tellStop() {
        link().ifPresent(AgentLink::stop);
    }

    private NextAppend next() {
        return parts.appends().next();
    }

    private long nowMs() {
        return parts.time().nowMs();
    }

    private static LogEvent stopping(String run, String by) {
        return LogEvent.Custom.of(new LogEvent.RunStopping(run, by));
    }
}
