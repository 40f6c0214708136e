package io.reprise.session.command;

import io.reprise.history.LogReader.UserMessage;
import io.reprise.message.Chosen;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.Failure;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage.Request;
import io.reprise.message.content.Content;
import io.reprise.message.log.LogEvent;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.ResumePoint;
import io.reprise.session.log.SessionParts;
import io.reprise.session.run.Runs;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The {@code regenerate} command that is being decided. The message is looked up after all numbered events are stored,
 * and the result only counts if no event was numbered meanwhile.
 */
public final class RegenerateCommand {
    private final SessionParts parts;
    private final Runs runs;
    private final AnswerCommand answers;
    private final Runnable accepted;
    private Request request;
    private boolean lookingUp;
    private long at;

    /** @param accepted is run when the message is asked again */
    RegenerateCommand(SessionParts parts, Runs runs, AnswerCommand answers, Runnable accepted) {
        this.parts = parts;
        this.runs = runs;
        this.answers = answers;
        this.accepted = accepted;
    }

    boolean isPending() {
        return request != null;
    }

    /** The undecided command, or null. */
    Request undecided() {
        return request;
    }

    void begin(Request regenerate) {
        request = regenerate;
        proceed();
    }

    /** Continues as far as possible without waiting. */
    void proceed() {
        if (request == null || lookingUp || refused() || !parts.appends().isSettled()) return;
        lookingUp = true;
        at = parts.log().decided();
        Command.Regenerate asked = command();
        parts.effects()
                .add(
                        asked.checkpoint() == null
                                ? new Effect.FindUserMessage(asked.message())
                                : new Effect.FindCheckpoint(asked.checkpoint()));
    }

    public void found(Optional<UserMessage> message) {
        found(message, this::start, "Message");
    }

    public void foundCheckpoint(Optional<ResumePoint> point) {
        found(point, this::goOn, "Checkpoint");
    }

    private <T> void found(Optional<T> what, Consumer<T> then, String name) {
        lookingUp = false;
        if (refused()) return;
        if (parts.log().decided() != at) proceed();
        else what.ifPresentOrElse(then, () -> refuse(Failure.notFound(name)));
    }

    public void notFoundOut() {
        lookingUp = false;
        refuse(Failure.unavailable());
    }

    private boolean refused() {
        if (runs.slot().isDraining() || parts.appends().storeIsAway()) {
            refuse(Failure.unavailable());
        } else if (runs.slot().isBusy() && !runs.slot().isWaitingForClient()) {
            refuse(runs.slot().busy());
        } else if (parts.budgetSpent().test(request.user())) {
            refuse(Failure.budgetOfDay());
        }
        return request == null;
    }

    private void start(UserMessage before) {
        String text = command().text();
        String model = command().model();
        Content content = text == null ? before.content() : before.content().withText(text);
        Optional<Failure> refusal = model == null ? Optional.empty() : choosing(model, content);
        if (refusal.isPresent()) {
            refuse(refusal.get());
            return;
        }
        String chosen = model == null ? allowed(before.chosen()) : model;
        QueuedMessage message = parts.message(request, content, Command.OnBusy.REJECT, null, chosen)
                .offering(runs.slot().clientTools());
        cancelForClient();
        String run = runs.starts().start(message, new LogEvent.HistoryRewound(before.toSeq(), before.lastMessage()));
        accepted.run();
        parts.appends().next().decide(request, CommandResult.Sent.started(message.message(), run));
        request = null;
    }

    /** Why the person may not choose this model for this message. */
    private Optional<Failure> choosing(String model, Content content) {
        return parts.agent()
                .choosingModel(model, request.staff())
                .or(() -> content.files().stream()
                        .flatMap(file -> SentFiles.kind(file).stream())
                        .flatMap(kind -> parts.agent().sending(model, kind).stream())
                        .findFirst());
    }

    /** The model that was chosen for the message, if it may still be chosen; else null. */
    private String allowed(Chosen before) {
        String model = before == null ? null : before.model();
        return parts.agent().choosingModel(model, request.staff()).isPresent() ? null : model;
    }

    /** Nobody will bring results of calls that the rewind supersedes. */
    private void cancelForClient() {
        if (runs.slot().isWaiting()) answers.cancel(request.user());
    }

    private void goOn(ResumePoint from) {
        cancelForClient();
        parts.appends()
                .next()
                .decide(request, new CommandResult.Resumed(runs.starts().goOn(from, request.cause())));
        request = null;
    }

    private Command.Regenerate command() {
        return (Command.Regenerate) request.command();
    }

    private void refuse(Failure failure) {
        parts.effects().refuse(request, failure);
        request = null;
    }
}
