package io.reprise.session;

import io.reprise.config.Settings;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.message.bus.NodeBus;
import io.reprise.message.bus.Sharding;
import io.reprise.message.opening.TemporarySession;
import io.reprise.session.LoadGate.Lane;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.effect.OpenedSession;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.Loaded;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions of a verticle: loads them, passes inputs to them and carries out their effects. */
public final class SessionHost {
    private static final Logger log = LoggerFactory.getLogger(SessionHost.class);
    private static final Failure FAULT = Failure.internal();

    private final Vertx vertx;
    private final Collaborators with;
    private final Sharding sharding;
    private final SessionIo io;
    private final News news;
    private final NewSessions newSessions;
    private final SessionEntries entries = new SessionEntries();
    private final OwnedShards shards;
    private final Undelivered undelivered;
    private final SessionLoads loads;
    private final Recovery recovery;
    private final FailedSessions failures;
    private final LoadLog loadLog = new LoadLog();

    private boolean draining;

    SessionHost(Vertx vertx, Collaborators with) {
        this.news = new News(vertx, with.environment().current().map(Settings::gateway));
        this.vertx = vertx;
        this.with = with;
        this.sharding = new Sharding(with.settings().sessions().shards());
        this.io = new SessionIo(vertx, with);
        this.shards = new OwnedShards(sharding);
        this.undelivered = new Undelivered(shards::numberOf, NodeBus.of(vertx)::send);
        this.loads = new SessionLoads(with);
        this.newSessions = new NewSessions(with, loads.absent(), news);
        this.failures = new FailedSessions(
                with.environment().clock(), with.settings().gateway().answerMs());
        int atOnce = with.settings().sessions().loadsAtOnce();
        this.recovery = new Recovery(vertx, atOnce, with.retries(), this::recover);
    }

    /** The shards whose sessions this host writes, after they are taken. */
    OwnedShards shards() {
        return shards;
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
            log.atError().addKeyValue("session", message.session()).setCause(e).log("handling a message failed");
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

    /** Keeps a message until the session is loaded. Messages that are sent repeatedly are kept once. */
    private void await(SessionEntry entry, ShardMessage.ToSession message) {
        boolean repeats = message instanceof ShardMessage.Fire
                || message instanceof ShardMessage.ExpireInterrupts
                || message instanceof ShardMessage.EraseSession
                || message instanceof ShardMessage.ExpireSession;
        if (repeats && entry.waiting().contains(message)) return;
        if (entry.waiting().size() >= with.settings().sessions().waitingMax()) {
            undelivered.tell(message, Failure.unavailable());
            return;
        }
        entry.waiting().add(message);
        if (Undelivered.loads(message).equals(Optional.of(Lane.PEOPLE))) loads.hurry(entry.id);
    }

    /** Loads the sessions, so that the work of their previous owner is settled. */
    void recover(List<String> sessions) {
        recovery.add(sessions);
    }

    private Future<?> recover(String session) {
        // Work that this server has not settled yet is settled by the next one.
        if (draining) return Future.succeededFuture();
        SessionEntry entry = entries.get(session);
        if (entry != null) {
            entry.want();
            return entry.loading();
        }
        SessionEntry mine = newEntry(session);
        mine.want();
        if (TemporarySession.isMeant(session)) mine.waiting().add(new ShardMessage.EraseSession(session));
        load(mine, Lane.BACKGROUND, false);
        return mine.loading();
    }

    /** Refuses a message, because its shard may have another owner by now. */
    void refuse(ShardMessage.ToSession message) {
        undelivered.tell(message, Failure.unavailable());
    }

    /** Whether nothing happens in the sessions of the shard: no run, no load, and everything is stored. */
    boolean isQuiet(int shard) {
        return entries.ofShard(shard).stream()
                .allMatch(entry -> entry.isOpen()
                        && entry.waiting().isEmpty()
                        && entry.session().isSettled());
    }

    /** Drops the sessions of a shard that has another owner, or may have one from now on. */
    void leave(int shard) {
        for (SessionEntry entry : entries.ofShard(shard)) {
            Session session = entry.session();
            giveUp(entry, Failure.unavailable());
            if (session == null) continue;
            SessionIo.Place place = place(entry, session);
            session.left().forEach(effect -> io.carryOut(effect, place));
        }
    }

    /** Passes the input to every session in memory. */
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

    /** Removes sessions from memory that have not been used for some time. */
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
        loads.load(entry, lane, shards.numberOf(entry.shard))
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
                loadLog.notMine(entry, shards.numberOf(entry.shard));
                giveUp(entry, Failure.unavailable());
            }
        }
    }

    private void open(SessionEntry entry, Loaded loaded, boolean contentRefused) {
        Session session;
        try {
            session = new Session(entry.id, shards.numberOf(entry.shard), loaded, with.environment());
        } catch (RuntimeException e) {
            notLoaded(entry, e);
            return;
        }
        entry.session(session);
        if (draining) perform(entry, session, () -> session.handle(new Input.Drain()));
        loadLog.found(entry.id, loaded.orphans());
        perform(entry, session, () -> session.open(loaded.orphans(), contentRefused));
    }

    private void notLoaded(SessionEntry entry, Throwable cause) {
        loadLog.failed(entry.id, cause);
        giveUp(entry, Failure.unavailable());
    }

    private void giveUp(SessionEntry entry, Failure failure) {
        entries.remove(entry);
        entry.waiting().forEach(message -> undelivered.tell(message, failure));
    }

    /**
     * Lets the session handle an input and carries out its effects; when it has opened, it handles the messages that
     * waited.
     */
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
        boolean again = failures.failedAgain(entry.id);
        for (Effect effect : session.failed(!again)) {
            try {
                carryOut(entry, session, effect);
            } catch (RuntimeException e) {
                log.atError().addKeyValue("session", entry.id).setCause(e).log("giving up a failed session failed");
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
        switch (effect) {
            case Effect.Drop drop -> drop(entry, drop);
            case Effect.OpenSession open -> open(entry, session, open.session());
            case Effect.Announce what -> news.announced(session.user(), entry.id, session.title(), what);
            default -> io.carryOut(effect, place(entry, session));
        }
    }

    private void open(SessionEntry entry, Session session, OpenedSession asked) {
        SessionIo.Place place = place(entry, session);
        newSessions
                .open(asked, entry.shard, place.owner())
                .onSuccess(outcome -> place.back()
                        .accept(new Input.SessionOpened(
                                asked.recall().id(), asked.recall().slotMs(), outcome)));
    }

    private SessionIo.Place place(SessionEntry entry, Session session) {
        return new SessionIo.Place(
                entry.id,
                shards.numberOf(entry.shard),
                input -> {
                    if (input instanceof Input.Erased erased && Boolean.TRUE.equals(erased.erased())) {
                        news.changed(session.user(), entry.id);
                    }
                    if (isAt(entry, session)) dispatch(entry, input);
                },
                () -> isAt(entry, session),
                append -> news.stored(session.user(), session.shown(), append));
    }

    private boolean isAt(SessionEntry entry, Session session) {
        return entries.get(entry.id) == entry && entry.session() == session;
    }

    private void drop(SessionEntry entry, Effect.Drop drop) {
        if (!entry.isOpen() && drop.contentRefused()) {
            // The session failed while it opened, so an immediate load would fail again. The next request for it loads
            // it.
            giveUp(entry, Failure.unavailable());
            return;
        }
        entries.remove(entry);
        if (!drop.reload()) return;
        log.atWarn()
                .addKeyValue("session", entry.id)
                .addKeyValue("contentRefused", drop.contentRefused())
                .log("reloading a session");
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
        newSessions
                .make(request, shards.numberOf(request.session()))
                .onSuccess(outcome -> undelivered.answer(request, outcome));
    }

    private long now() {
        return with.environment().clock().elapsedMs();
    }

    @FunctionalInterface
    private interface Step {
        List<Effect> run();
    }
}
