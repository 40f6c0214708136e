package io.reprise.session;

import io.reprise.config.ExpirySettings;
import io.reprise.message.UserNotices.Kind;
import io.reprise.session.command.CommandQueue;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.log.SessionParts;
import io.reprise.session.reading.Replay;
import io.reprise.session.recall.Recalls;
import io.reprise.session.run.Runs;
import io.reprise.session.run.WaitingMessages;

/**
 * Whether the session has been idle for too long. The job only finds such sessions; the session decides, because only it
 * knows its readers and the commands under way. It warns first, and erases itself after the grace unless it was used
 * meanwhile.
 */
final class SessionExpiry {
    private final SessionParts parts;
    private final Runs runs;
    private final WaitingMessages waiting;
    private final Replay replay;
    private final CommandQueue commands;
    private final Recalls recalls;

    private long idleSinceMs;
    private boolean wasInUse;
    private long warnings;
    private boolean warned;
    private long expiresAtMs;

    /** @param idleSinceMs time of the last use before the session was loaded */
    SessionExpiry(
            SessionParts parts,
            Runs runs,
            WaitingMessages waiting,
            Replay replay,
            CommandQueue commands,
            Recalls recalls,
            long idleSinceMs) {
        this.parts = parts;
        this.runs = runs;
        this.waiting = waiting;
        this.replay = replay;
        this.commands = commands;
        this.recalls = recalls;
        this.idleSinceMs = idleSinceMs;
    }

    /** Whether users were told that the session expires soon. */
    boolean isUnderWay() {
        return warned;
    }

    /** A command or a reader has come: a use, even if it is over before the next {@link #settle}. */
    void used() {
        wasInUse = true;
    }

    /** Notes whether the session is in use. The end of a use is stored, so that it counts after a restart, too. */
    void settle() {
        if (commands.isErasing()) return;
        boolean inUse = isInUse();
        if (inUse || wasInUse) {
            idleSinceMs = parts.time().nowMs();
            if (warned) keep();
        }
        if (wasInUse && !inUse) store();
        wasInUse = inUse;
    }

    /** The server stops: readers that are here now will be gone when it starts again, but have used the session. */
    void drain() {
        if (replay.hasReaders()) store();
    }

    /** The job has found that the session was not used for a long time. */
    void asked() {
        if (warned || commands.isErasing() || runs.slot().isDraining()) return;
        if (!isOverdue()) {
            store(); // Otherwise the job finds it again each time.
            return;
        }
        if (!parts.appends().isSettled()) return;
        warned = true;
        warnings++;
        int graceMs = expiry().graceMs();
        expiresAtMs = parts.time().nowMs() + graceMs;
        parts.effects().add(new Effect.Announce(Kind.SESSION_EXPIRING, expiresAtMs));
        parts.effects().add(new Effect.Later(graceMs, new Input.ExpiryDue(warnings)));
    }

    /** The grace after a warning is over. */
    void due(long warning) {
        if (!warned || warning != warnings || commands.isErasing()) return;
        if (!isOverdue() || !parts.appends().isSettled() || runs.slot().isDraining()) keep();
        else commands.expire();
    }

    /** The session was erased because it had expired. */
    void erased() {
        parts.effects().add(new Effect.Announce(Kind.SESSION_EXPIRED, expiresAtMs));
    }

    private void keep() {
        warned = false;
        parts.effects().add(new Effect.Announce(Kind.SESSION_KEPT, null));
    }

    private boolean isOverdue() {
        long ttlMs = ttlMs();
        return ttlMs > 0 && !isInUse() && idleSinceMs + ttlMs <= parts.time().nowMs();
    }

    private boolean isInUse() {
        return runs.slot().isBusy()
                || !waiting.isEmpty()
                || replay.hasReaders()
                || !commands.isEmpty()
                || !recalls.all().isEmpty();
    }

    /** Where no time limit applies, nobody asks for the time of the last use. */
    private void store() {
        if (ttlMs() > 0) parts.appends().next().used();
    }

    private long ttlMs() {
        return expiry().ttlMs(parts.self().user());
    }

    private ExpirySettings expiry() {
        return parts.settings().sessions().expiry();
    }
}
