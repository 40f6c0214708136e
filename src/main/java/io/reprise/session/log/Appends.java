package io.reprise.session.log;

import io.reprise.config.LogSettings;
import io.reprise.message.CommandOutcome;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogRow;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Effects;
import io.reprise.session.effect.Input;
import io.reprise.session.store.Append;
import io.reprise.session.store.Claim;
import io.reprise.support.Current;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stores numbered events: one append is pending at a time, and later events are collected for the next one. */
public final class Appends {
    private final SessionIdentity self;
    private final Current<LogSettings> limits;
    private final SessionLog log;
    private final Effects effects;
    private NextAppend next = new NextAppend();
    private UnderWay underWay;
    private long version;
    private boolean flushDue;
    private boolean flushArmed;
    private boolean held;
    private long awaySinceMs = -1;
    private long rewoundTo = Long.MAX_VALUE;

    private record UnderWay(Append append, NextAppend content) {}

    public Appends(SessionIdentity self, Current<LogSettings> limits, SessionLog log, Effects effects, long version) {
        this.self = self;
        this.limits = limits;
        this.log = log;
        this.effects = effects;
        this.version = version;
    }

    /** The changes that will be stored with the next rows. */
    public NextAppend next() {
        return next;
    }

    /** Messages that began after {@code seq} are superseded. */
    public void unsaidAfter(long seq) {
        next.unsaidAfter(seq);
        rewoundTo = Math.min(rewoundTo, seq);
    }

    /** From now on {@link #rewoundTo} tells what a look-up that begins now may not see. */
    public void watchRewinds() {
        rewoundTo = next.rewoundTo().orElse(Long.MAX_VALUE);
        if (underWay != null)
            rewoundTo = Math.min(rewoundTo, underWay.content().rewoundTo().orElse(Long.MAX_VALUE));
    }

    /**
     * Of the messages that were stored when {@link #watchRewinds} was called, those that began after this are superseded
     * by rewinds that were not stored then.
     */
    public long rewoundTo() {
        return rewoundTo;
    }

    public boolean isSettled() {
        return underWay == null && next.isEmpty() && !log.hasUnstored(true);
    }

    /** The version of the session in the store, if it is settled. */
    public long version() {
        return version;
    }

    public boolean storeIsAway() {
        return awaySinceMs >= 0;
    }

    public long awaySinceMs() {
        return awaySinceMs;
    }

    /** The claim of a command that was decided, but is not known to be stored yet. */
    public Optional<Claim> pendingClaim(String id) {
        Optional<Claim> claim = next.claim(id);
        return claim.isPresent() || underWay == null
                ? claim
                : underWay.content().claim(id);
    }

    /** Makes a repeat wait for the outcome of the command that claimed its id. */
    public void join(ShardMessage.Request repeat, CommandOutcome outcome) {
        NextAppend holder = next.claim(repeat.id()).isPresent() ? next : underWay.content();
        holder.join(repeat, outcome);
    }

    /** All commands that were decided but not answered yet. */
    public List<NextAppend.Decided> unanswered() {
        List<NextAppend.Decided> all = new ArrayList<>(decidedUnderWay());
        all.addAll(next.decided());
        return all;
    }

    public List<NextAppend.Decided> decidedUnderWay() {
        return underWay == null ? List.of() : underWay.content().decided();
    }

    public List<NextAppend.Decided> decidedNext() {
        return next.decided();
    }

    /** Stores nothing more, because the session is being erased. */
    public void hold() {
        held = true;
    }

    public void flushDue() {
        flushArmed = false;
        flushDue = true;
    }

    /** Stores everything as soon as possible, including the segment that is still growing. */
    public void flush() {
        flushDue = true;
    }

    public void submit() {
        if (underWay != null || held) return;
        boolean openToo = flushDue || limits.get().flushMs() == 0;
        if (!log.hasUnstored(openToo) && next.isEmpty()) {
            flushDue = false;
            return;
        }
        List<LogRow> rows = log.unstored(openToo);
        flushDue = false;
        underWay = new UnderWay(append(rows), next);
        next = new NextAppend();
        effects.add(new Effect.Store(underWay.append()));
    }

    /** Starts the timer that limits how long a growing segment stays unstored. */
    public void armFlush() {
        if (flushArmed || held || limits.get().flushMs() == 0 || !log.hasUnstored(true)) return;
        flushArmed = true;
        effects.add(new Effect.Later(limits.get().flushMs(), new Input.FlushDue()));
    }

    /** The pending append is stored: answers its commands and returns its changes. */
    public NextAppend stored() {
        UnderWay done = underWay;
        underWay = null;
        version++;
        awaySinceMs = -1;
        log.storedUpTo(done.append().head());
        done.content().decided().forEach(d -> effects.answer(d.request(), d.outcome()));
        return done.content();
    }

    /** Returns whether the delay was not known before. */
    public boolean delayed(long sinceMs) {
        if (storeIsAway()) return false;
        awaySinceMs = sinceMs;
        return true;
    }

    private Append append(List<LogRow> rows) {
        long head = rows.isEmpty() ? log.stored() : rows.getLast().seq();
        return next.with(self.session(), self.owner(), version, head, rows);
    }
}
