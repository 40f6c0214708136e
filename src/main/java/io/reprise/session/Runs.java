package io.reprise.session;

import io.reprise.config.Settings;
import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunBeat;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.StopRun;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.LogEvent;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.session.EventStore.Loaded;
import io.reprise.session.EventStore.RunRow;
import io.reprise.session.RunState.Active;
import io.reprise.session.RunState.Ending;
import io.reprise.session.RunState.Idle;
import io.reprise.session.RunState.Link;
import io.reprise.session.RunState.Running;
import io.reprise.session.RunState.Starting;
import io.reprise.session.RunState.Stopping;
import io.reprise.session.RunState.Waiting;
import io.reprise.support.IdSource;
import io.reprise.support.Texts;
import io.reprise.support.TimeSource;
import io.reprise.telemetry.Metrics;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The life of a session's runs, one at a time, from a message to the one terminal event. */
final class Runs {
    private static final int PREVIEW_BYTES = 240;

    private final Identity self;
    private final Settings settings;
    private final SessionLog log;
    private final Appends appends;
    private final Effects effects;
    private final WaitingMessages waiting;
    private final MessageTexts texts;
    private final List<String> agents;
    private final IdSource ids;
    private final TimeSource time;
    private final Metrics metrics;

    private Recalls recalls;
    private Naming naming;
    private RunState state = RunState.IDLE;
    private OpenItems openItems = new OpenItems();
    private RunRow row;
    private Tail tail;
    private final Acknowledgements acknowledgements;
    private boolean draining;

    Runs(SessionParts parts, WaitingMessages waiting, List<String> agents, Loaded loaded) {
        this.self = parts.self();
        this.settings = parts.settings();
        this.log = parts.log();
        this.appends = parts.appends();
        this.effects = parts.effects();
        this.ids = parts.ids();
        this.time = parts.time();
        this.metrics = parts.metrics();
        this.waiting = waiting;
        this.texts = new MessageTexts(settings.search().textBytesMax());
        this.agents = agents;
        this.row = loaded.lastRun();
        this.tail = new Tail(loaded.outline());
        this.acknowledgements = new Acknowledgements(parts);
        List<Interrupt> asked = loaded.interrupts().stream()
                .filter(one -> row != null && one.run().equals(row.id()))
                .toList();
        if (asked.stream().anyMatch(Interrupt::isOpen)) state = new Waiting(asked);
    }

    /** Hears of each run's end, and takes its turn when nobody's message waits. */
    void naming(Naming its) {
        naming = its;
    }

    void recalls(Recalls its) {
        recalls = its;
    }

    boolean isActive() {
        return state instanceof Active;
    }

    /** A run is active, or people are waited for: no other one may begin. */
    boolean isBusy() {
        return !(state instanceof Idle);
    }

    /** Its last run waits for people. */
    boolean isWaiting() {
        return state instanceof Waiting;
    }

    /** Why nothing can begin now. */
    Failure busy() {
        String why =
                isWaiting() ? "This session waits for a decision about a call." : "A run is active in this session.";
        return Failure.of(ErrorCode.BUSY, why);
    }

    /** The run that is active or waits for people, or null. */
    String occupant() {
        return isWaiting() ? row.id() : current();
    }

    List<Interrupt> openInterrupts() {
        return state instanceof Waiting waits ? waits.open() : List.of();
    }

    /** How long people may still take at most; 0 when nobody is waited for. */
    long waitMs() {
        return openInterrupts().stream()
                .mapToLong(open -> open.expiresMs() - time.nowMs())
                .max()
                .orElse(0);
    }

    /** People are not waited for any more. Returns the interrupts of the last run. */
    List<Interrupt> waited() {
        List<Interrupt> all = ((Waiting) state).interrupts();
        state = ((Waiting) state).over();
        return all;
    }

    void resolved(Interrupt one) {
        state = ((Waiting) state).resolved(one);
    }

    /** The agent knows nothing of the run yet. */
    boolean isStarting() {
        return state instanceof Starting;
    }

    boolean isDraining() {
        return draining;
    }

    /** The active run once readers may know of it, or null. */
    String activeRun() {
        return state instanceof Active active && active.run().firstSeq() <= log.announced()
                ? active.run().id()
                : null;
    }

    /** The last run that ended, or null. */
    Delivery.LastRun lastRun() {
        return row == null || row.outcome() == null ? null : new Delivery.LastRun(row.id(), row.outcome(), row.code());
    }

    /** The first event of the active or else of the last run; Long.MAX_VALUE when there was none. */
    long firstSeq() {
        return row == null ? Long.MAX_VALUE : row.firstSeq();
    }

    /** Begins a run with the message. Only when none is active. */
    String start(QueuedMessage message) {
        return start(message, rollsBack(message) ? tail.toBefore(row) : null);
    }

    /** Only if the run that it stopped is still the last one. */
    private boolean rollsBack(QueuedMessage message) {
        return message.onBusy().equals(OnBusy.ROLLBACK.wire())
                && row != null
                && row.id().equals(message.run());
    }

    /** Begins a run with the message, after a rewind if that is not null. Only when none is active. */
    String start(QueuedMessage message, LogEvent.HistoryRewound rewind) {
        if (rewind != null) rewind(rewind);
        return start(ids.next("r_"), message, RunOrigin.USER);
    }

    private void rewind(LogEvent.HistoryRewound rewind) {
        number(LogEvent.Custom.of(rewind));
        appends.next().unsaidAfter(rewind.toSeq());
        if (rewind.lastMessage() == null) begunAnew();
    }

    private void begunAnew() {
        appends.next().anew();
        naming.begunAnew();
    }

    String start(String id, QueuedMessage message, RunOrigin origin) {
        tail.runBegins();
        begin(id, origin);
        say(message, origin);
        appends.next().preview(Texts.cutToBytes(message.text(), PREVIEW_BYTES));
        request(row.firstSeq(), null);
        return id;
    }

    /** Begins the run that goes on with the last one from its checkpoint, as people have decided. */
    String resume(List<Answered> answers) {
        RunRow before = row;
        String id = ids.next("r_");
        begin(id, RunOrigin.resuming(before));
        answers.forEach(answer -> openItems.takeOver(answer.toolCall()));
        request(
                before.progress().rootSeq(),
                new Resume(before.progress().resume().checkpoint(), answers));
        return id;
    }

    /** Rewinds to the checkpoint and begins a run that goes on from there. Only when none is active. */
    String goOn(ResumePoint from) {
        rewind(new LogEvent.HistoryRewound(from.seq(), from.lastMessage()));
        tail.goesOn(from.beforeRoot());
        String id = ids.next("r_");
        begin(id, RunOrigin.goingOn(from.run()));
        from.openCalls().forEach(openItems::takeOver);
        request(from.rootSeq(), Resume.from(from.checkpoint()));
        return id;
    }

    private void begin(String id, RunOrigin origin) {
        long nowMs = time.nowMs();
        long firstSeq = log.decided() + 1;
        openItems = new OpenItems();
        row = RunRow.begun(id, origin, firstSeq, nowMs, settings.log().flushMs() == 0);
        takeUp(1);
        number(new LogEvent.RunStarted(self.session(), id, origin.metadata()));
    }

    /** The attempt is what the session works on now; its agent hears of it when it is requested. */
    private void takeUp(int attempt) {
        String agent = agents.get(Math.floorMod(row.id().hashCode(), agents.size()));
        RunState.Run run = new RunState.Run(row.id(), attempt, agent, row.firstSeq(), row.startedMs());
        state = ((Idle) state).start(run);
        metrics.runStarted();
    }

    /** From what it has in the log by now, or what it resumes, the run would go on if its process died. */
    private void request(long rootSeq, Resume resume) {
        row = row.with(new EventStore.Progress(1, rootSeq, log.decided(), resume));
        request();
    }

    private void request() {
        EventStore.Progress from = row.progress();
        appends.next().run(row);
        appends.next()
                .requestAfterwards(new RunRequest(
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
        say(message, RunOrigin.USER);
    }

    private void say(QueuedMessage message, RunOrigin origin) {
        number(new LogEvent.TextStart(message.message(), Role.USER, origin.metadataOf(message)));
        number(new LogEvent.TextContent(message.message(), message.text()));
        number(new LogEvent.TextEnd(message.message()));
    }

    /** Whether the question of an agent is to be answered: not while its run is being stopped. */
    boolean takes(ShardMessage.RunQuestion question) {
        Link link = linkOf(question.run());
        if (link == null) {
            acknowledgements.disown(question.run(), question.sent(), question.agent());
            return false;
        }
        if (question.sent() > link.received()) {
            interrupt("A part of the run was lost on its way.");
            return false;
        }
        heard(link.alive(time.nowMs()));
        return isRunning(question.run());
    }

    boolean isRunning(String key) {
        return state instanceof Running running && running.run().key().equals(key);
    }

    /** What the run would go on from from now on. */
    void keep(ShardMessage.Question.Keep keep) {
        EventStore.Progress before = row.progress();
        Resume resume = keep.checkpoint() == null ? null : Resume.from(keep.checkpoint());
        Long resumeSeq = resume == null ? null : Long.valueOf(keep.seq());
        row = row.with(new EventStore.Progress(before.attempt(), before.rootSeq(), resumeSeq, resume));
        appends.next().run(row);
        // What it covers is stored with it, also of a text that still grows.
        appends.flush();
    }

    /** The beginning of the run is stored: the agent hears of it, unless it was stopped meanwhile. */
    void begun(RunRequest request) {
        if (!(state instanceof Starting starting) || !starting.run().key().equals(request.key())) return;
        state = starting.begun(time.nowMs());
        effects.tell(starting.run().agent(), request);
    }

    /** Stops the current run, if there is one and if it is {@code which} or that is null. Returns what is stopping. */
    List<String> stop(String by) {
        return stop(by, Ending.CANCELLED);
    }

    /** Ends a run of which the agent knows nothing, and starts one with the message. */
    String replace(String by, QueuedMessage message) {
        number(stopping(current(), by));
        end(Ending.CANCELLED);
        return start(message);
    }

    void storeWasAwayTooLong() {
        stop(null, Ending.Failed.of(ErrorCode.UNAVAILABLE, "The run was stopped: the server could not store it."));
    }

    private List<String> stop(String by, Ending ending) {
        if (!(state instanceof Active active)) return List.of();
        String run = active.run().id();
        switch (active) {
            case Starting starting -> {
                number(stopping(run, by));
                state = starting.stop(ending);
                finish(ending);
            }
            case Running running -> {
                tellStop(running);
                number(stopping(run, by));
                // Who stopped it does not see it go on, whatever happens to this process.
                row = row.with(row.progress().withoutWayOn());
                appends.next().run(row);
                state = running.stop(ending);
                effects.add(new Effect.Later(settings.run().stopGraceMs(), new Input.GraceOver(run)));
            }
            case Stopping stopping -> {}
        }
        return List.of(run);
    }

    void graceOver(String run) {
        if (state instanceof Stopping stopping && stopping.run().id().equals(run)) finish(stopping.ending());
    }

    String current() {
        return state instanceof Active active ? active.run().id() : null;
    }

    void batch(ShardMessage.AgentBatch batch) {
        Link link = linkOf(batch.run());
        if (link == null) {
            metrics.batchDropped();
            acknowledgements.disown(batch.run(), batch.number(), batch.agent());
            return;
        }
        if (batch.number() > link.received() + 1) {
            interrupt("A part of the run was lost on its way.");
            return;
        }
        if (batch.number() == link.received() + 1) take(batch, link);
        acknowledgements.give(batch);
    }

    private void take(ShardMessage.AgentBatch batch, Link link) {
        heard(link.received(batch.number(), time.nowMs()));
        if (state instanceof Running) batch.events().forEach(this::number);
        if (batch.end() != null) finish(endingOf(batch.end()));
    }

    private Ending endingOf(RunEnd end) {
        if (state instanceof Stopping stopping) return stopping.ending();
        return switch (end) {
            case RunEnd.Finished finished -> new Ending.Succeeded(finished.usage());
            case RunEnd.Failed failed -> new Ending.Failed(failed.failure());
            case RunEnd.Interrupted waits -> Interrupts.ending(row, waits, settings.interrupts(), time.nowMs());
            case RunEnd.Cancelled cancelled -> Ending.Failed.of(ErrorCode.INTERRUPTED, "The agent gave the run up.");
        };
    }

    /** Lets the agent go on once the store has caught up. */
    void releaseAck() {
        acknowledgements.release();
    }

    void beatAnswer(ShardMessage.RunBeatAnswer answer) {
        Link link = linkOf(answer.run());
        if (link == null) return;
        if (!answer.known()) {
            interrupt("The agent lost the run.");
        } else if (answer.sent() > link.received()) {
            interrupt("A part of the run was lost on its way.");
        } else {
            heard(link.alive(time.nowMs()));
        }
    }

    void heartbeat() {
        Link link = state instanceof Active working ? linkOf(working.run().key()) : null;
        if (link == null) return;
        if (time.nowMs() - link.heardMs() > settings.run().silenceMs()) {
            interrupt("The agent was not heard of any more.");
        } else {
            Active active = (Active) state;
            int received = acknowledgements.given(link);
            effects.tell(
                    active.run().agent(), new RunBeat(active.run().key(), self.session(), self.address(), received));
        }
    }

    /** Numbers what the run that is not active leaves or has become. */
    void number(LogEvent event, String run) {
        tail.apply(event);
        log.number(event, run, time.nowMs());
    }

    /** The last message before the last run and those that it goes on with, or null. */
    String messageBefore() {
        return tail.beforeRun();
    }

    /** The run of a process that is gone is over. */
    void ended(RunRow its) {
        row = its;
        appends.next().run(row);
    }

    /** The run of a process that is gone goes on as another attempt. Only when none is active. */
    void goOn(RunRow its, OpenItems open) {
        row = its;
        openItems = open;
        takeUp(its.progress().attempt());
        request();
    }

    void drain() {
        draining = true;
    }

    /** One that is being stopped ends as that: who stopped it was told so. */
    void interrupt(String why) {
        if (!(state instanceof Active active)) return;
        tellStop(active);
        finish(active instanceof Stopping stopping ? stopping.ending() : Ending.Failed.of(ErrorCode.INTERRUPTED, why));
    }

    /** Ends the run, if there is one, and forgets it and all before: the log is being cleared. */
    void forget() {
        if (state instanceof Active active) {
            tellStop(active);
            end(Ending.CANCELLED);
        }
        state = RunState.IDLE;
        row = null;
        tail = new Tail(EventStore.Outline.EMPTY);
    }

    /** The session goes away under the run. */
    void abandon() {
        if (!(state instanceof Active active)) return;
        tellStop(active);
        metrics.runLeft();
    }

    void startNext() {
        if (draining || isBusy()) return;
        waiting.poll().ifPresent(this::start);
        if (!isBusy()) recalls.startDeferred();
    }

    private void finish(Ending ending) {
        end(ending);
        startNext();
    }

    private void end(Ending ending) {
        String run = current();
        openItems.close(ids, waitingCalls(ending)).forEach(this::number);
        number(ending.event(self.session(), run));
        recalls.runEnded(run, ending);
        row = row.ended(ending);
        appends.next().run(row);
        counted(row);
        if (ending instanceof Ending.Succeeded && !draining) {
            naming.exchanged(((Active) state).run(), row.progress().rootSeq());
        }
        state = after(ending);
        acknowledgements.reset();
    }

    private RunState after(Ending ending) {
        if (!(ending instanceof Ending.Interrupted waits)) return ((Active) state).ended();
        waits.interrupts().forEach(appends.next()::interrupt);
        return ((Running) state).waits(waits.interrupts());
    }

    private static Set<String> waitingCalls(Ending ending) {
        return ending instanceof Ending.Interrupted waits
                ? waits.interrupts().stream().map(Interrupt::toolCall).collect(Collectors.toSet())
                : Set.of();
    }

    private void counted(RunRow ended) {
        String code = ended.code() == null ? null : ended.code().wire();
        metrics.runEnded(ended.origin(), ended.outcome(), code, time.nowMs() - ended.startedMs());
    }

    private void number(LogEvent event) {
        openItems.apply(event);
        tail.apply(event);
        log.number(event, current(), time.nowMs());
        texts.apply(event, log.decided(), appends.next());
    }

    private void tellStop(Active active) {
        if (!(active instanceof Starting)) {
            effects.tell(active.run().agent(), new StopRun(active.run().key()));
        }
    }

    /** The link to the agent if {@code key} is that of the current attempt and the agent knows of it. */
    private Link linkOf(String key) {
        return switch (state) {
            case Running running when running.run().key().equals(key) -> running.link();
            case Stopping stopping when stopping.run().key().equals(key) -> stopping.link();
            case Idle idle -> null;
            case Waiting waits -> null;
            case Active other -> null;
        };
    }

    private void heard(Link link) {
        if (state instanceof Running running) state = running.heard(link);
        if (state instanceof Stopping stopping) state = stopping.heard(link);
    }

    private static LogEvent stopping(String run, String by) {
        return LogEvent.Custom.of(new LogEvent.RunStopping(run, by));
    }
}
