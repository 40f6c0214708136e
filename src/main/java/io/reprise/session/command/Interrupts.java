package io.reprise.session.command;

import io.reprise.config.InterruptSettings;
import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.log.LogEvent;
import io.reprise.session.log.SessionParts;
import io.reprise.session.run.RunState.Ending;
import io.reprise.session.run.Runs;
import io.reprise.session.store.EventStore.Audited;
import io.reprise.session.store.EventStore.RunRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The calls that people decide about. Each is resolved once: a row, an event and a line for operators in one append; and
 * the append that resolves the last one begins the run that goes on.
 */
public final class Interrupts {
    private final SessionParts parts;
    private final Runs runs;
    /** What a second answer to the newest that are resolved is told: who was faster. Oldest first. */
    private final Map<String, Failure> decided = new LinkedHashMap<>();

    /** @param stored those of the last run, and the newest that are resolved; oldest first */
    public Interrupts(SessionParts parts, Runs runs, List<Interrupt> stored) {
        this.parts = parts;
        this.runs = runs;
        stored.stream().filter(one -> !one.isOpen()).forEach(this::remember);
    }

    /** How a run ends whose agent asks people: an error if there are too many, or if it could not go on afterwards. */
    public static Ending ending(RunRow run, RunEnd.Interrupted end, InterruptSettings settings, long nowMs) {
        List<Ask> asks = end.asks();
        if (asks.size() > settings.openMax()) {
            return Ending.Failed.of(ErrorCode.TOOL_ERROR, "Too many calls wait for approval.");
        }
        boolean each = asks.stream().map(Ask::id).distinct().count() == asks.size();
        if (asks.isEmpty() || !each || run.progress().resume() == null) {
            return Ending.Failed.of(ErrorCode.INTERNAL, "The run could not wait for approval.");
        }
        long expiresMs = nowMs + settings.expiryMs();
        return new Ending.Interrupted(
                asks.stream()
                        .map(ask -> new Interrupt(
                                ask.id(),
                                run.id(),
                                ask.toolCall(),
                                ask.tool(),
                                ask.arguments(),
                                nowMs,
                                expiresMs,
                                null))
                        .toList(),
                end.usage());
    }

    CommandOutcome answer(String user, Command.Answer answer) {
        if (runs.isDraining()) return refused(Failure.unavailable());
        Optional<Failure> fault = fault(answer);
        if (fault.isPresent()) return refused(fault.get());
        // However late the end of their time is noticed, nobody can approve of a call after it.
        expire();
        for (Interrupt open : runs.openInterrupts()) {
            if (open.id().equals(answer.interrupt())) return answered(open, user, answer);
        }
        return refused(decided.getOrDefault(
                answer.interrupt(), Failure.of(ErrorCode.NOT_FOUND, "There is no such interrupt.")));
    }

    /** Nobody has decided in time. Asked again while there are any: what cannot be done now waits. */
    public void expire() {
        if (runs.isDraining() || parts.appends().storeIsAway()) return;
        List<Interrupt> due = runs.openInterrupts().stream()
                .filter(open -> open.expiresMs() <= nowMs())
                .toList();
        due.forEach(open -> resolve(open, new Resolution(Decision.EXPIRED, null, null, null, nowMs())));
        if (!due.isEmpty()) goOn();
    }

    /** Something else is asked for: what is open is resolved, and the run does not go on. Only while there are any. */
    void cancel(String by) {
        runs.openInterrupts()
                .forEach(open -> resolve(open, new Resolution(Decision.CANCELLED, null, null, by, nowMs())));
        runs.waited();
    }

    private CommandOutcome answered(Interrupt open, String user, Command.Answer answer) {
        resolve(open, new Resolution(answer.decision(), answer.arguments(), answer.text(), user, nowMs()));
        String run = goOn();
        List<String> left = runs.openInterrupts().stream().map(Interrupt::id).toList();
        return new CommandOutcome.Accepted(new CommandResult.Answered(run, left), false);
    }

    private void resolve(Interrupt open, Resolution how) {
        Interrupt resolved = open.resolved(how);
        runs.resolved(resolved);
        remember(resolved);
        parts.log().number(LogEvent.Custom.of(LogEvent.InterruptResolved.of(resolved)), null, nowMs());
        parts.appends().next().interrupt(resolved);
        parts.appends()
                .next()
                .audited(new Audited(
                        how.by(),
                        "interrupt." + how.decision().wire(),
                        resolved.id(),
                        Map.of("run", resolved.run(), "tool", resolved.tool(), "toolCall", resolved.toolCall())));
    }

    /** As many as are known again after a restart. */
    private void remember(Interrupt resolved) {
        decided.put(resolved.id(), conflict(resolved));
        if (decided.size() > InterruptSettings.OPEN_MAX) {
            decided.remove(decided.keySet().iterator().next());
        }
    }

    /** The log is being cleared. */
    void forget() {
        decided.clear();
    }

    /** Begins the run that goes on, once none is open. Returns it, or null. */
    private String goOn() {
        if (!runs.openInterrupts().isEmpty()) return null;
        return runs.resume(runs.waited().stream()
                .map(one -> new Answered(one.toolCall(), one.resolution()))
                .toList());
    }

    private static Optional<Failure> fault(Command.Answer answer) {
        boolean arguments = answer.arguments() != null;
        boolean text = answer.text() != null;
        boolean fits = switch (answer.decision()) {
            case APPROVE -> !arguments && !text;
            case EDIT -> arguments && !text;
            case REJECT -> !arguments;
            case RESPOND -> !arguments && text;
            case EXPIRED, CANCELLED -> false;
        };
        return fits
                ? Optional.empty()
                : Optional.of(Failure.badRequest("`edit` needs `arguments` and `respond` needs `text`."));
    }

    private static Failure conflict(Interrupt one) {
        Resolution how = one.resolution();
        String what = switch (how.decision()) {
            case APPROVE -> how.by() + " approved this call.";
            case EDIT -> how.by() + " approved this call with other arguments.";
            case REJECT -> how.by() + " rejected this call.";
            case RESPOND -> how.by() + " answered in place of this call.";
            case EXPIRED -> "Nobody decided about this call in time.";
            case CANCELLED -> how.by() + " cancelled this call.";
        };
        return Failure.of(ErrorCode.CONFLICT, what);
    }

    private static CommandOutcome refused(Failure failure) {
        return new CommandOutcome.Refused(failure);
    }

    private long nowMs() {
        return parts.time().nowMs();
    }
}
