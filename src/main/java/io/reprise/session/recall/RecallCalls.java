package io.reprise.session.recall;

import io.reprise.message.AgentMessage.CancelCall;
import io.reprise.message.Cause;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandOutcome.Accepted;
import io.reprise.message.CommandOutcome.Refused;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.Recall.Action;
import io.reprise.message.recall.Recall.Pause;
import io.reprise.message.recall.Recall.Status;
import io.reprise.message.recall.RecallCall;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.log.SessionParts;
import io.reprise.session.recall.RecallPolicy.Change;
import io.reprise.session.run.Runs;
import io.reprise.support.Texts;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Recalls that bring the results of calls that go on in the background. Such a recall is paused until its call ends, and then
 * due at once. Its id follows from the call, and the change that gives it the result also takes it out of those that wait for
 * one, so a result comes once.
 */
public final class RecallCalls {
    private static final Failure NOT_KEPT =
            Failure.badRequest("This conversation is not kept, so no call can go on in the background.");

    private static final String CALL = "call";
    private static final String RESULT = "result";
    private static final Failure NO_RUN =
            Failure.of(ErrorCode.STALE_RUN, "The run that made this call is not active any more.");

    private final SessionParts parts;
    private final Runs runs;
    private final Map<String, Recall> open;
    private final Function<Change, Recall> apply;

    /** @param open the recalls of the session that are not over */
    RecallCalls(SessionParts parts, Runs runs, Map<String, Recall> open, Function<Change, Recall> apply) {
        this.parts = parts;
        this.runs = runs;
        this.open = open;
        this.apply = apply;
    }

    /** A call goes on in the background. */
    public CommandOutcome begin(Command.BeginCall asked, Cause cause) {
        String id = asked.call().recall();
        if (open.containsKey(id)) return accepted(open.get(id));
        if (parts.self().isTemporary()) return new Refused(NOT_KEPT);
        Optional<String> agent = runs.slot().agentOf(asked.call().run());
        if (agent.isEmpty()) return new Refused(NO_RUN);
        int max = parts.settings().tools().background().perSessionMax();
        if (waiting(open.values()).size() >= max) {
            return new Refused(Failure.of(
                    ErrorCode.TOO_MANY_REQUESTS, "Too many calls of this session go on in the background already."));
        }
        long nowMs = parts.time().nowMs();
        RecallCall call = new RecallCall(
                asked.call().id(),
                asked.call().run(),
                asked.call().tool(),
                asked.call().repeatable(),
                agent.get(),
                parts.self().owner());
        Recall recall = new Recall(
                id,
                parts.self().session(),
                parts.self().user(),
                "A call of the tool " + call.tool() + " goes on in the background.",
                RecallSchedule.immediate(),
                null,
                null,
                null,
                Status.PAUSED,
                Pause.CALL,
                nowMs,
                nowMs,
                0,
                0,
                0,
                null,
                nowMs,
                cause,
                call);
        return accepted(apply.apply(new Change(recall, Action.SCHEDULED, CALL)));
    }

    /** A call has ended. The result of one that was cancelled, or that has one already, is of no interest. */
    public CommandOutcome end(Command.EndCall ended) {
        Recall recall = open.get(ended.recall());
        if (recall != null && recall.awaitsResult()) due(recall, ended.text());
        return new Accepted(new CommandResult.Done(), false);
    }

    /** The session was loaded: calls of earlier owners have no one who carries them out. */
    public void settle() {
        waiting(open.values()).stream()
                .filter(recall -> recall.call().owner() != parts.self().owner())
                .forEach(recall -> due(recall, unknown(recall.call())));
    }

    private static String unknown(RecallCall call) {
        return "The call " + call.id() + " of the tool " + call.tool()
                + ", which went on in the background, has no result: the server was stopped meanwhile. "
                + (call.repeatable()
                        ? "The call can be made again without harm."
                        : "It is unknown whether it took effect; do not make it again without asking.");
    }

    private void due(Recall recall, String text) {
        String shown = Texts.cutToBytes(text, parts.settings().sessions().textBytesMax());
        apply.apply(new Change(recall.saying(shown).at(parts.time().nowMs()), Action.RESUMED, RESULT));
    }

    /** A recall is over before it had a result: the call is stopped. */
    public void cancelled(Recall recall) {
        if (!recall.awaitsResult()) return;
        RecallCall call = recall.call();
        parts.effects().tell(call.agent(), new CancelCall(call.run(), recall.id()));
    }

    private static List<Recall> waiting(Collection<Recall> recalls) {
        return recalls.stream().filter(Recall::awaitsResult).toList();
    }

    private static CommandOutcome accepted(Recall recall) {
        return new Accepted(new CommandResult.Recalled(recall), false);
    }
}
