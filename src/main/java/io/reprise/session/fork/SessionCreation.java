package io.reprise.session.fork;

import io.reprise.history.BrokenLog;
import io.reprise.message.AgentRules;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.session.store.Append;
import io.reprise.session.store.Claim;
import io.reprise.session.store.CreateOutcome;
import io.reprise.session.store.EventStore;
import io.reprise.session.store.NewSession;
import io.reprise.support.IdSource;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates sessions. The store alone decides these commands, because the session does not exist yet. */
public final class SessionCreation {
    private static final Logger log = LoggerFactory.getLogger(SessionCreation.class);

    private final EventStore store;
    private final IdSource ids;
    private final AgentRules rules;

    public SessionCreation(EventStore store, IdSource ids, AgentRules rules) {
        this.store = store;
        this.ids = ids;
        this.rules = rules;
    }

    /** Agent, title and metadata of a new session; each may be null. */
    record Names(String agent, String title, Map<String, Object> metadata) {}

    /**
     * The future never fails.
     *
     * @param beginning makes the first append of the log; called only if the session may be made
     */
    public Future<CommandOutcome> create(
            ShardMessage.Request request, Command.Create create, long owner, Supplier<Future<Append>> beginning) {
        Optional<Failure> unfit =
                create.agent() == null ? Optional.empty() : rules.choosing(create.agent(), request.staff());
        Optional<Failure> refusal = unfit.or(() -> request.sender().refusal(create.agent()));
        if (refusal.isPresent()) {
            CommandOutcome refused = new CommandOutcome.Refused(refusal.get());
            return once(request, () -> Future.succeededFuture(refused));
        }
        Names names = new Names(create.agent(), create.title(), create.metadata());
        return orUnavailable(
                request,
                create.beginning() == null
                        ? make(request, names, owner, null)
                        : beginning.get().compose(first -> make(request, names, owner, first)));
    }

    /**
     * Creates a session unless the command was carried out before, because the source may have changed since. The
     * future never fails.
     */
    Future<CommandOutcome> once(ShardMessage.Request request, Supplier<Future<CommandOutcome>> making) {
        if (request.id() == null) return orUnavailable(request, making.get());
        return orUnavailable(
                request,
                store.claim(request.user(), "", request.id())
                        .compose(claim -> claim.isPresent()
                                ? Future.succeededFuture(repeated(request, claim.get()))
                                : making.get()));
    }

    /** @param beginning the first append of the log, or null */
    Future<CommandOutcome> make(ShardMessage.Request request, Names names, long owner, Append beginning) {
        String epoch = ids.next("e_");
        CommandResult result = new CommandResult.Created(request.session(), epoch);
        Claim claim = request.id() == null ? null : new Claim(request.user(), "", request.id(), request.hash(), result);
        NewSession session = new NewSession(
                request.session(),
                request.user(),
                names.agent(),
                names.title(),
                names.metadata(),
                epoch,
                owner,
                claim,
                beginning);
        return store.create(session).map(outcome -> outcomeOf(request, result, outcome));
    }

    private static Future<CommandOutcome> orUnavailable(ShardMessage.Request request, Future<CommandOutcome> made) {
        return made.otherwise(cause -> {
            if (cause instanceof BrokenLog broken) return internal(request, broken);
            log.atWarn()
                    .addKeyValue("session", request.session())
                    .setCause(cause)
                    .log("creating a session failed");
            return new CommandOutcome.Refused(Failure.unavailable());
        });
    }

    /** The source cannot be read, and a retry would not help. */
    private static CommandOutcome internal(ShardMessage.Request request, BrokenLog broken) {
        log.atError()
                .addKeyValue("session", broken.session())
                .addKeyValue("seq", broken.seq())
                .addKeyValue("fork", request.session())
                .setCause(broken)
                .log("reading a stored log failed");
        return new CommandOutcome.Refused(Failure.internal());
    }

    private static CommandOutcome outcomeOf(ShardMessage.Request request, CommandResult result, CreateOutcome outcome) {
        return switch (outcome) {
            case CreateOutcome.Made made -> new CommandOutcome.Accepted(result, false);
            case CreateOutcome.Claimed(Claim claim) -> repeated(request, claim);
            case CreateOutcome.Erased erased -> new CommandOutcome.Refused(Failure.notFound());
        };
    }

    private static CommandOutcome repeated(ShardMessage.Request request, Claim claim) {
        return claim.hash().equals(request.hash())
                ? new CommandOutcome.Accepted(claim.result(), true)
                : new CommandOutcome.Refused(Failure.idUsed());
    }
}
