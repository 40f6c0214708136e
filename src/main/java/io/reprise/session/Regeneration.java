package io.reprise.session;

import io.reprise.history.LogReader.UserMessage;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.LogEvent;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage.Request;
import java.util.Optional;

/**
 * The one {@code regenerate} that is being decided: the message is looked up once everything numbered is stored, and what
 * was found counts only if nothing was numbered meanwhile.
 */
final class Regeneration {
    private final SessionParts parts;
    private final Runs runs;
    private Request request;
    private boolean lookingUp;
    private long at;

    Regeneration(SessionParts parts, Runs runs) {
        this.parts = parts;
        this.runs = runs;
    }

    boolean isPending() {
        return request != null;
    }

    /** The command that is not decided, or null. */
    Request undecided() {
        return request;
    }

    void begin(Request regenerate) {
        request = regenerate;
        proceed();
    }

    /** Goes on as far as possible without waiting. */
    void proceed() {
        if (request == null || lookingUp || refused() || !parts.appends().isSettled()) return;
        lookingUp = true;
        at = parts.log().decided();
        parts.effects().add(new Effect.FindUserMessage(command().message()));
    }

    void found(Optional<UserMessage> message) {
        lookingUp = false;
        if (refused()) return;
        if (parts.log().decided() != at) proceed();
        else
            message.ifPresentOrElse(
                    this::start, () -> refuse(ErrorCode.NOT_FOUND, "There is no such message to run again."));
    }

    void notFoundOut() {
        lookingUp = false;
        refuse(Failure.unavailable());
    }

    private boolean refused() {
        if (runs.isDraining() || parts.appends().storeIsAway()) {
            refuse(Failure.unavailable());
        } else if (runs.isBusy()) {
            refuse(runs.busy());
        }
        return request == null;
    }

    private void start(UserMessage before) {
        String text = command().text() == null ? before.text() : command().text();
        QueuedMessage message = parts.message(request, text, Command.OnBusy.REJECT, null);
        String run = runs.start(message, new LogEvent.HistoryRewound(before.toSeq(), before.lastMessage()));
        parts.appends().next().decide(request, CommandResult.Sent.started(message.message(), run));
        request = null;
    }

    private Command.Regenerate command() {
        return (Command.Regenerate) request.command();
    }

    private void refuse(ErrorCode code, String why) {
        refuse(Failure.of(code, why));
    }

    private void refuse(Failure failure) {
        parts.effects().refuse(request, failure);
        request = null;
    }
}
