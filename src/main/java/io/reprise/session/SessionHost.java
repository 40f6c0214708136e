package io.reprise.session;

import io.reprise.config.Settings;
import io.reprise.history.CheckpointDirectory;
import io.reprise.history.LogReader;
import io.reprise.history.SessionDirectory;
import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.message.Sharding;
import io.reprise.session.EventStore.LoadOutcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The sessions of one verticle: brings them into memory, gives them their inputs and carries out what they want. */
public final class SessionHost {
    private static final Logger log = LoggerFactory.getLogger(SessionHost.class);

    private final Vertx vertx;
    private final Collaborators with;
    private final Sharding sharding;
    private final SessionIo io;
    private final SessionCreation creation;
    private final SessionFork fork;
    private final Map<String, SessionEntry> entries = new HashMap<>();
    private final Set<Integer> notMine = new HashSet<>();
    private long owner;
    private boolean draining;

    /** What every session verticle works with. */
    public record Collaborators(
            Session.Environment environment,
            EventStore store,
            LogReader reader,
            SessionDirectory directory,
            CheckpointDirectory checkpoints,
            Erasures erasures) {
        Settings settings() {
            return environment.settings();
        }
    }

    SessionHost(Vertx vertx, Collaborators with) {
        this.vertx = vertx;
        this.with = with;
        this.sharding = new Sharding(with.settings().sessions().shards());
        this.io = new SessionIo(vertx, with);
        this.creation = new SessionCreation(with);
        this.fork = new SessionFork(with, creation);
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
        if (message instanceof ShardMessage.Request request) {
            Future<CommandOutcome> made = made(request);
            if (made != null) {
                made.onSuccess(outcome -> answer(request, outcome));
                return;
            }
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
        // The next server settles what this one has not begun to.
        if (!draining && !entries.containsKey(session)) load(session, false);
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
            case LoadOutcome.NotMine notMine -> {
                tellNotMine(entry);
                giveUp(entry, Failure.unavailable());
            }
        }
    }

    /** Once for each shard: from now on it is so for all of its sessions. */
    private void tellNotMine(SessionEntry entry) {
        if (!notMine.add(entry.shard)) return;
        log.atError()
                .addKeyValue("shard", entry.shard)
                .addKeyValue("session", entry.id)
                .addKeyValue("owner", owner)
                .log("another server has taken this shard; its sessions are unavailable here");
    }

    private void open(SessionEntry entry, EventStore.Loaded loaded, boolean contentRefused) {
        Session session = new Session(entry.id, owner, loaded, with.environment());
        entry.session(session);
        if (draining) perform(entry, session, () -> session.handle(new Input.Drain()));
        logLeftover(entry.id, loaded.orphans(), false);
        logLeftover(entry.id, loaded.orphans(), true);
        perform(entry, session, () -> session.open(loaded.orphans(), contentRefused));
    }

    private static void logLeftover(String session, List<EventStore.Orphan> orphans, boolean suspended) {
        List<String> runs = orphans.stream()
                .map(EventStore.Orphan::run)
                .filter(run -> run.isSuspended() == suspended)
                .map(EventStore.RunRow::id)
                .toList();
        if (runs.isEmpty()) return;
        log.atLevel(suspended ? Level.INFO : Level.WARN)
                .addKeyValue("session", session)
                .addKeyValue("runs", runs)
                .log(suspended ? "found suspended runs" : "found orphaned runs");
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
                case ShardMessage.RunQuestion question ->
                    vertx.eventBus().send(question.agent(), new BatchAck(question.run(), question.sent(), false));
                case ShardMessage.Detach detach -> {}
                case ShardMessage.RunBeatAnswer answer -> {}
                case ShardMessage.TitleProposed proposed -> {}
                // Sent again while they are due.
                case ShardMessage.Fire fire -> {}
                case ShardMessage.ExpireInterrupts expire -> {}
            }
        }
    }

    /** Runs a step of the session and carries out its effects; then, once it is open, whatever waited for that. */
    private void perform(SessionEntry entry, Session session, Step step) {
        boolean wasOpen = entry.isOpen();
        entry.used(now());
        List<Effect> effects;
        try {
            effects = step.run();
        } catch (RuntimeException e) {
            log.atError().addKeyValue("session", entry.id).setCause(e).log("a session failed");
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
        if (effect instanceof Effect.Drop drop) {
            drop(entry, drop);
            return;
        }
        io.carryOut(
                effect,
                new SessionIo.Place(
                        entry.id,
                        owner,
                        input -> {
                            if (isAt(entry, session)) dispatch(entry, input);
                        },
                        () -> isAt(entry, session)));
    }

    private boolean isAt(SessionEntry entry, Session session) {
        return entries.get(entry.id) == entry && entry.session() == session;
    }

    private void drop(SessionEntry entry, Effect.Drop drop) {
        if (!entry.isOpen() && drop.contentRefused()) {
            // It failed before it was open: loading it at once would fail again. The next one who asks for it tries.
            giveUp(entry, Failure.unavailable());
            return;
        }
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

    /** Null for a command to a session that exists. */
    private Future<CommandOutcome> made(ShardMessage.Request request) {
        if (!request.command().makesSession()) return null;
        if (draining) return Future.succeededFuture(new CommandOutcome.Refused(Failure.unavailable()));
        return request.command() instanceof Command.Fork from
                ? fork.fork(request, from, owner)
                : creation.create(request, (Command.Create) request.command(), owner);
    }

    private void answer(ShardMessage.Request request, CommandOutcome outcome) {
        tell(
                request.replyTo().address(),
                new Delivery.Answer(owner, request.replyTo().ticket(), outcome));
    }

    private void tell(String gateway, Delivery delivery) {
        vertx.eventBus().send(gateway, delivery);
    }

    private long now() {
        return with.environment().clock().elapsedMs();
    }

    @FunctionalInterface
    private interface Step {
        List<Effect> run();
    }
}
