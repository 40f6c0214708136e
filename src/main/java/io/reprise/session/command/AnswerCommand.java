package io.reprise.session.command;

import io.reprise.message.AgentMessage.Answered;
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
import io.reprise.session.run.Interrupts;
import io.reprise.session.run.Runs;
import io.reprise.session.store.Change.Audited;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decisions about the calls that a run waits for. Each interrupt is resolved once: a row, an event and a line for
 * operators in one append; and the append that resolves the last one begins the run that goes on.
 */
public final class AnswerCommand {
    private final SessionParts parts;
    private final Runs runs;
    private final Interrupts interrupts;

    public AnswerCommand(SessionParts parts, Runs runs) {
        this.parts = parts;
        this.runs = runs;
        this.interrupts = runs.slot().interrupts();
    }

    CommandOutcome answer(String user, Command.Answer answer) {
        if (runs.slot().isDraining()) return refused(Failure.unavailable());
        Optional<Failure> fault = fault(answer);
        if (fault.isPresent()) return refused(fault.get());
        // However late the end of their time is noticed, nobody can approve of a call after it.
        expire();
        for (Interrupt open : interrupts.open()) {
            if (open.id().equals(answer.interrupt())) return answered(open, user, answer);
        }
        return refused(interrupts
                .decided(answer.interrupt())
                .map(AnswerCommand::conflict)
                .orElse(Failure.notFound("Interrupt")));
    }

    /** Nobody has decided in time. Asked again while there are any: what cannot be done now waits. */
    public void expire() {
        if (runs.slot().isDraining() || parts.appends().storeIsAway()) return;
        List<Interrupt> due = interrupts.open().stream()
                .filter(open -> open.expiresMs() <= nowMs())
                .toList();
        due.forEach(open -> resolve(open, new Resolution(Decision.EXPIRED, null, null, null, nowMs())));
        if (!due.isEmpty()) goOn();
    }

    /** Something else is asked for: what is open is resolved, and the run does not go on. Only while there are any. */
    void cancel(String by) {
        interrupts.open().forEach(open -> resolve(open, new Resolution(Decision.CANCELLED, null, null, by, nowMs())));
        runs.slot().waited();
    }

    private CommandOutcome answered(Interrupt open, String user, Command.Answer answer) {
        resolve(open, new Resolution(answer.decision(), answer.arguments(), answer.text(), user, nowMs()));
        String run = goOn();
        List<String> left = interrupts.open().stream().map(Interrupt::id).toList();
        return new CommandOutcome.Accepted(new CommandResult.Answered(run, left), false);
    }

    private void resolve(Interrupt open, Resolution how) {
        Interrupt resolved = open.resolved(how);
        interrupts.resolved(resolved);
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

    /** Begins the run that goes on, once none is open. Returns it, or null. */
    private String goOn() {
        if (!interrupts.open().isEmpty()) return null;
        return runs.starts()
                .resume(runs.slot().waited().stream()
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

    /** Who was faster. */
    private static Failure conflict(Interrupts.Decided how) {
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
