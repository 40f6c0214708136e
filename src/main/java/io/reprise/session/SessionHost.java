package io.reprise.session;

import io.reprise.config.Settings;
import io.reprise.history.Histories;
import io.reprise.history.LogReader;
import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.message.Sharding;
import io.reprise.session.EventStore.CreateOutcome;
import io.reprise.session.EventStore.LoadOutcome;
import io.reprise.support.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions of one verticle: brings them into memory, gives them their inputs and carries out what they want. */
public final class SessionHost {
    private static final Logger log = LoggerFactory.getLogger(SessionHost.class);

    private final Vertx vertx;
    private final Collaborators with;
    private final Sharding sharding;
    private final Backoff backoff;
    private final Histories histories;
    private final Map<String, SessionEntry> entries = new HashMap<>();
    private long owner;
    private boolean draining;

    /** What every session verticle works with. */
    public record Collaborators(Session.Environment environment, EventStore store, LogReader reader) {
        Settings settings() {
            return environment.settings();
        }
    }

    SessionHost(Vertx vertx, Collaborators with) {
        this.vertx = vertx;
        this.with = with;
        this.sharding = new Sharding(with.settings().sessions().shards());
        this.backoff = new Backoff(
                with.settings().store().retryMs(), with.settings().store().retryMaxMs());
        this.histories = new Histories(with.reader());
    }

    /** From now on this process writes its sessions under this number. */
    void owner(long number) {
        owner = number;
    }

    Collection<SessionEntry> entries() {
        return entries.values();
    }

    SessionEntry entry(String session) {
        return entries.get(session);
    }

    void take(ShardMessage.ToSession message) {
        if (message instanceof ShardMessage.Request request && request.command() instanceof Command.Create create) {
            create(request, create);
            return;
        }
        SessionEntry entry = entries.get(message.session());
        if (entry == null) entry = load(message.session(), false);
        if (entry.isOpen()) {
            dispatch(entry, new Input.Message(message));
        } else if (entry.waiting().size() < with.settings().sessions().waitingMax()) {
            entry.waiting().add(message);
        } else if (message instanceof ShardMessage.Request request) {
            answer(request, new CommandOutcome.Refused(Failure.unavailable()));
        }
    }

    /** Brings the session into memory, so that what its last owner left is settled. */
    void recover(String session) {
        if (!entries.containsKey(session)) load(session, false);
    }

    /** Gives every session that is in memory the input. */
    void dispatchAll(Input input) {
        for (SessionEntry entry : List.copyOf(entries.values())) {
            if (entry.session() != null) dispatch(entry, input);
        }
    }

    void dispatch(SessionEntry entry, Input input) {
        perform(entry, entry.session(), () -> entry.session().handle(input));
    }

    void heartbeat() {
        for (SessionEntry entry : List.copyOf(entries.values())) {
            if (entry.session() != null && entry.session().isRunning()) dispatch(entry, new Input.Heartbeat());
        }
    }

    void drain() {
        draining = true;
        dispatchAll(new Input.Drain());
    }

    /** Lets go of sessions that nobody has used for a while. */
    void evict() {
        long sinceMs = now() - with.settings().sessions().bufferMs();
        entries.values().removeIf(entry -> entry.isUnused(sinceMs));
    }

    private SessionEntry load(String session, boolean contentRefused) {
        SessionEntry entry = new SessionEntry(session, sharding.shardOf(session));
        entries.put(session, entry);
        with.store()
                .load(session, owner)
                .onComplete(outcome -> loaded(entry, outcome, contentRefused), cause -> notLoaded(entry, cause));
        return entry;
    }

    private void loaded(SessionEntry entry, LoadOutcome outcome, boolean contentRefused) {
        switch (outcome) {
            case LoadOutcome.Found found -> open(entry, found.session(), contentRefused);
            case LoadOutcome.Absent absent -> giveUp(entry, Failure.notFound());
            case LoadOutcome.NotMine notMine -> giveUp(entry, Failure.unavailable());
        }
    }

    private void open(SessionEntry entry, EventStore.Loaded loaded, boolean contentRefused) {
        Session session = new Session(entry.id, owner, loaded, with.environment());
        entry.session(session);
        if (draining) perform(entry, session, () -> session.handle(new Input.Drain()));
        if (!loaded.orphans().isEmpty()) {
            log.atWarn()
                    .addKeyValue("session", entry.id)
                    .addKeyValue("runs", loaded.orphans().size())
                    .log("runs were left behind; ending them");
        }
        perform(entry, session, () -> session.open(loaded.orphans(), contentRefused));
        takeWaiting(entry);
    }

    private void notLoaded(SessionEntry entry, Throwable cause) {
        log.atWarn().addKeyValue("session", entry.id).setCause(cause).log("a session could not be loaded");
        // Attaches are not answered: their gateways ask again.
        giveUp(entry, Failure.unavailable());
    }

    private void giveUp(SessionEntry entry, Failure failure) {
        entries.remove(entry.id, entry);
        for (ShardMessage.ToSession message : entry.waiting()) {
            switch (message) {
                case ShardMessage.Request request -> answer(request, new CommandOutcome.Refused(failure));
                case ShardMessage.Attach attach
                when failure.code() == ErrorCode.NOT_FOUND -> {
                    long number = attach.reader().subscription();
                    tell(attach.reader().gateway(), new Delivery.AttachRefused(entry.id, owner, number, failure));
                }
                case ShardMessage.Attach attach -> {}
                case ShardMessage.Pull pull ->
                    tell(
                            pull.reader().gateway(),
                            new Delivery.UnknownSubscription(
                                    entry.id, owner, pull.reader().subscription()));
                case ShardMessage.PullSnapshot pull ->
                    tell(
                            pull.reader().gateway(),
                            new Delivery.UnknownSubscription(
                                    entry.id, owner, pull.reader().subscription()));
                case ShardMessage.AgentBatch batch ->
                    vertx.eventBus().send(batch.agent(), new BatchAck(batch.run(), batch.number(), false));
                case ShardMessage.Detach detach -> {}
                case ShardMessage.RunBeatAnswer answer -> {}
            }
        }
    }

    private void create(ShardMessage.Request request, Command.Create create) {
        if (draining) {
            answer(request, new CommandOutcome.Refused(Failure.unavailable()));
            return;
        }
        String epoch = with.environment().ids().next("e_");
        CommandResult result = new CommandResult.Created(request.session(), epoch);
        EventStore.Claim claim = request.id() == null
                ? null
                : new EventStore.Claim(request.user(), "", request.id(), request.hash(), result);
        with.store()
                .create(new EventStore.NewSession(
                        request.session(),
                        request.user(),
                        create.agent(),
                        create.title(),
                        create.metadata(),
                        epoch,
                        owner,
                        claim))
                .onComplete(
                        outcome -> answer(request, outcomeOf(request, result, outcome)),
                        cause -> answer(request, new CommandOutcome.Refused(Failure.unavailable())));
    }

    private static CommandOutcome outcomeOf(ShardMessage.Request request, CommandResult result, CreateOutcome outcome) {
        return switch (outcome) {
            case CreateOutcome.Made made -> new CommandOutcome.Accepted(result, false);
            case CreateOutcome.Claimed claimed -> {
                if (claimed.claim().hash().equals(request.hash())) {
                    yield new CommandOutcome.Accepted(claimed.claim().result(), true);
                }
                yield new CommandOutcome.Refused(
                        Failure.of(ErrorCode.CONFLICT, "This id was used for another command."));
            }
        };
    }

    /** Runs a step of the session and carries out its effects; then, if that opened it, whatever waited for that. */
    private void perform(SessionEntry entry, Session session, Step step) {
        boolean wasOpen = entry.isOpen();
        entry.used(now());
        List<Effect> effects;
        try {
            effects = step.run();
        } catch (RuntimeException e) {
            log.atError().addKeyValue("session", entry.id).setCause(e).log("a session failed; loading it again");
            drop(entry, new Effect.Drop(true, true, List.of()));
            return;
        }
        for (Effect effect : effects) carryOut(entry, session, effect);
        if (!wasOpen) takeWaiting(entry);
    }

    private void takeWaiting(SessionEntry entry) {
        while (entry.isOpen()
                && entries.get(entry.id) == entry
                && !entry.waiting().isEmpty()) {
            dispatch(entry, new Input.Message(entry.waiting().poll()));
        }
    }

    private void carryOut(SessionEntry entry, Session session, Effect effect) {
        Consumer<Input> back = input -> {
            if (entries.get(entry.id) == entry && entry.session() == session) dispatch(entry, input);
        };
        switch (effect) {
            case Effect.Tell tell -> vertx.eventBus().send(tell.address(), tell.message());
            case Effect.LookUpClaim lookUp ->
                with.store()
                        .claim(lookUp.user(), entry.id, lookUp.id())
                        .onComplete(
                                claim -> back.accept(new Input.ClaimFound(claim)),
                                cause -> back.accept(new Input.ClaimUnknown()));
            case Effect.Store store -> append(entry, store.append(), 1, back);
            case Effect.ReadRows read -> read(entry, read, back);
            case Effect.SendSnapshot send -> snapshot(entry, send);
            case Effect.Erase erase ->
                with.store()
                        .erase(entry.id, owner)
                        .onComplete(
                                erased -> back.accept(new Input.Erased(erased)),
                                cause -> back.accept(new Input.Erased(null)));
            case Effect.Later later ->
                vertx.setTimer(Math.max(1, later.delayMs()), timer -> back.accept(later.input()));
            case Effect.Drop drop -> drop(entry, drop);
        }
    }

    /** Whether the store is there is told by the store, once, and not by each of its sessions. */
    private void append(SessionEntry entry, EventStore.Append append, int attempt, Consumer<Input> back) {
        with.store().append(append).onComplete(outcome -> back.accept(new Input.Appended(outcome)), cause -> {
            log.atDebug()
                    .addKeyValue("session", entry.id)
                    .addKeyValue("attempt", attempt)
                    .addKeyValue("cause", cause.toString())
                    .log("an append failed; trying again");
            back.accept(new Input.AppendDelayed());
            vertx.setTimer(backoff.pauseMs(attempt), timer -> {
                if (entries.get(entry.id) == entry) append(entry, append, attempt + 1, back);
            });
        });
    }

    private void read(SessionEntry entry, Effect.ReadRows read, Consumer<Input> back) {
        var limits = with.settings().log();
        with.reader()
                .rows(entry.id, read.after(), read.upTo(), limits.pageEvents(), limits.pageBytesMax())
                .onComplete(
                        rows -> back.accept(new Input.RowsRead(read.reader(), read.pull(), read.after(), rows)),
                        cause -> log.atWarn()
                                .addKeyValue("session", entry.id)
                                .addKeyValue("cause", cause.toString())
                                .log("a page could not be read; its reader will ask again"));
    }

    private void snapshot(SessionEntry entry, Effect.SendSnapshot send) {
        int messages = with.settings().sessions().snapshotMessages();
        int sizeMax = with.settings().log().pageBytesMax();
        Future<Histories.Newest> newest = histories.newest(entry.id, send.at(), messages, send.unstored());
        newest.onSuccess(found -> {
            var page = SnapshotFrames.page(entry.id, send.epoch(), send.at(), found, send.page(), sizeMax);
            tell(
                    send.reader().gateway(),
                    new Delivery.SnapshotPage(
                            entry.id,
                            owner,
                            send.epoch(),
                            send.reader().subscription(),
                            send.pull(),
                            send.page(),
                            send.at(),
                            page.last(),
                            page.frame()));
        });
        newest.onFailure(cause -> log.atWarn()
                .addKeyValue("session", entry.id)
                .setCause(cause)
                .log("a snapshot could not be made; its reader will ask again"));
    }

    private void drop(SessionEntry entry, Effect.Drop drop) {
        entries.remove(entry.id, entry);
        if (!drop.reload()) return;
        log.atWarn()
                .addKeyValue("session", entry.id)
                .addKeyValue("contentRefused", drop.contentRefused())
                .log("a session is loaded again");
        SessionEntry next = load(entry.id, drop.contentRefused());
        next.waiting().addAll(drop.unanswered());
        next.waiting().addAll(entry.waiting());
    }

    private void answer(ShardMessage.Request request, CommandOutcome outcome) {
        tell(
                request.replyTo().gateway(),
                new Delivery.Answer(owner, request.replyTo().ticket(), outcome));
    }

    private void tell(String gateway, Delivery delivery) {
        vertx.eventBus().send(gateway, delivery);
    }

    private long now() {
        return with.environment().time().nowMs();
    }

    @FunctionalInterface
    private interface Step {
        List<Effect> run();
    }
}
