package io.reprise.session;

import io.reprise.config.Settings;
import io.reprise.config.StoreSettings;
import io.reprise.history.CheckpointDirectory;
import io.reprise.history.LogReader;
import io.reprise.history.SessionDirectory;
import io.reprise.history.Workers;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.message.Sharding;
import io.reprise.session.LoadGate.Lane;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.erasure.Erasures;
import io.reprise.session.fork.SessionFork;
import io.reprise.session.store.EventStore;
import io.reprise.session.store.EventStore.LoadOutcome;
import io.reprise.support.Backoff;
import io.reprise.support.Permits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The sessions of one verticle: brings them into memory, gives them their inputs and carries out what they want. */
public final class SessionHost {
    private static final Logger log = LoggerFactory.getLogger(SessionHost.class);
    private static final Failure FAULT = Failure.of(ErrorCode.INTERNAL, "The server failed to carry this out.");
    private static final int FAILED_MAX = 1_000;

    private final Vertx vertx;
    private final Collaborators with;
    private final Sharding sharding;
    private final SessionIo io;
    private final SessionCreation creation;
    private final SessionFork fork;
    private final News news;
    private final SessionEntries entries = new SessionEntries();
    private final Undelivered undelivered;
    private final SessionLoads loads;
    private final Recovery recovery;

    /** When sessions failed last: one that fails at once again does not call its readers back. */
    private final LinkedHashMap<String, Long> failedMs = new LinkedHashMap<>();

    /** Shards that another server has taken. */
    private final Set<Integer> notMine = new HashSet<>();

    private long owner;
    private boolean draining;

    /**
     * What every session verticle works with.
     *
     * @param wholeReads shared by all who read whole conversations
     */
    public record Collaborators(
            Session.Environment environment,
            EventStore store,
            LogReader reader,
            SessionDirectory directory,
            CheckpointDirectory checkpoints,
            Erasures erasures,
            Workers workers,
            Permits wholeReads) {
        public Settings settings() {
            return environment.settings();
        }
    }

    SessionHost(Vertx vertx, Collaborators with, String node) {
        this.news = new News(vertx, with.settings().gateway(), node);
        this.vertx = vertx;
        this.with = with;
        this.sharding = new Sharding(with.settings().sessions().shards());
        this.io = new SessionIo(vertx, with);
        this.creation = new SessionCreation(with);
        this.fork = new SessionFork(with, creation);
        this.undelivered = new Undelivered(
                () -> owner, (address, message) -> vertx.eventBus().send(address, message));
        this.loads = new SessionLoads(with);
        StoreSettings store = with.settings().store();
        Backoff backoff = new Backoff(store.retryMs(), store.retryMaxMs());
        this.recovery = new Recovery(vertx, with.settings().sessions().loadsAtOnce(), backoff, this::recover);
    }

    /** From now on this process writes its sessions under this number. */
    void owner(long number) {
        owner = number;
    }

    SessionEntries entries() {
        return entries;
    }

    SessionEntry entry(String session) {
        return entries.get(session);
    }

    void take(ShardMessage.ToSession message) {
        try {
            if (message instanceof ShardMessage.Request request
                    && request.command().makesSession()) make(request);
            else pass(message);
        } catch (RuntimeException e) {
            log.atError().addKeyValue("session", message.session()).setCause(e).log("a message could not be taken");
            undelivered.tell(message, FAULT);
        }
    }

    private void pass(ShardMessage.ToSession message) {
        SessionEntry entry = entries.get(message.session());
        if (entry == null) bring(message);
        else if (entry.isOpen()) dispatch(entry, new Input.Message(message));
        else await(entry, message);
    }

    private void bring(ShardMessage.ToSession message) {
        Optional<Lane> lane = Undelivered.loads(message);
        if (loads.absent().contains(message.session())) {
            undelivered.tell(message, Failure.notFound());
        } else if (lane.isEmpty() || !loads.hasRoom(lane.get())) {
            undelivered.tell(message, Failure.unavailable());
        } else {
            SessionEntry entry = newEntry(message.session());
            entry.waiting().add(message);
            load(entry, lane.get(), false);
        }
    }

    /** What is sent again and again waits once. */
    private void await(SessionEntry entry, ShardMessage.ToSession message) {
        boolean repeats = message instanceof ShardMessage.Fire || message instanceof ShardMessage.ExpireInterrupts;
        if (repeats && entry.waiting().contains(message)) return;
        if (entry.waiting().size() >= with.settings().sessions().waitingMax()) {
            undelivered.tell(message, Failure.unavailable());
            return;
        }
        entry.waiting().add(message);
        if (Undelivered.loads(message).equals(Optional.of(Lane.PEOPLE))) loads.hurry(entry.id);
    }

    /** Brings the sessions into memory, so that what their last owner left is settled. */
    void recover(List<String> sessions) {
        recovery.add(sessions);
    }

    private Future<?> recover(String session) {
        // The next server settles what this one has not begun to.
        if (draining) return Future.succeededFuture();
        SessionEntry entry = entries.get(session);
        if (entry != null) {
            entry.want();
            return entry.loading();
        }
        SessionEntry mine = newEntry(session);
        mine.want();
        load(mine, Lane.BACKGROUND, false);
        return mine.loading();
    }

    /** Gives every session that is in memory the input. */
    void dispatchAll(Input input) {
        for (SessionEntry entry : entries.all()) {
            if (entry.session() != null) dispatch(entry, input);
        }
    }

    void dispatch(SessionEntry entry, Input input) {
        perform(entry, entry.session(), () -> entry.session().handle(input));
    }

    void heartbeat() {
        for (SessionEntry entry : entries.all()) {
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
        entries.removeIf(entry -> entry.isUnused(sinceMs));
    }

    private SessionEntry newEntry(String session) {
        SessionEntry entry = new SessionEntry(session, sharding.shardOf(session));
        entries.put(entry);
        return entry;
    }

    private void load(SessionEntry entry, Lane lane, boolean contentRefused) {
        Promise<Void> loading = Promise.promise();
        entry.loading(loading.future());
        loads.load(entry, lane, owner)
                .onComplete(
                        outcome -> {
                            loaded(entry, outcome, contentRefused);
                            loading.tryComplete();
                        },
                        cause -> {
                            notLoaded(entry, cause);
                            loading.tryFail(cause);
                        });
    }

    private void loaded(SessionEntry entry, LoadOutcome outcome, boolean contentRefused) {
        switch (outcome) {
            case LoadOutcome.Found found -> open(entry, found.session(), contentRefused);
            case LoadOutcome.Absent absent -> giveUp(entry, Failure.notFound());
            case LoadOutcome.Foreign foreign -> giveUp(entry, Failure.notFound());
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
        Session session;
        try {
            session = new Session(entry.id, owner, loaded, with.environment());
        } catch (RuntimeException e) {
            notLoaded(entry, e);
            return;
        }
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
        giveUp(entry, Failure.unavailable());
    }

    private void giveUp(SessionEntry entry, Failure failure) {
        entries.remove(entry);
        entry.waiting().forEach(message -> undelivered.tell(message, failure));
    }

    /** Runs a step of the session and carries out its effects; then, once it is open, whatever waited for that. */
    private void perform(SessionEntry entry, Session session, Step step) {
        boolean wasOpen = entry.isOpen();
        entry.used(now());
        try {
            for (Effect effect : step.run()) carryOut(entry, session, effect);
        } catch (RuntimeException e) {
            log.atError().addKeyValue("session", entry.id).setCause(e).log("a session failed");
            if (isAt(entry, session)) giveUpFailed(entry, session);
            return;
        }
        if (!wasOpen) takeWaiting(entry);
    }

    private void giveUpFailed(SessionEntry entry, Session session) {
        with.environment().metrics().sessionFailed();
        Long beforeMs = failedMs.remove(entry.id);
        failedMs.put(entry.id, now());
        if (failedMs.size() > FAILED_MAX) failedMs.pollFirstEntry();
        boolean again =
                beforeMs != null && now() - beforeMs < with.settings().gateway().answerMs();
        for (Effect effect : session.failed(!again)) {
            try {
                carryOut(entry, session, effect);
            } catch (RuntimeException e) {
                log.atError().addKeyValue("session", entry.id).setCause(e).log("giving a session up failed");
            }
        }
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
                            if (input instanceof Input.Erased erased && Boolean.TRUE.equals(erased.erased())) {
                                news.changed(session.user(), entry.id);
                            }
                            if (isAt(entry, session)) dispatch(entry, input);
                        },
                        () -> isAt(entry, session),
                        append -> news.stored(session.user(), session.title(), append)));
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
        entries.remove(entry);
        if (!drop.reload()) return;
        log.atWarn()
                .addKeyValue("session", entry.id)
                .addKeyValue("contentRefused", drop.contentRefused())
                .log("a session is loaded again");
        SessionEntry next = newEntry(entry.id);
        next.want();
        next.waiting().addAll(drop.unanswered());
        next.waiting().addAll(entry.waiting());
        load(next, Lane.PEOPLE, drop.contentRefused());
        next.loading().onFailure(cause -> recovery.add(entry.id));
    }

    private void make(ShardMessage.Request request) {
        if (draining) {
            undelivered.tell(request, Failure.unavailable());
            return;
        }
        loads.absent().making(request.session());
        Future<CommandOutcome> made;
        try {
            made = request.command() instanceof Command.Fork from
                    ? fork.fork(request, from, owner)
                    : creation.create(request, (Command.Create) request.command(), owner);
        } catch (RuntimeException e) {
            made = Future.failedFuture(e);
        }
        made.onComplete(done -> {
            loads.absent().made(request.session());
            if (done.succeeded() && done.result() instanceof CommandOutcome.Accepted) {
                news.changed(request.user(), request.session());
            }
            if (done.failed()) {
                log.atError()
                        .addKeyValue("session", request.session())
                        .setCause(done.cause())
                        .log("making a session failed");
            }
            undelivered.answer(request, done.succeeded() ? done.result() : new CommandOutcome.Refused(FAULT));
        });
    }

    private long now() {
        return with.environment().clock().elapsedMs();
    }

    @FunctionalInterface
    private interface Step {
        List<Effect> run();
    }
}
