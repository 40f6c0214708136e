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

/** The one command on recalls that looks beyond its session: how many its user has elsewhere. */
final class ScheduleCommand {
    private final SessionParts parts;
    private final Recalls recalls;
    private Request counting;

    ScheduleCommand(SessionParts parts, Recalls recalls) {
        this.parts = parts;
        this.recalls = recalls;
    }

    /** No other command is decided meanwhile. */
    boolean isPending() {
        return counting != null;
    }

    Request undecided() {
        return counting;
    }

    /** Refuses at once what needs no look; else the answer is {@link Input.RecallsCounted}. */
    void begin(Request request, Command.ScheduleRecall asked) {
        Optional<Failure> fault = recalls.fault(asked);
        if (fault.isPresent()) {
            parts.effects().refuse(request, fault.get());
            return;
        }
        counting = request;
        parts.effects().add(new Effect.CountRecalls(request.user()));
    }

    /** Takes the request and decides it; sessions that count at the same moment do not see each other's. */
    Decided counted(Integer elsewhere) {
        Request request = counting;
        counting = null;
        CommandOutcome outcome = elsewhere == null
                ? new CommandOutcome.Refused(Failure.unavailable())
                : recalls.schedule((Command.ScheduleRecall) request.command(), elsewhere);
        return new Decided(request, outcome);
    }

    record Decided(Request request, CommandOutcome outcome) {}
}
