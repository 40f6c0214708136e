package io.reprise.session;

import io.reprise.history.BrokenLog;
import io.reprise.history.Histories;
import io.reprise.history.StoreAway;
import io.reprise.message.Delivery;
import io.reprise.message.Failure;
import io.reprise.message.Reader;
import io.reprise.message.bus.NodeBus;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.fork.ResumePoints;
import io.reprise.session.reading.Snapshots;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change;
import io.reprise.session.store.StoreBusy;
import io.reprise.support.Backoff;
import io.reprise.support.Current;
import io.reprise.support.Stopwatch;
import io.reprise.telemetry.Metrics;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out effects of sessions that concern the bus, time and the store. */
final class SessionIo {
    private static final Logger log = LoggerFactory.getLogger(SessionIo.class);

    private final Vertx vertx;
    private final NodeBus bus;
    private final Collaborators with;
    private final Snapshots snapshots;
    private final ResumePoints resumePoints;
    private final Current<Backoff> backoff;
    private final SharedAppends appends;
    private final FlushTicks flushes;

    /**
     * The session that an effect belongs to.
     *
     * @param back receives the answer; drops it if the session has left memory
     * @param alive whether the session is still in memory
     * @param stored receives what was stored
     */
    record Place(String session, long owner, Consumer<Input> back, BooleanSupplier alive, Consumer<Append> stored) {}

    SessionIo(Vertx vertx, Collaborators with) {
        this.vertx = vertx;
        this.with = with;
        this.bus = NodeBus.of(vertx);
        this.appends = new SharedAppends(
                with.store(),
                with.environment().current().map(now -> now.store().appendsTogetherMax()),
                task -> vertx.runOnContext(over -> task.run()));
        this.flushes = new FlushTicks(
                (task, ms) -> vertx.setTimer(ms, timer -> task.run()),
                with.environment().clock());
        Stopwatch clock = Stopwatch.started();
        Histories histories = new Histories(with.reader(), with.workers());
        this.snapshots = Snapshots.of(vertx, with.environment().current(), histories, with.workers(), clock::ms);
        this.resumePoints = new ResumePoints(with.checkpoints(), with.reader(), histories, with.store()::rootSeq);
        this.backoff = with.retries();
    }

    void carryOut(Effect effect, Place place) {
        switch (effect) {
            case Effect.Tell tell -> bus.send(tell.address(), tell.message());
            case Effect.LookUpClaim lookUp -> lookUp(lookUp, place);
            case Effect.FindUserMessage find -> find(find, place);
            case Effect.FindCheckpoint find -> find(find, place);
            case Effect.FindAnswer find -> find(find, place);
            case Effect.FindAttachments find -> find(find, place);
            case Effect.CountRecalls count -> count(count, place);
            case Effect.Store store -> append(store.append(), 1, place);
            case Effect.ReadRows read -> read(read, place);
            case Effect.SendSnapshot send -> snapshot(send, place);
            case Effect.Erase erase -> erase(erase, place);
            case Effect.Later later -> later(later, place);
            case Effect.OpenSession open -> throw new IllegalArgumentException("the host makes sessions");
            case Effect.Drop drop -> throw new IllegalArgumentException("a drop is carried out by the host");
            case Effect.Announce what -> throw new IllegalArgumentException("the host tells users");
        }
    }

    private void later(Effect.Later later, Place place) {
        long delayMs = Math.max(1, later.delayMs());
        Runnable back = () -> place.back().accept(later.input());
        if (later.input() instanceof Input.FlushDue) flushes.within(delayMs, back);
        else vertx.setTimer(delayMs, timer -> back.run());
    }

    private void lookUp(Effect.LookUpClaim lookUp, Place place) {
        with.store()
                .claim(lookUp.user(), place.session(), lookUp.id())
                .onComplete(
                        claim -> place.back().accept(new Input.ClaimFound(claim)),
                        cause -> place.back().accept(new Input.ClaimUnknown()));
    }

    private void find(Effect.FindUserMessage find, Place place) {
        with.reader()
                .userMessage(place.session(), find.message())
                .onComplete(
                        message -> place.back().accept(new Input.UserMessageFound(message)),
                        cause -> place.back().accept(new Input.LookUpFailed()));
    }

    private void find(Effect.FindCheckpoint find, Place place) {
        resumePoints
                .find(place.session(), find.checkpoint())
                .onComplete(
                        point -> place.back().accept(new Input.CheckpointFound(point)),
                        cause -> place.back().accept(new Input.LookUpFailed()));
    }

    private void find(Effect.FindAnswer find, Place place) {
        with.reader()
                .answer(place.session(), find.message())
                .onComplete(
                        answer -> place.back().accept(new Input.AnswerFound(answer)),
                        cause -> place.back().accept(new Input.AnswerFound(null)));
    }

    private void find(Effect.FindAttachments find, Place place) {
        with.store()
                .attachments(place.session(), find.attachments())
                .onComplete(
                        found -> place.back().accept(new Input.AttachmentsFound(found)),
                        cause -> place.back().accept(new Input.AttachmentsFound(null)));
    }

    private void count(Effect.CountRecalls question, Place place) {
        with.store()
                .recallsElsewhere(question.user(), place.session())
                .onComplete(
                        count -> place.back().accept(new Input.RecallsCounted(count)),
                        cause -> place.back().accept(new Input.RecallsCounted(null)));
    }

    /** Logs nothing about an unavailable store: the store does so once, and not once per session. */
    private void append(Append append, int attempt, Place place) {
        Stopwatch watch = Stopwatch.started();
        Future<AppendOutcome> appended =
                attempt == 1 ? appends.append(append) : with.store().append(append);
        appended.onComplete(done -> metrics().append(outcome(done), watch.nanos()))
                .onSuccess(outcome -> {
                    if (outcome instanceof AppendOutcome.Stored) stored(append, place);
                    if (outcome instanceof AppendOutcome.Refused refused) tell(refused, place);
                    place.back().accept(new Input.Appended(outcome));
                })
                .onFailure(cause -> {
                    log.atDebug()
                            .addKeyValue("session", place.session())
                            .addKeyValue("attempt", attempt)
                            .addKeyValue("cause", cause.toString())
                            .log("an append failed; trying again");
                    // An append that only waits for a connection is no reason to refuse commands.
                    if (!(cause instanceof StoreBusy)) place.back().accept(new Input.AppendDelayed());
                    vertx.setTimer(backoff.get().pauseMs(attempt), timer -> {
                        if (place.alive().getAsBoolean()) append(append, attempt + 1, place);
                    });
                });
    }

    private static void tell(AppendOutcome.Refused refused, Place place) {
        log.atError()
                .addKeyValue("session", place.session())
                .addKeyValue("why", refused.why())
                .log("the store refused an append for its content");
    }

    private void stored(Append append, Place place) {
        place.stored().accept(append);
        append.change(Change.Cleared.class).ifPresent(cleared -> {
            snapshots.forget(place.session());
            with.erasures().erase(place.session(), cleared.toSeq());
        });
    }

    private static String outcome(AsyncResult<AppendOutcome> done) {
        if (done.failed()) return "failed";
        return switch (done.result()) {
            case AppendOutcome.Stored stored -> "stored";
            case AppendOutcome.Lost lost -> "lost";
            case AppendOutcome.Refused refused -> "refused";
        };
    }

    private Metrics metrics() {
        return with.environment().metrics();
    }

    private void read(Effect.ReadRows read, Place place) {
        var limits = with.settings().log();
        with.reader()
                .rows(place.session(), read.after(), read.upTo(), limits.pageEvents(), limits.pageBytesMax())
                .onSuccess(
                        rows -> place.back().accept(new Input.RowsRead(read.reader(), read.pull(), read.after(), rows)))
                .onFailure(cause -> notRead(place, read.reader(), cause));
    }

    private void snapshot(Effect.SendSnapshot send, Place place) {
        snapshots
                .pages(new Snapshots.Key(place.session(), send.epoch(), send.at()), send.unstored())
                .onSuccess(pages -> bus.send(send.reader().gateway(), page(send, place, pages)))
                .onFailure(cause -> notRead(place, send.reader(), cause));
    }

    private static Delivery page(Effect.SendSnapshot send, Place place, List<String> pages) {
        int number = Math.min(send.page(), pages.size());
        return new Delivery.SnapshotPage(
                place.session(),
                place.owner(),
                send.epoch(),
                send.reader().subscription(),
                send.pull(),
                send.page(),
                send.at(),
                number == pages.size(),
                pages.get(number - 1));
    }

    private void erase(Effect.Erase erase, Place place) {
        with.store()
                .erase(place.session(), place.owner(), erase.version())
                .onSuccess(erased -> {
                    if (!erased) return;
                    snapshots.forget(place.session());
                    with.erasures().erase(place.session(), Long.MAX_VALUE);
                })
                .onComplete(
                        erased -> place.back().accept(new Input.Erased(erased)),
                        cause -> place.back().accept(new Input.Erased(null)));
    }

    /** Reports an error only if a retry cannot help, because the reader would otherwise ask forever. */
    private void notRead(Place place, Reader reader, Throwable cause) {
        if (StoreAway.isCause(cause)) {
            log.atWarn()
                    .addKeyValue("session", place.session())
                    .addKeyValue("cause", cause.toString())
                    .log("reading a page failed; its reader will ask again");
            return;
        }
        log.atError()
                .addKeyValue("session", place.session())
                .addKeyValue("seq", cause instanceof BrokenLog broken ? broken.seq() : null)
                .setCause(cause)
                .log("reading a stored log failed");
        bus.send(
                reader.gateway(),
                new Delivery.AttachRefused(place.session(), place.owner(), reader.subscription(), Failure.internal()));
    }
}
