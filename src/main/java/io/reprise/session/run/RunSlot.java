package io.reprise.session.run;

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

/** The place of a session's one run: where it stands, its row, the link to its agent, and whether another may begin. */
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

    /** The agent knows nothing of the run yet. */
    public boolean isStarting() {
        return state instanceof Starting;
    }

    /** The agent works on this attempt, and nobody has stopped it. */
    boolean isRunning(String key) {
        return state instanceof Running running && running.run().key().equals(key);
    }

    public boolean isDraining() {
        return draining;
    }

    /** Why nothing can begin now. */
    public Failure busy() {
        String why =
                isWaiting() ? "This session waits for a decision about a call." : "A run is active in this session.";
        return Failure.of(ErrorCode.BUSY, why);
    }

    /** The active run, or null. */
    public String current() {
        return state instanceof Active active ? active.run().id() : null;
    }

    /** The run that is active or waits for people, or null. */
    public String occupant() {
        return isWaiting() ? row.id() : current();
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

    public Interrupts interrupts() {
        return interrupts;
    }

    /** How long people may still take at most; 0 when nobody is waited for. */
    public long waitMs() {
        return interrupts.open().stream()
                .mapToLong(open -> open.expiresMs() - parts.time().nowMs())
                .max()
                .orElse(0);
    }

    /** The run waits for people no longer. Returns its interrupts. */
    public List<Interrupt> waited() {
        List<Interrupt> all = interrupts.over();
        state = ((Waiting) state).over();
        return all;
    }

    RunState state() {
        return state;
    }

    /** The link to the agent is left with a state that has none. */
    void state(RunState next) {
        state = next;
        if (!(next instanceof Running || next instanceof RunState.Stopping)) link = null;
    }

    /** The agent of the run knows of it. */
    void begun(Starting starting, AgentLink itsLink) {
        link = itsLink;
        state = starting.begun();
    }

    /** The link to the agent of the active run, once that knows of it. */
    Optional<AgentLink> link() {
        return Optional.ofNullable(link);
    }

    /** Of the active or else of the last run; null when there was none. */
    RunRow row() {
        return row;
    }

    void row(RunRow its) {
        row = its;
    }

    /** As it is from now on, also in the store. */
    void keep(RunRow its) {
        row = its;
        parts.appends().next().run(its);
    }

    public void drain() {
        draining = true;
    }

    /** Nothing begins while it is held. Returns whether it was held until now. */
    boolean hold(boolean isHeld) {
        boolean released = held && !isHeld;
        held = isHeld;
        return released;
    }

    /** The log is being cleared: there was no run. */
    void forget() {
        state(RunState.IDLE);
        row = null;
        interrupts.forget();
    }
}
