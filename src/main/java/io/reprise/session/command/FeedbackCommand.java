package io.reprise.session.command;

import io.reprise.config.feedback.FeedbackSettings;
import io.reprise.history.LogReader.Answer;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Sender;
import io.reprise.message.ShardMessage.Request;
import io.reprise.message.feedback.Rating;
import io.reprise.message.log.LogEvent;
import io.reprise.session.effect.Effect;
import io.reprise.session.log.SessionParts;
import io.reprise.session.store.Change;
import io.reprise.support.Texts;
import java.util.Optional;

/**
 * The {@code feedback} command that is being decided. Its answer is looked up in the store: a reader can only know an answer
 * whose beginning is stored. A rewind that the store does not have yet may supersede it at the same time.
 */
public final class FeedbackCommand {
    private static final Failure OFF = Failure.of(ErrorCode.FORBIDDEN, "This server takes no feedback.");

    private final SessionParts parts;
    private Request request;

    FeedbackCommand(SessionParts parts) {
        this.parts = parts;
    }

    boolean isPending() {
        return request != null;
    }

    /** The undecided command, or null. */
    Request undecided() {
        return request;
    }

    void begin(Request feedback) {
        request = feedback;
        Optional<Failure> refusal = refusal(parts.settings().feedback());
        if (refusal.isPresent()) {
            refuse(refusal.get());
            return;
        }
        parts.appends().watchRewinds();
        parts.effects().add(new Effect.FindAnswer(command().message()));
    }

    private Optional<Failure> refusal(FeedbackSettings settings) {
        // What was given can be taken back at any time.
        if (!settings.enabled() && command().rating() != Rating.NONE) return Optional.of(OFF);
        String comment = command().comment();
        boolean isTooLong = comment != null && Texts.utf8Bytes(comment) > settings.commentBytesMax();
        return isTooLong ? Optional.of(Failure.tooLong("comment", settings.commentBytesMax())) : Optional.empty();
    }

    /** @param answer null if the store is unavailable */
    public void found(Optional<Answer> answer) {
        if (answer == null) refuse(Failure.unavailable());
        else answer.ifPresentOrElse(this::give, () -> refuse(Failure.notFound("Answer")));
    }

    private void give(Answer answer) {
        Command.Feedback given = command();
        long nowMs = parts.time().nowMs();
        LogEvent.FeedbackUpdated event =
                new LogEvent.FeedbackUpdated(answer.message(), given.rating(), given.comment(), request.user());
        parts.log().number(LogEvent.Custom.of(event), null, nowMs);
        if (given.rating() == Rating.NONE) parts.appends().next().feedbackRemoved(answer.message());
        else
            parts.appends()
                    .next()
                    .feedback(new Change.FeedbackGiven(
                            answer.message(),
                            answer.seq(),
                            answer.run(),
                            request.user(),
                            event.opinion(),
                            agent(),
                            answer.model(),
                            parts.log().decided(),
                            nowMs,
                            answer.seq() > parts.appends().rewoundTo()));
        parts.appends().next().decide(request, new CommandResult.Rated(given.rating(), given.comment()));
        request = null;
    }

    private String agent() {
        String name = parts.agent().name();
        return name == null ? Sender.DEFAULT_AGENT : name;
    }

    private Command.Feedback command() {
        return (Command.Feedback) request.command();
    }

    private void refuse(Failure failure) {
        parts.effects().refuse(request, failure);
        request = null;
    }
}
