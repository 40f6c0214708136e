package io.reprise.session.run;

import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.DropInquiries;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Cause;
import io.reprise.message.ClientTool;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.content.Content;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.OpenItems;
import io.reprise.message.log.OpenItems.OpenCall;
import io.reprise.message.recall.RecalledFrom;
import io.reprise.session.effect.ResumePoint;
import io.reprise.session.log.NextAppend;
import io.reprise.session.log.SessionIdentity;
import io.reprise.session.log.SessionParts;
import io.reprise.session.run.RunState.Idle;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;
import io.reprise.support.Texts;
import java.util.Collection;
import java.util.List;

/**
 * Starts runs: with a message, from the checkpoint of an earlier run, or as another attempt. Requires that no run is
 * active.
 */
public final class RunStarts {
    private static final int PREVIEW_BYTES = 240;

    private final SessionParts parts;
    private final RunSlot slot;
    private final RunLog log;
    private final List<String> agents;
    private final RecalledFrom recalledFrom;
    private final RunListener listener;

    /**
     * @param agents bus addresses of the agents
     */
    RunStarts(SessionParts parts, RunSlot slot, RunLog log, List<String> agents, Loaded loaded, RunListener listener) {
        this.parts = parts;
        this.slot = slot;
        this.log = log;
        this.agents = agents;
        this.recalledFrom = loaded.recalledFrom();
        this.listener = listener;
    }

    /** Starts a run with the message. */
    public String start(QueuedMessage message) {
        return start(message, rollsBack(message) ? log.lastMessages().toBefore(slot.row()) : null);
    }

    /** Rewinds only if the run that the message stopped is still the last one. */
    private boolean rollsBack(QueuedMessage message) {
        RunRow last = slot.row();
        return message.onBusy().equals(OnBusy.ROLLBACK.wire())
                && last != null
                && last.id().equals(message.run());
    }

    /** Starts a run with the message, after a rewind unless that is null. */
    public String start(QueuedMessage message, LogEvent.HistoryRewound rewind) {
        if (rewind != null) rewind(rewind);
        return start(parts.ids().next("r_"), message, RunOrigin.of(message));
    }

    private void rewind(LogEvent.HistoryRewound rewind) {
        log.number(LogEvent.Custom.of(rewind), slot.current());
        log.supersede(rewind.toSeq());
        if (rewind.lastMessage() == null) {
            next().anew();
            listener.begunAnew();
        }
    }

    public String start(String id, QueuedMessage message, RunOrigin origin) {
        log.lastMessages().runBegins();
        begin(id, origin, List.of(), message.tools());
        log.say(message, origin, id);
        Content content = message.content();
        String words = content.text().isBlank() ? content.shown() : content.text();
        next().preview(Texts.cutToBytes(words, PREVIEW_BYTES));
        request(slot.row().firstSeq(), null);
        return id;
    }

    /**
     * Starts the run that resumes the last one from its checkpoint, with the decisions of people.
     *
     * @param waited all interrupts of the last run
     * @param cause the last decision; unknown if there was none in time
     */
    public String resume(List<Interrupt> waited, Cause cause) {
        RunRow before = slot.row();
        String id = parts.ids().next("r_");
        begin(
                id,
                RunOrigin.resuming(
                        before, cause.known() ? cause : before.cause().later(before.id())),
                waited.stream()
                        .flatMap(one -> one.openCalls().stream())
                        .distinct()
                        .toList(),
                before.tools());
        List<Answered> answers = waited.stream()
                .map(one -> new Answered(one.toolCall(), one.resolution()))
                .toList();
        request(
                before.progress().rootSeq(),
                new Resume(before.progress().resume().checkpoint(), answers));
        return id;
    }

    /** Starts a run that only summarises the conversation. */
    public String compact(Cause cause) {
        log.lastMessages().runBegins();
        String id = parts.ids().next("r_");
        begin(id, RunOrigin.compacting(cause), List.of(), null);
        request(slot.row().firstSeq(), null);
        return id;
    }

    /** Starts a run that answers what the conversation ends with. */
    public String proceed(Cause cause, List<ClientTool> tools) {
        log.lastMessages().runBegins();
        String id = parts.ids().next("r_");
        begin(id, RunOrigin.proceeding(cause), List.of(), tools);
        request(slot.row().firstSeq(), null);
        return id;
    }

    /** Rewinds to the checkpoint and starts a run that resumes from there. */
    public String goOn(ResumePoint from, Cause cause) {
        rewind(new LogEvent.HistoryRewound(from.seq(), from.lastMessage()));
        log.lastMessages().goesOn(from.beforeRoot());
        String id = parts.ids().next("r_");
        begin(id, RunOrigin.goingOn(from.run(), cause), from.openCalls(), slot.clientTools());
        request(from.rootSeq(), Resume.from(from.checkpoint()));
        return id;
    }

    private void begin(String id, RunOrigin origin, List<OpenCall> calls, List<ClientTool> tools) {
        listener.begins();
        long firstSeq = parts.log().decided() + 1;
        boolean exact = parts.settings().log().flushMs() == 0;
        slot.row(origin.begin(id, firstSeq, parts.time().nowMs(), exact).offering(tools));
        log.begin(calls, List.of());
        takeUp(1);
        log.number(new LogEvent.RunStarted(parts.self().session(), id, origin.metadata()), id);
    }

    /** Makes an orphaned run active again, as its next attempt; {@link #request} sends it to an agent. */
    void takeUp(RunRow its, Collection<OpenCall> calls, Collection<String> subagents) {
        slot.row(its);
        log.begin(calls, subagents);
        takeUp(its.progress().attempt());
    }

    private void takeUp(int attempt) {
        slot.state(((Idle) slot.state()).start(attempt(attempt)));
        parts.metrics().runStarted();
    }

    /** Leaves a suspended run unchanged, because this server is stopping, too. */
    void leave(RunRow its, OpenItems open) {
        slot.row(its);
        log.takeOver(open);
        slot.state(((Idle) slot.state()).suspended(attempt(its.progress().attempt())));
        parts.metrics().runStarted();
    }

    /** Tells the agent of the last run that nobody will answer what calls of it ask. */
    public void dropInquiries() {
        String run = slot.row().id();
        parts.effects().tell(agentOf(run), new DropInquiries(run));
    }

    private String agentOf(String run) {
        return agents.get(Math.floorMod(run.hashCode(), agents.size()));
    }

    private RunState.Run attempt(int number) {
        RunRow row = slot.row();
        String agent = agentOf(row.id());
        long ageMs = Math.max(0, row.activeMs(parts.time().nowMs()));
        return new RunState.Run(
                row.id(), number, agent, row.firstSeq(), parts.clock().elapsedMs() - ageMs);
    }

    /**
     * Requests the run. If its process is killed, it resumes from its events in the log so far, or from what it resumes
     * now.
     */
    private void request(long rootSeq, Resume resume) {
        slot.row(slot.row().with(new Progress(1, rootSeq, parts.log().decided(), resume)));
        request();
    }

    /** Sends the run to the agent when its row is stored. */
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
                parts.agent().name(),
                parts.settings().catalogVersion(),
                recalledFrom,
                row.cause(),
                row.tools()));
    }

    private NextAppend next() {
        return parts.appends().next();
    }
}
