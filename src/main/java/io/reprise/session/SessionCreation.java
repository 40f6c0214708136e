package io.reprise.session;

import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.session.EventStore.Claim;
import io.reprise.session.EventStore.CreateOutcome;
import io.reprise.session.EventStore.NewSession;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sessions: the one command that is decided by the store alone, as there is no session yet. */
final class SessionCreation {
    private static final Logger log = LoggerFactory.getLogger(SessionCreation.class);

    private final SessionHost.Collaborators with;

    SessionCreation(SessionHost.Collaborators with) {
        this.with = with;
    }

    /** The future does not fail. */
    Future<CommandOutcome> create(ShardMessage.Request request, Command.Create create, long owner) {
        String epoch = with.environment().ids().next("e_");
        CommandResult result = new CommandResult.Created(request.session(), epoch);
        Claim claim = request.id() == null ? null : new Claim(request.user(), "", request.id(), request.hash(), result);
        NewSession session = new NewSession(
                request.session(),
                request.user(),
                create.agent(),
                create.title(),
                create.metadata(),
                epoch,
                owner,
                claim);
        return with.store()
                .create(session)
                .map(outcome -> outcomeOf(request, result, outcome))
                .otherwise(cause -> {
                    log.atWarn()
                            .addKeyValue("session", request.session())
                            .setCause(cause)
                            .log("a session could not be made");
                    return new CommandOutcome.Refused(Failure.unavailable());
                });
    }

    private static CommandOutcome outcomeOf(ShardMessage.Request request, CommandResult result, CreateOutcome outcome) {
        return switch (outcome) {
            case CreateOutcome.Made made -> new CommandOutcome.Accepted(result, false);
            case CreateOutcome.Claimed(Claim claim) ->
                claim.hash().equals(request.hash())
                        ? new CommandOutcome.Accepted(claim.result(), true)
                        : new CommandOutcome.Refused(
                                Failure.of(ErrorCode.CONFLICT, "This id was used for another command."));
        };
    }
}
