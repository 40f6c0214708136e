package io.reprise.session.command;

import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage.Request;
import io.reprise.session.run.Runs;
import io.reprise.session.run.WaitingMessages;
import io.reprise.support.Current;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides {@code stop}. A stop that cannot be the repeat of an earlier one, because it names the active run or has no
 * id, takes effect on arrival, even if the store does not answer. Any other stop, and the effect of a stop on the
 * queue, is decided in order.
 */
public final class StopCommand {
    private final Runs runs;
    private final AnswerCommand answers;
    private final WaitingMessages waiting;
    /** The run that each undecided request has stopped on arrival. */
    private final Map<Request, String> undecided = new IdentityHashMap<>();
    /**
     * The same by command id, for requests that were refused because the store was unavailable: a repeat gets this
     * result.
     */
    private final Map<String, String> refused = new LinkedHashMap<>();

    private final Current<Integer> refusedMax;

    /** @param refusedMax most refused stops that are remembered; the oldest is forgotten first */
    StopCommand(Runs runs, AnswerCommand answers, WaitingMessages waiting, Current<Integer> refusedMax) {
        this.runs = runs;
        this.answers = answers;
        this.waiting = waiting;
        this.refusedMax = refusedMax;
    }

    /** @param before commands that are decided earlier */
    void arrive(Request request, Collection<Request> before) {
        if (!(request.command() instanceof Command.Stop stop) || stop.scope() == Command.Scope.QUEUED) return;
        String known = request.id() == null ? null : refused.get(request.id());
        if (known != null && known.equals(stop.run())) {
            undecided.put(request, known);
            return;
        }
        String active = runs.slot().current();
        if (active == null || !isSafe(request, stop, active) || before.stream().anyMatch(StopCommand::rollsBack))
            return;
        undecided.put(request, active);
        // The queue waits until it is decided which messages are removed.
        if (stop.scope() == Command.Scope.ALL) runs.life().hold(true);
        runs.life().stop(by(request, stop));
    }

    private static String by(Request request, Command.Stop stop) {
        return stop.by() == null ? request.user() : stop.by();
    }

    private static boolean isSafe(Request request, Command.Stop stop, String active) {
        return stop.run() == null ? request.id() == null : stop.run().equals(active);
    }

    /** A rollback rewinds to before the run that it stops, so this run must still exist. */
    private static boolean rollsBack(Request request) {
        return request.command() instanceof Command.Send send && send.onBusy() == Command.OnBusy.ROLLBACK;
    }

    CommandOutcome decide(Request request, Command.Stop stop) {
        String stopped = forget(request);
        if (stopped != null) return accepted(List.of(stopped), unqueued(stop));
        boolean theRun = stop.scope() != Command.Scope.QUEUED;
        String occupant = runs.slot().occupant();
        if (theRun && stop.run() != null && occupant != null && !stop.run().equals(occupant)) {
            return new CommandOutcome.Refused(Failure.of(ErrorCode.STALE_RUN, "Another run is active now."));
        }
        // Empties the queue first: the end of the run must not start the next message.
        List<String> unqueued = unqueued(stop);
        List<String> runsStopped = theRun ? runs.life().stop(by(request, stop)) : List.of();
        if (theRun && runs.slot().isWaiting()) {
            answers.cancel(by(request, stop));
            runs.life().startNext();
        }
        return accepted(runsStopped, unqueued);
    }

    private List<String> unqueued(Command.Stop stop) {
        return stop.scope() == Command.Scope.RUN ? List.of() : waiting.clear();
    }

    private static CommandOutcome accepted(List<String> stopped, List<String> unqueued) {
        return new CommandOutcome.Accepted(new CommandResult.Stopped(stopped, unqueued), false);
    }

    /** The request was refused because the store is unavailable. */
    void refused(Request request) {
        String stopped = undecided.remove(request);
        if (stopped == null || request.id() == null) return;
        int before = Math.max(0, refusedMax.get() - 1);
        while (refused.size() > before)
            refused.remove(refused.keySet().iterator().next());
        refused.put(request.id(), stopped);
    }

    /** The request is decided. Returns the run that it stopped on arrival, or null. */
    String forget(Request request) {
        if (request.id() != null) refused.remove(request.id());
        return undecided.remove(request);
    }

    /** Holds the queue while an undecided request has stopped a run and is also to empty the queue. */
    void holdFor(Collection<Request> arrived) {
        runs.life()
                .hold(arrived.stream()
                        .anyMatch(request -> undecided.containsKey(request)
                                && request.command() instanceof Command.Stop stop
                                && stop.scope() == Command.Scope.ALL));
    }
}
