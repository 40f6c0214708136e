package io.reprise.session.command;

import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage.Request;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.log.SessionParts;
import io.reprise.session.recall.Recalls;
import java.util.Optional;

/**
 * Schedules a recall. This is the only command on recalls that needs data of other sessions: the number of the user's
 * recalls there.
 */
final class ScheduleCommand {
    private static final Failure NOT_KEPT =
            Failure.badRequest("This conversation is not kept, so nothing can be scheduled in it.");

    private final SessionParts parts;
    private final Recalls recalls;
    private Request counting;

    ScheduleCommand(SessionParts parts, Recalls recalls) {
        this.parts = parts;
        this.recalls = recalls;
    }

    /** Whether a command waits for the count; until then no other command is decided. */
    boolean isPending() {
        return counting != null;
    }

    Request undecided() {
        return counting;
    }

    /**
     * Refuses the command immediately if possible; otherwise requests the count, which arrives as {@link
     * Input.RecallsCounted}.
     */
    void begin(Request request, Command.ScheduleRecall asked) {
        Optional<Failure> fault = parts.self().isTemporary() ? Optional.of(NOT_KEPT) : recalls.fault(asked);
        if (fault.isPresent()) {
            parts.effects().refuse(request, fault.get());
            return;
        }
        counting = request;
        parts.effects().add(new Effect.CountRecalls(request.user()));
    }

    /** Decides the command. Sessions that count at the same time do not see each other's new recalls. */
    Decided counted(Integer elsewhere) {
        Request request = counting;
        counting = null;
        CommandOutcome outcome = elsewhere == null
                ? new CommandOutcome.Refused(Failure.unavailable())
                : recalls.schedule((Command.ScheduleRecall) request.command(), elsewhere, request.cause());
        return new Decided(request, outcome);
    }

    record Decided(Request request, CommandOutcome outcome) {}
}
