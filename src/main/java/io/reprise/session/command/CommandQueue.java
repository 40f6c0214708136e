package io.reprise.session.command;

import io.reprise.attachment.Attachment;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage.Request;
import io.reprise.session.effect.Effect;
import io.reprise.session.log.ReadMark;
import io.reprise.session.log.SessionParts;
import io.reprise.session.recall.Recalls;
import io.reprise.session.run.Runs;
import io.reprise.session.run.WaitingMessages;
import io.reprise.session.run.WaitingMessages.Replaced;
import io.reprise.session.store.Claim;
import io.reprise.session.store.ClaimedIds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides commands in order, each exactly once: a command is decided only if its id is neither among the claims that
 * are being stored nor in the store. Ids that may be in the store are looked up, and no other write can overtake that.
 */
public final class CommandQueue {
    private final SessionParts parts;
    private final Runs runs;
    private final WaitingMessages waiting;
    private final SessionTitles titles;
    private final ReadMark read;
    private final StopCommand stops;
    private final ClaimedIds claimed;
    private final Deque<Request> arrived = new ArrayDeque<>();
    private final SendCommand sends;
    private final AnswerCommand answers;
    private final RegenerateCommand regeneration;
    private final Recalls recalls;
    private final ClearCommand clears;
    private final ScheduleCommand schedules;
    private final FeedbackCommand feedback;
    private boolean lookingUp;
    private boolean isErasing;
    private boolean isExpiring;
    /** Who deletes the session; null if nobody waits for an answer. */
    private Request erasing;

    /** The classes that decide certain kinds of commands. */
    public record Deciders(
            AnswerCommand answers, Recalls recalls, SessionTitles titles, ClearCommand clears, ReadMark read) {}

    /** @param claimed the ids of the claims that are stored */
    public CommandQueue(SessionParts parts, Runs runs, WaitingMessages waiting, ClaimedIds claimed, Deciders deciders) {
        this.parts = parts;
        this.claimed = claimed;
        this.runs = runs;
        this.waiting = waiting;
        this.answers = deciders.answers();
        this.recalls = deciders.recalls();
        this.titles = deciders.titles();
        this.clears = deciders.clears();
        this.read = deciders.read();
        this.stops = new StopCommand(
                runs, answers, waiting, () -> parts.settings().sessions().waitingMax());
        this.sends = new SendCommand(parts, runs, waiting, answers, recalls::personSpoke);
        this.regeneration = new RegenerateCommand(parts, runs, answers, recalls::personSpoke);
        this.schedules = new ScheduleCommand(parts, recalls);
        this.feedback = new FeedbackCommand(parts);
    }

    public boolean isEmpty() {
        return arrived.isEmpty() && !isErasing && !isLookingElsewhere();
    }

    /** Whether the current command needs more data than its claim. */
    private boolean isLookingElsewhere() {
        return regeneration.isPending() || schedules.isPending() || sends.isPending() || feedback.isPending();
    }

    /** The command that waits for data from the store. */
    public RegenerateCommand regeneration() {
        return regeneration;
    }

    /** The command whose answer is looked up. */
    public FeedbackCommand feedback() {
        return feedback;
    }

    public boolean isErasing() {
        return isErasing;
    }

    /** The session is to be erased although nobody sent a command for it. */
    public void erase() {
        erase(null);
    }

    /** The session has expired. Erases what is stored now, and nothing that a later object of the session stores. */
    public void expire() {
        isExpiring = true;
        erase(parts.appends().version());
    }

    public boolean isExpiring() {
        return isExpiring;
    }

    private void erase(Long version) {
        if (isErasing) return;
        isErasing = true;
        parts.appends().hold();
        parts.effects().add(new Effect.Erase(version));
    }

    public void arrive(Request request) {
        Optional<Failure> refusal = request.sender().refusal(parts.agent().name());
        if (refusal.isPresent()) {
            refuse(request, refusal.get());
            return;
        }
        if (pendingClaim(request).isEmpty()) stops.arrive(request, arrived);
        if (arrived.size() >= parts.settings().sessions().waitingMax()) {
            storeIsAway(request);
        } else {
            arrived.add(request);
        }
    }

    /** Decides all commands that can be decided without waiting, and looks up the next claim. */
    public void pump() {
        regeneration.proceed();
        while (!lookingUp && !isErasing && !isLookingElsewhere() && !arrived.isEmpty()) {
            Request request = arrived.peek();
            Optional<Claim> pending = pendingClaim(request);
            if (pending.isPresent()) {
                repeat(arrived.poll(), pending.get(), true);
            } else if (parts.appends().storeIsAway()) {
                storeIsAway(arrived.poll());
            } else if (request.id() == null || isSurelyNew(request)) {
                decide(arrived.poll());
            } else {
                lookingUp = true;
                parts.effects().add(new Effect.LookUpClaim(request.user(), request.id()));
            }
        }
        stops.holdFor(arrived);
    }

    /**
     * Whether the command is decided without a look-up: a message that starts a run, because a person waits for its first
     * words. For other commands the look-up also shows that the store is available: if it is not, they are refused and
     * not decided.
     */
    private boolean isSurelyNew(Request request) {
        return request.command() instanceof Command.Send && !runs.slot().isBusy() && !claimed.mayContain(request.id());
    }

    private Optional<Claim> pendingClaim(Request request) {
        return request.id() == null ? Optional.empty() : parts.appends().pendingClaim(request.id());
    }

    public void claimFound(Optional<Claim> claim) {
        lookingUp = false;
        Request request = arrived.poll();
        claim.ifPresentOrElse(found -> repeat(request, found, false), () -> decide(request));
    }

    /** The store is unavailable: refuses waiting commands, except repeats of commands that have been decided. */
    public void claimUnknown() {
        lookingUp = false;
        List<Request> all = List.copyOf(arrived);
        arrived.clear();
        for (Request request : all) {
            pendingClaim(request).ifPresentOrElse(claim -> repeat(request, claim, true), () -> storeIsAway(request));
        }
    }

    /** @param found null if the store is unavailable */
    public void attachmentsFound(List<Attachment> found) {
        sends.found(found);
    }

    public void recallsCounted(Integer elsewhere) {
        ScheduleCommand.Decided decided = schedules.counted(elsewhere);
        conclude(decided.request(), decided.outcome());
    }

    /** Commands that are not decided yet, oldest first. */
    public List<Request> undecided() {
        List<Request> all = new ArrayList<>();
        if (erasing != null) all.add(erasing);
        if (regeneration.isPending()) all.add(regeneration.undecided());
        if (schedules.isPending()) all.add(schedules.undecided());
        if (sends.isPending()) all.add(sends.undecided());
        if (feedback.isPending()) all.add(feedback.undecided());
        all.addAll(arrived);
        return all;
    }

    /** The session was deleted: the user who deleted it is told so, other commands are {@code not_found}. */
    public void erased() {
        if (erasing != null) answer(erasing, new CommandResult.Done());
        arrived.forEach(request -> refuse(request, Failure.notFound()));
    }

    /** Returns the delete request that could not be carried out; empty if it was not a request. */
    public Optional<Request> erasingFailed() {
        Optional<Request> request = Optional.ofNullable(erasing);
        erasing = null;
        isErasing = false;
        return request;
    }

    /** Refuses a request, because the store is unavailable or too slow. */
    private void storeIsAway(Request request) {
        stops.refused(request);
        refuse(request, Failure.unavailable());
    }

    private void repeat(Request request, Claim claim, boolean pending) {
        stops.forget(request);
        if (!claim.hash().equals(request.hash())) {
            refuse(request, Failure.idUsed());
            return;
        }
        CommandOutcome outcome = new CommandOutcome.Accepted(claim.result(), true);
        if (pending) parts.appends().join(request, outcome);
        else parts.effects().answer(request, outcome);
    }

    private void decide(Request request) {
        if (request.id() != null) claimed.add(request.id());
        switch (request.command()) {
            case Command.Create create -> throw new IllegalStateException("this session exists already");
            case Command.Fork fork -> throw new IllegalStateException("this session exists already");
            case Command.Send send -> sends.begin(request);
            case Command.Regenerate regenerate -> regeneration.begin(request);
            case Command.Answer answer -> conclude(request, answers.answer(request, answer));
            case Command.Results results -> conclude(request, answers.results(request, results));
            case Command.AnswerAll all -> conclude(request, answers.all(request, all));
            case Command.Stop stop -> conclude(request, stops.decide(request, stop));
            case Command.Unqueue unqueue ->
                edited(request, waiting.remove(unqueue.message()) ? Replaced.DONE : Replaced.GONE);
            case Command.Requeue requeue -> edited(request, waiting.replace(requeue.message(), requeue.text()));
            case Command.Update update -> conclude(request, titles.update(update, request.sender()));
            case Command.ScheduleRecall schedule -> schedules.begin(request, schedule);
            case Command.BeginCall begin -> conclude(request, recalls.calls().begin(begin, request.cause()));
            case Command.EndCall end -> conclude(request, recalls.calls().end(end));
            case Command.PushCall push -> conclude(request, runs.life().push(push));
            case Command.EditRecall edit -> conclude(request, recalls.edit(edit));
            case Command.SkipRecall skip -> conclude(request, recalls.skip(skip));
            case Command.PauseRecall pause -> conclude(request, recalls.pause(pause));
            case Command.ResumeRecall resume -> conclude(request, recalls.resume(resume));
            case Command.CancelRecall cancel -> conclude(request, recalls.cancel(cancel));
            case Command.ListRecalls list -> conclude(request, recalls.list());
            case Command.Read seen -> read(request, seen);
            case Command.Feedback given -> feedback.begin(request);
            case Command.Keep keep -> accept(request, new CommandResult.Done());
            case Command.Compact compact ->
                conclude(request, begun(request, () -> runs.starts().compact(request.cause())));
            case Command.Proceed proceed ->
                conclude(request, begun(request, () -> runs.starts().proceed(request.cause(), proceed.tools())));
            case Command.Clear clear -> clears.decide(request);
            case Command.Delete delete -> {
                erasing = request;
                erase();
            }
        }
    }

    /** Nobody can have seen more than was announced. What is no news is stored only if the command has an id. */
    private void read(Request request, Command.Read seen) {
        long upTo = Math.min(seen.seq(), parts.log().announced());
        boolean isNews = read.read(upTo, parts.appends().next());
        CommandResult result = new CommandResult.Read(read.seq(), read.unread());
        if (isNews || request.id() != null) accept(request, result);
        else answer(request, result);
    }

    /** A run without a message, which does not wait for another one. */
    private CommandOutcome begun(Request request, Supplier<String> start) {
        if (runs.slot().isDraining() || parts.appends().storeIsAway()) {
            return new CommandOutcome.Refused(Failure.unavailable());
        }
        if (runs.slot().isBusy()) return new CommandOutcome.Refused(runs.slot().busy());
        if (parts.budgetSpent().test(request.user())) return new CommandOutcome.Refused(Failure.budgetOfDay());
        return new CommandOutcome.Accepted(new CommandResult.Resumed(start.get()), false);
    }

    private void edited(Request request, Replaced done) {
        switch (done) {
            case DONE -> accept(request, new CommandResult.Done());
            case GONE -> refuse(request, Failure.of(ErrorCode.NOT_FOUND, "This message is no longer waiting."));
            case FULL -> refuse(request, SendCommand.FULL);
        }
    }

    private void conclude(Request request, CommandOutcome outcome) {
        switch (outcome) {
            case CommandOutcome.Accepted accepted -> accept(request, accepted.result());
            case CommandOutcome.Refused refused -> refuse(request, refused.failure());
        }
    }

    private void accept(Request request, CommandResult result) {
        parts.appends().next().decide(request, result);
    }

    private void answer(Request request, CommandResult result) {
        parts.effects().answer(request, new CommandOutcome.Accepted(result, false));
    }

    private void refuse(Request request, Failure failure) {
        parts.effects().refuse(request, failure);
    }
}
