package io.reprise.session.run;

import io.reprise.message.ClientTool;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.session.log.SessionParts;
import io.reprise.session.run.RunState.Active;
import io.reprise.session.run.RunState.Idle;
import io.reprise.session.run.RunState.Running;
import io.reprise.session.run.RunState.Starting;
import io.reprise.session.run.RunState.Suspended;
import io.reprise.session.run.RunState.Waiting;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.RunRow;
import java.util.List;
import java.util.Optional;

/**
 * The slot for a session's single run: its state, its row, the link to its agent, and whether another run may begin.
 */
public final class RunSlot {
    private final SessionParts parts;
    private final Interrupts interrupts;
    private RunState state = RunState.IDLE;
    private AgentLink link;
    private RunRow row;
    private boolean draining;
    private boolean held;

    RunSlot(SessionParts parts, Loaded loaded) {
        this.parts = parts;
        this.row = loaded.lastRun();
        this.interrupts = new Interrupts(loaded.interrupts());
        List<Interrupt> asked = loaded.interrupts().stream()
                .filter(one -> row != null && one.run().equals(row.id()))
                .toList();
        if (asked.stream().anyMatch(Interrupt::isOpen)) {
            interrupts.ask(asked);
            state = new Waiting();
        }
    }

    boolean isActive() {
        return state instanceof Active;
    }

    /** Whether an agent works on a run, or is about to. */
    public boolean isAtWork() {
        return isActive() && !isSuspended();
    }

    /** Whether the next server is to resume the run. */
    public boolean isSuspended() {
        return state instanceof Suspended;
    }

    /** Whether no other run may begin: a run is active or waits for people, or the queue is held. */
    public boolean isBusy() {
        return !(state instanceof Idle) || held;
    }

    /** Whether the last run waits for people. */
    public boolean isWaiting() {
        return state instanceof Waiting;
    }

    /** Whether the last run waits only for results of its client. */
    public boolean isWaitingForClient() {
        return isWaiting() && interrupts.isForClientOnly();
    }

    /** The tools of the client of the active or last run. */
    public List<ClientTool> clientTools() {
        return row == null ? List.of() : row.tools();
    }

    /** Whether the agent has not received the run yet. */
    public boolean isStarting() {
        return state instanceof Starting;
    }

    /** Whether the agent works on this attempt, and nobody has stopped it. */
    boolean isRunning(String key) {
        return state instanceof Running running && running.run().key().equals(key);
    }

    public boolean isDraining() {
        return draining;
    }

    /** The reason why no run can begin now. */
    public Failure busy() {
        String why = isWaitingForClient()
                ? "This session waits for the client's results of calls."
                : isWaiting() ? "This session waits for a decision about a call." : "A run is active in this session.";
        return Failure.of(ErrorCode.BUSY, why);
    }

    /** The active run, or null. */
    public String current() {
        return state instanceof Active active ? active.run().id() : null;
    }

    /** The address of the agent that works on this run; empty if none does. */
    public Optional<String> agentOf(String run) {
        return state instanceof Running running && running.run().id().equals(run)
                ? Optional.of(running.run().agent())
                : Optional.empty();
    }

    /** The run that is active or waits for people, or null. */
    public String occupant() {
        return isWaiting() ? row.id() : current();
    }

    /** The active run if readers may know about it, or null. */
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

    /** The first event of the active run, else of the last one; {@code Long.MAX_VALUE} if there was none. */
    public long firstSeq() {
        return row == null ? Long.MAX_VALUE : row.firstSeq();
    }

    public Interrupts interrupts() {
        return interrupts;
    }

    /** The longest time until all open interrupts expire, in milliseconds; 0 if the run does not wait. */
    public long waitMs() {
        return interrupts.open().stream()
                .mapToLong(open -> open.expiresMs() - parts.time().nowMs())
                .max()
                .orElse(0);
    }

    /** The run does not wait any more. Returns its interrupts. */
    public List<Interrupt> waited() {
        List<Interrupt> all = interrupts.over();
        state = ((Waiting) state).over();
        return all;
    }

    RunState state() {
        return state;
    }

    /** Changes the state. The link to the agent is dropped if the new state has none. */
    void state(RunState next) {
        state = next;
        if (!(next instanceof Running || next instanceof RunState.Stopping)) link = null;
    }

    /** The agent has received the run. */
    void begun(Starting starting, AgentLink itsLink) {
        link = itsLink;
        state = starting.begun();
    }

    /** The link to the agent of the active run, after the agent has received the run. */
    Optional<AgentLink> link() {
        return Optional.ofNullable(link);
    }

    /** The row of the active run, else of the last one; null if there was none. */
    RunRow row() {
        return row;
    }

    void row(RunRow its) {
        row = its;
    }

    /** Replaces the row, also in the store. */
    void keep(RunRow its) {
        row = its;
        parts.appends().next().run(its);
    }

    public void drain() {
        draining = true;
    }

    /** No run begins while the slot is held. Returns whether it was held before. */
    boolean hold(boolean isHeld) {
        boolean released = held && !isHeld;
        held = isHeld;
        return released;
    }

    /** The log is being cleared: forgets the run. */
    void forget() {
        state(RunState.IDLE);
        row = null;
        interrupts.forget();
    }
}
