package io.reprise.session.run;

import io.reprise.message.ErrorCode;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.OpenItems;
import io.reprise.message.log.OpenItems.OpenCall;
import io.reprise.session.log.SessionParts;
import io.reprise.session.store.Orphan;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Handles orphaned runs, whose process was killed or stopped. Such a run is resumed as its next attempt if it has a
 * checkpoint: events after the checkpoint are superseded, and messages that it received there are given to it again.
 * Otherwise the run ends.
 */
public final class Orphans {
    private final SessionParts parts;
    private final Runs runs;
    private final RunLog log;
    private final WaitingMessages waiting;

    public Orphans(SessionParts parts, Runs runs, RunLog log, WaitingMessages waiting) {
        this.parts = parts;
        this.runs = runs;
        this.log = log;
        this.waiting = waiting;
    }

    /**
     * Requires that no run is active.
     *
     * @param contentRefused whether the store refused content of a run, which the run would produce again
     * @return whether a reader may have seen text that is lost
     */
    public boolean settle(List<Orphan> orphans, boolean contentRefused) {
        boolean mayHaveLost = false;
        for (Orphan orphan : orphans) {
            RunRow run = orphan.run();
            mayHaveLost |= !run.exact() && !run.isSuspended();
            boolean goesOn = orphan == orphans.getLast() && !contentRefused && mayGoOn(run);
            if (!goesOn) {
                end(orphan, contentRefused);
            } else if (run.isSuspended() && runs.slot().isDraining()) {
                runs.starts().leave(run, new OrphanStructure(orphan.structure()).open());
            } else {
                goOn(orphan);
            }
        }
        return mayHaveLost;
    }

    /**
     * Orderly stops of the server are not limited. Crashes are, because the run itself may cause them. The request that a
     * temporary session served has ended with its process, so nobody waits for its run.
     */
    private boolean mayGoOn(RunRow run) {
        return !parts.self().isTemporary()
                && run.progress().resumeSeq() != null
                && (run.isSuspended() || run.crashes() <= parts.settings().run().restartsMax());
    }

    private void goOn(Orphan orphan) {
        String run = orphan.run().id();
        OrphanStructure left = new OrphanStructure(orphan.structure());
        long toSeq = left.withResultsBehind(orphan.run().progress().resumeSeq());
        RunRow again = orphan.run()
                .again(
                        toSeq,
                        parts.settings().log().flushMs() == 0,
                        parts.time().nowMs());
        Progress next = again.progress();
        List<OpenCall> calls = left.callsOpenAt(toSeq);
        List<String> subagents = left.subagentsOpenAt(toSeq);
        String lastMessage = left.lastMessageAt(toSeq, log.lastMessages().beforeRun());
        Set<String> kept = calls.stream().map(OpenCall::id).collect(Collectors.toSet());
        close(run, left, new OpenItems.Kept(kept, Set.copyOf(subagents), Map.of()));
        log.numberApart(LogEvent.Custom.of(new LogEvent.RunRestarted(run, next.attempt(), toSeq, lastMessage)), run);
        log.supersede(toSeq);
        waiting.putBack(orphan.said());
        runs.life().goOn(again, calls, subagents);
        parts.metrics().runRestarted();
    }

    private void end(Orphan orphan, boolean contentRefused) {
        RunRow run = orphan.run();
        OrphanStructure left = new OrphanStructure(orphan.structure());
        Ending ending = ending(left.isStopped(run.id()), contentRefused);
        close(run.id(), left, OpenItems.Kept.NOTHING);
        log.numberApart(ending.event(parts.self().session(), run.id()), run.id());
        runs.life().ended(run, ending);
    }

    /** A stop that was confirmed to a user holds, even if the process was killed. */
    private static Ending ending(boolean stopped, boolean contentRefused) {
        if (contentRefused) {
            return Ending.Failed.of(ErrorCode.INTERNAL, "The run made something that could not be stored.");
        }
        return stopped
                ? Ending.CANCELLED
                : Ending.Failed.of(ErrorCode.INTERRUPTED, "The server stopped while this run was active.");
    }

    private void close(String run, OrphanStructure left, OpenItems.Kept kept) {
        left.open().close(parts.ids(), kept).forEach(event -> log.numberApart(event, run));
    }
}
