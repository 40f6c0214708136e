package io.reprise.session.run;

import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.QueuedMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.session.effect.ResumePoint;
import io.reprise.session.log.NextAppend;
import io.reprise.session.log.OpenItems;
import io.reprise.session.log.SessionIdentity;
import io.reprise.session.log.SessionParts;
import io.reprise.session.run.RunState.Idle;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;
import io.reprise.support.Texts;
import java.util.Collection;
import java.util.List;

/** How runs begin: with a message, where an earlier one was left, or as another attempt. Only when none is active. */
public final class RunStarts {
    private static final int PREVIEW_BYTES = 240;

    private final SessionParts parts;
    private final RunSlot slot;
    private final RunLog log;
    private final List<String> agents;
    private final String agentName;
    private final RunListener listener;

    /**
     * @param agents the addresses of those that work on runs
     * @param agentName what the session asks for; null when it names none
     */
    RunStarts(
            SessionParts parts, RunSlot slot, RunLog log, List<String> agents, String agentName, RunListener listener) {
        this.parts = parts;
        this.slot = slot;
        this.log = log;
        this.agents = agents;
        this.agentName = agentName;
        this.listener = listener;
    }

    /** Begins a run with the message. */
    public String start(QueuedMessage message) {
        return start(message, rollsBack(message) ? log.lastMessages().toBefore(slot.row()) : null);
    }

    /** Only if the run that it stopped is still the last one. */
    private boolean rollsBack(QueuedMessage message) {
        RunRow last = slot.row();
        return message.onBusy().equals(OnBusy.ROLLBACK.wire())
                && last != null
                && last.id().equals(message.run());
    }

    /** Begins a run with the message, after a rewind if that is not null. */
    public String start(QueuedMessage message, LogEvent.HistoryRewound rewind) {
        if (rewind != null) rewind(rewind);
        return start(parts.ids().next("r_"), message, RunOrigin.USER);
    }

    private void rewind(LogEvent.HistoryRewound rewind) {
        log.number(LogEvent.Custom.of(rewind), slot.current());
        next().unsaidAfter(rewind.toSeq());
        if (rewind.lastMessage() == null) {
            next().anew();
            listener.begunAnew();
        }
    }

    public String start(String id, QueuedMessage message, RunOrigin origin) {
        log.lastMessages().runBegins();
        begin(id, origin, List.of());
        log.say(message, origin, id);
        next().preview(Texts.cutToBytes(message.content().text(), PREVIEW_BYTES));
        request(slot.row().firstSeq(), null);
        return id;
    }

    /** Begins the run that goes on with the last one from its checkpoint, as people have decided. */
    public String resume(List<Answered> answers) {
        RunRow before = slot.row();
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

    /** Rewinds to the checkpoint and begins a run that goes on from there. */
    public String goOn(ResumePoint from) {
        rewind(new LogEvent.HistoryRewound(from.seq(), from.lastMessage()));
        log.lastMessages().goesOn(from.beforeRoot());
        String id = parts.ids().next("r_");
        begin(id, RunOrigin.goingOn(from.run()), from.openCalls());
        request(from.rootSeq(), Resume.from(from.checkpoint()));
        return id;
    }

    private void begin(String id, RunOrigin origin, List<String> calls) {
        listener.begins();
        long firstSeq = parts.log().decided() + 1;
        boolean exact = parts.settings().log().flushMs() == 0;
        slot.row(origin.begin(id, firstSeq, parts.time().nowMs(), exact));
        log.begin(calls);
        takeUp(1);
        log.number(new LogEvent.RunStarted(parts.self().session(), id, origin.metadata()), id);
    }

    /** An orphaned run is active again, as its next attempt; its agent hears of it by {@link #request}. */
    void takeUp(RunRow its, Collection<String> calls) {
        slot.row(its);
        log.begin(calls);
        takeUp(its.progress().attempt());
    }

    private void takeUp(int attempt) {
        slot.state(((Idle) slot.state()).start(attempt(attempt)));
        parts.metrics().runStarted();
    }

    /** A suspended run stays as it is: this server stops, too. */
    void leave(RunRow its, OpenItems open) {
        slot.row(its);
        log.takeOver(open);
        slot.state(((Idle) slot.state()).suspended(attempt(its.progress().attempt())));
        parts.metrics().runStarted();
    }

    private RunState.Run attempt(int number) {
        RunRow row = slot.row();
        String agent = agents.get(Math.floorMod(row.id().hashCode(), agents.size()));
        long ageMs = Math.max(0, row.activeMs(parts.time().nowMs()));
        return new RunState.Run(
                row.id(), number, agent, row.firstSeq(), parts.clock().elapsedMs() - ageMs);
    }

    /** From what it has in the log by now, or what it resumes, the run would go on if its process died. */
    private void request(long rootSeq, Resume resume) {
        slot.row(slot.row().with(new Progress(1, rootSeq, parts.log().decided(), resume)));
        request();
    }

    /** The agent hears of the run once its row is stored. */
    void request() {
        RunRow row = slot.row();
        Progress from = row.progress();
        SessionIdentity self = parts.self();
        slot.keep(row);
        next().requestAfterwards(new RunRequest(
                row.id(),
                self.session(),
                self.user(),
                self.address(),
                from.resumeSeq(),
                row.origin(),
                from.attempt(),
                from.resume(),
                agentName,
                parts.settings().catalogVersion()));
    }

    private NextAppend next() {
        return parts.appends().next();
    }
}
