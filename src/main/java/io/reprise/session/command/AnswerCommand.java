package io.reprise.session.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.message.Cause;
import io.reprise.message.Command;
import io.reprise.message.Command.ClientResult;
import io.reprise.message.Command.Either;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.Json;
import io.reprise.message.ShardMessage.Request;
import io.reprise.message.inquiry.InquiryForm;
import io.reprise.message.inquiry.InquiryForm.Checked;
import io.reprise.message.log.LogEvent;
import io.reprise.session.log.SessionParts;
import io.reprise.session.run.Interrupts;
import io.reprise.session.run.Runs;
import io.reprise.session.store.Change.Audited;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Handles decisions about the calls that a run waits for. Each interrupt is resolved once: its row, an event and an
 * audit entry are in one append. The append that resolves the last open one also starts the run that resumes.
 */
public final class AnswerCommand {
    private static final Failure NO_INQUIRY =
            Failure.badRequest("This call needs one of [approve, edit, reject, respond].");
    private static final Failure NO_APPROVAL =
            Failure.badRequest("This question is answered by one of [accept, decline, cancel].");

    private static final Failure FOR_CLIENT = Failure.badRequest("This call needs `results` of the client.");
    private static final Failure TWICE = Failure.badRequest("`results` must name each call once.");
    private static final Failure ONCE = Failure.badRequest("Each interrupt must be answered once.");
    private static final Failure NOT_ALL =
            Failure.badRequest("Every open interrupt must be answered, and every pending call must have its result.");

    private final SessionParts parts;
    private final Runs runs;
    private final Interrupts interrupts;

    public AnswerCommand(SessionParts parts, Runs runs) {
        this.parts = parts;
        this.runs = runs;
        this.interrupts = runs.slot().interrupts();
    }

    CommandOutcome answer(Request request, Command.Answer answer) {
        if (runs.slot().isDraining()) return refused(Failure.unavailable());
        // A call cannot be approved after its expiry, even if the expiry is noticed late.
        expire();
        return conclude(request, List.of(resolutionOf(request, answer)));
    }

    /** What a command does to an interrupt, or why it does nothing at all. */
    private sealed interface Step {
        record Resolve(Interrupt open, Resolution how) implements Step {}

        record Refuse(Failure failure) implements Step {}
    }

    /** Takes all of the steps, or none if one is refused. The last interrupt that is resolved starts the run that goes on. */
    private CommandOutcome conclude(Request request, List<Step> steps) {
        for (Step step : steps) if (step instanceof Step.Refuse refuse) return refused(refuse.failure());
        for (Step step : steps) if (step instanceof Step.Resolve resolve) resolve(resolve.open(), resolve.how());
        return goneOn(request);
    }

    /** Decides about everything that is open, or about nothing. */
    CommandOutcome all(Request request, Command.AnswerAll all) {
        if (runs.slot().isDraining()) return refused(Failure.unavailable());
        expire();
        List<Step> steps = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (Either either : all.decisions()) {
            boolean isInquiry = interrupts.open().stream()
                    .anyMatch(one -> one.id().equals(either.interrupt()) && one.inquiry() != null);
            Command.Answer answer = isInquiry ? either.inquiry() : either.approval();
            boolean isNew = named.add(answer.interrupt());
            steps.add(isNew ? resolutionOf(request, answer) : new Step.Refuse(ONCE));
        }
        for (ClientResult result : all.results()) {
            Step step = resultOf(request, result, named);
            boolean isLate = step instanceof Step.Refuse
                    && interrupts.decidedCall(result.toolCall()).isPresent();
            if (!isLate) steps.add(step);
        }
        boolean isRefused = steps.stream().anyMatch(Step.Refuse.class::isInstance);
        boolean isWhole = !steps.isEmpty() && steps.size() == interrupts.open().size();
        return isRefused || isWhole ? conclude(request, steps) : refused(NOT_ALL);
    }

    private Step resolutionOf(Request request, Command.Answer answer) {
        Optional<Failure> fault = fault(answer);
        if (fault.isPresent()) return new Step.Refuse(fault.get());
        return interrupts.open().stream()
                .filter(open -> open.id().equals(answer.interrupt()))
                .findFirst()
                .map(open -> resolutionOf(open, request, answer))
                .orElseGet(() -> new Step.Refuse(interrupts
                        .decided(answer.interrupt())
                        .map(AnswerCommand::conflict)
                        .orElse(Failure.notFound("Interrupt"))));
    }

    /**
     * Takes what the client brings for its calls: all of it, or nothing. The last result starts the run that goes on.
     */
    CommandOutcome results(Request request, Command.Results brought) {
        if (runs.slot().isDraining()) return refused(Failure.unavailable());
        expire();
        Set<String> named = new HashSet<>();
        return conclude(
                request,
                brought.results().stream()
                        .map(result -> resultOf(request, result, named))
                        .toList());
    }

    /** @param named calls whose results came before this one */
    private Step resultOf(Request request, ClientResult result, Set<String> named) {
        if (!named.add(result.toolCall())) return new Step.Refuse(TWICE);
        Decision how = result.failed() ? Decision.DECLINE : Decision.ACCEPT;
        return interrupts.open().stream()
                .filter(open -> open.isOfClient() && open.toolCall().equals(result.toolCall()))
                .<Step>map(open ->
                        new Step.Resolve(open, new Resolution(how, null, result.text(), request.user(), nowMs())))
                .findFirst()
                .orElseGet(() -> new Step.Refuse(notPending(result.toolCall())));
    }

    private Failure notPending(String call) {
        return interrupts
                .decidedCall(call)
                .map(how -> Failure.of(
                        ErrorCode.CONFLICT,
                        switch (how.decision()) {
                            case EXPIRED -> "No result was brought for this call in time.";
                            case CANCELLED -> "This call was cancelled.";
                            case APPROVE, EDIT, REJECT, RESPOND, ACCEPT, DECLINE, CANCEL ->
                                "This call has a result already.";
                        }))
                .orElse(Failure.notFound("Pending tool call"));
    }

    private CommandOutcome goneOn(Request request) {
        String run = goOn(request.cause());
        List<String> left = interrupts.open().stream()
                .map(one -> one.isOfClient() ? one.toolCall() : one.id())
                .toList();
        return new CommandOutcome.Accepted(new CommandResult.Answered(run, left), false);
    }

    /** Resolves interrupts that have expired. Called again while there are any, so that it may be postponed. */
    public void expire() {
        if (runs.slot().isDraining() || parts.appends().storeIsAway()) return;
        List<Interrupt> due = interrupts.open().stream()
                .filter(open -> open.expiresMs() <= nowMs())
                .toList();
        due.forEach(open -> resolve(open, new Resolution(Decision.EXPIRED, null, null, null, nowMs())));
        if (!due.isEmpty()) goOn(Cause.UNKNOWN);
    }

    /**
     * Cancels all open interrupts because of another command; the waiting run does not resume. Only call this if there
     * are any.
     */
    void cancel(String by) {
        List<Interrupt> all = interrupts.open();
        all.forEach(open -> resolve(open, new Resolution(Decision.CANCELLED, null, null, by, nowMs())));
        all.stream().filter(Interrupt::isOfClient).forEach(runs.life()::withoutResult);
        boolean asks = runs.slot().waited().stream().anyMatch(one -> one.inquiry() != null && !one.isOfClient());
        if (asks) runs.starts().dropInquiries();
    }

    private Step resolutionOf(Interrupt open, Request request, Command.Answer answer) {
        if (open.isOfClient()) return new Step.Refuse(FOR_CLIENT);
        boolean answers = isAnswerOfInquiry(answer.decision());
        if (answers != (open.inquiry() != null)) return new Step.Refuse(answers ? NO_INQUIRY : NO_APPROVAL);
        String arguments = answer.arguments();
        if (answer.decision() == Decision.ACCEPT && open.inquiry().form() != null) {
            switch (InquiryForm.of(Json.parse(open.inquiry().form(), JsonNode.class))
                    .check(arguments)) {
                case Checked.Wrong wrong -> {
                    return new Step.Refuse(Failure.badRequest(wrong.why()));
                }
                case Checked.Fits fits -> arguments = fits.content();
            }
        }
        return new Step.Resolve(
                open, new Resolution(answer.decision(), arguments, answer.text(), request.user(), nowMs()));
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

    /**
     * Starts the run that resumes if no interrupt is open. Returns its id, or null.
     *
     * @param cause the last decision, if it is known
     */
    private String goOn(Cause cause) {
        if (!interrupts.open().isEmpty()) return null;
        return runs.starts().resume(runs.slot().waited(), cause);
    }

    private static Optional<Failure> fault(Command.Answer answer) {
        boolean arguments = answer.arguments() != null;
        boolean text = answer.text() != null;
        boolean fits = switch (answer.decision()) {
            case APPROVE -> !arguments && !text;
            case EDIT -> arguments && !text;
            case REJECT -> !arguments;
            case RESPOND -> !arguments && text;
            case ACCEPT -> !text;
            case DECLINE, CANCEL -> !arguments && !text;
            case EXPIRED, CANCELLED -> false;
        };
        return fits
                ? Optional.empty()
                : Optional.of(Failure.badRequest("`edit` needs `arguments` and `respond` needs `text`."));
    }

    private static boolean isAnswerOfInquiry(Decision decision) {
        return switch (decision) {
            case ACCEPT, DECLINE, CANCEL -> true;
            case APPROVE, EDIT, REJECT, RESPOND, EXPIRED, CANCELLED -> false;
        };
    }

    /** The refusal that says who decided first. */
    private static Failure conflict(Interrupts.Decided how) {
        String what = switch (how.decision()) {
            case APPROVE -> how.by() + " approved this call.";
            case EDIT -> how.by() + " approved this call with other arguments.";
            case REJECT -> how.by() + " rejected this call.";
            case RESPOND -> how.by() + " answered in place of this call.";
            case ACCEPT -> how.by() + " answered this question.";
            case DECLINE -> how.by() + " declined to answer this question.";
            case CANCEL -> how.by() + " dismissed this question.";
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
