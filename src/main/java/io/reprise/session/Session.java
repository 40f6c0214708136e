package io.reprise.session;

import io.reprise.config.Settings;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.ShardMessage.Request;
import io.reprise.message.Sharding;
import io.reprise.message.recall.Recall;
import io.reprise.session.command.ClearCommand;
import io.reprise.session.command.CommandQueue;
import io.reprise.session.command.Interrupts;
import io.reprise.session.command.SessionTitles;
import io.reprise.session.command.WaitingMessages;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Effects;
import io.reprise.session.effect.Input;
import io.reprise.session.log.Appends;
import io.reprise.session.log.NextAppend;
import io.reprise.session.log.SessionIdentity;
import io.reprise.session.log.SessionLog;
import io.reprise.session.log.SessionParts;
import io.reprise.session.reading.Replay;
import io.reprise.session.recall.Recalls;
import io.reprise.session.run.AgentReports;
import io.reprise.session.run.Orphans;
import io.reprise.session.run.RunAnswers;
import io.reprise.session.run.RunLog;
import io.reprise.session.run.Runs;
import io.reprise.session.store.EventStore;
import io.reprise.session.store.EventStore.AppendOutcome;
import io.reprise.session.store.EventStore.Loaded;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session, as its only writer sees it. Deterministic and without I/O: an input changes the state and returns what
 * is to be done. Decisions are made at once; answers and announcements wait until they are stored.
 */
public final class Session {
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private final SessionParts parts;
    private final WaitingMessages waiting;
    private final Runs runs;
    private final Replay replay;
    private final CommandQueue commands;
    private final AgentReports reports;
    private final RunAnswers answers;
    private final Recalls recalls;
    private final Interrupts interrupts;
    private final Orphans orphans;
    private final SessionTitles naming;
    private boolean opening = true;

    /**
     * What does not differ between sessions.
     *
     * @param current the settings, which may change
     * @param mayRun whether the recalls of a user may start runs: asked each time that one is due
     */
    public record Environment(
            Current<Settings> current,
            List<String> agents,
            IdSource ids,
            WallClock time,
            MonotonicClock clock,
            Metrics metrics,
            Predicate<String> mayRun) {
        /** Where everybody may. */
        public Environment(
                Settings settings,
                List<String> agents,
                IdSource ids,
                WallClock time,
                MonotonicClock clock,
                Metrics metrics) {
            this(Current.always(settings), agents, ids, time, clock, metrics, user -> true);
        }

        /** Those of this moment: to be asked at each decision. */
        public Settings settings() {
            return current.get();
        }
    }

    /**
     * Brings a session into memory; {@link #open} settles what its last owner left.
     *
     * @param owner the number under which this process took the session's shard
     */
    public Session(String id, long owner, Loaded loaded, Environment environment) {
        Settings settings = environment.settings();
        SessionIdentity self = SessionIdentity.of(
                id, loaded.user(), owner, new Sharding(settings.sessions().shards()));
        Effects effects = new Effects(owner);
        SessionLog log = new SessionLog(
                id, settings.log(), loaded.head(), loaded.outline().first());
        Appends appends = new Appends(self, settings, log, effects, loaded.version());
        parts = new SessionParts(
                self,
                environment.current(),
                log,
                appends,
                effects,
                environment.ids(),
                environment.time(),
                environment.clock(),
                environment.metrics());
        waiting = new WaitingMessages(parts, loaded.queue());
        RunLog runLog = new RunLog(parts, loaded.outline());
        runs = new Runs(parts, runLog, waiting, environment.agents(), loaded);
        recalls = new Recalls(parts, runs, loaded.recalls(), environment.mayRun());
        naming = new SessionTitles(parts, loaded.agent(), loaded.titles());
        runs.endsFor(recalls, naming);
        orphans = new Orphans(parts, runs, runLog, waiting, recalls);
        replay = new Replay(parts, runs, waiting, recalls, loaded.epoch());
        reports = new AgentReports(parts, runs);
        answers = new RunAnswers(parts, runs, waiting);
        interrupts = new Interrupts(parts, runs, loaded.interrupts());
        ClearCommand clearing = new ClearCommand(parts, runs, waiting, replay, naming, interrupts);
        commands = new CommandQueue(
                parts, runs, waiting, new CommandQueue.Deciders(interrupts, recalls, naming, clearing));
    }

    /**
     * Runs whose process is gone go on or end; then the queue goes on.
     *
     * @param contentRefused the last owner gave up because the store refused its content
     */
    public List<Effect> open(List<EventStore.Orphan> orphans, boolean contentRefused) {
        if (this.orphans.settle(orphans, contentRefused))
            replay.newEpoch(parts.ids().next("e_"));
        runs.startNext();
        opening = !parts.appends().isSettled();
        return settle();
    }

    /** What the last owner left is not settled in the store yet: messages have to wait. */
    public boolean isOpening() {
        return opening;
    }

    public List<Effect> handle(Input input) {
        switch (input) {
            case Input.Message message -> message(message.message());
            case Input.ClaimFound found -> commands.claimFound(found.claim());
            case Input.ClaimUnknown unknown -> commands.claimUnknown();
            case Input.RecallsCounted counted -> commands.recallsCounted(counted.elsewhere());
            case Input.Appended appended -> {
                if (!appended(appended.outcome())) return parts.effects().take();
            }
            case Input.AppendDelayed delayed -> appendDelayed();
            case Input.UserMessageFound found -> commands.regeneration().found(found.message());
            case Input.CheckpointFound found -> commands.regeneration().foundCheckpoint(found.point());
            case Input.LookUpFailed unknown -> commands.regeneration().notFoundOut();
            case Input.RowsRead read -> replay.rowsRead(read);
            case Input.Erased erased -> {
                erased(erased.erased());
                return parts.effects().take();
            }
            case Input.FlushDue due -> parts.appends().flushDue();
            case Input.GraceOver over -> runs.graceOver(over.run());
            case Input.StoreWaitOver over -> {
                if (parts.appends().awaySinceMs() == over.awaySinceMs()) runs.storeWasAwayTooLong();
            }
            case Input.Heartbeat heartbeat -> reports.heartbeat();
            case Input.GatewayHas has -> replay.gatewayHas(has.gateway(), has.subscriptions());
            case Input.Drain drain -> runs.drain();
            case Input.EndRuns end -> {
                runs.drain();
                runs.suspend();
                parts.appends().flush();
            }
        }
        return settle();
    }

    private void message(ShardMessage.ToSession message) {
        switch (message) {
            case ShardMessage.Attach attach -> replay.attach(attach);
            case ShardMessage.Detach detach -> replay.detach(detach.reader());
            case ShardMessage.Pull pull -> replay.pull(pull);
            case ShardMessage.PullSnapshot pull -> replay.pullSnapshot(pull);
            case ShardMessage.Request request -> request(request);
            case ShardMessage.AgentBatch batch -> reports.batch(batch);
            case ShardMessage.RunQuestion question -> {
                if (reports.takes(question)) answers.ask(question);
            }
            case ShardMessage.RunBeatAnswer answer -> reports.beatAnswer(answer);
            case ShardMessage.TitleProposed proposed -> naming.proposed(proposed);
            case ShardMessage.Fire fire -> recalls.fire(fire);
            case ShardMessage.ExpireInterrupts expire -> interrupts.expire();
        }
    }

    private void request(Request request) {
        parts.effects().owe(request);
        if (request.user().equals(parts.self().user())) commands.arrive(request);
        else parts.effects().refuse(request, Failure.notFound());
    }

    private List<Effect> settle() {
        commands.pump();
        replay.announce();
        parts.appends().submit();
        parts.appends().armFlush();
        parts.log().trim();
        return parts.effects().take();
    }

    /** Returns whether the session goes on. */
    private boolean appended(AppendOutcome outcome) {
        switch (outcome) {
            case AppendOutcome.Stored stored -> {
                NextAppend content = parts.appends().stored();
                opening = false;
                if (content.runRequest() != null) runs.begun(content.runRequest());
                if (content.titleAsked() != null) parts.effects().add(content.titleAsked());
                if (content.isCleared() && !parts.appends().next().isCleared()) replay.cleared();
                if (content.runAnswer() != null) answers.stored(content.runAnswer());
                reports.stored();
                return true;
            }
            // An append that crossed with the erasure of its session; the erasure has its own outcome.
            case AppendOutcome.Lost lost when commands.isErasing() -> {}
            case AppendOutcome.Lost lost -> drop(false);
            case AppendOutcome.Refused refused -> drop(true);
        }
        return false;
    }

    private void appendDelayed() {
        long sinceMs = parts.clock().elapsedMs();
        if (!parts.appends().delayed(sinceMs)) return;
        parts.effects().add(new Effect.Later(parts.settings().store().waitMs(), new Input.StoreWaitOver(sinceMs)));
    }

    /**
     * To be called when it threw: what is in memory of it may be half done, so it is given up. Every command without an
     * answer is refused, whatever had become of it; the agent is told to stop, and readers that they attach again.
     *
     * @param tellReaders whether readers attach again at once; otherwise they do when they notice
     */
    public List<Effect> failed(boolean tellReaders) {
        List<Effect> all = new ArrayList<>(parts.effects().take());
        all.removeIf(effect -> !isAnswer(effect));
        Failure failure = Failure.of(ErrorCode.INTERNAL, "The server failed to carry this out.");
        attempt(runs::abandon);
        attempt(() -> parts.effects().refuseOwed(failure));
        if (tellReaders) attempt(() -> replay.tellAll(dropped()));
        all.addAll(parts.effects().take());
        all.add(new Effect.Drop(true, true, List.of()));
        return all;
    }

    private static boolean isAnswer(Effect effect) {
        return effect instanceof Effect.Tell tell && tell.message() instanceof Delivery.Answer;
    }

    /** One part that cannot be carried out keeps none of the others from it. */
    private void attempt(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("session", parts.self().session())
                    .setCause(e)
                    .log("giving a session up failed");
        }
    }

    private Delivery dropped() {
        return new Delivery.SessionDropped(parts.self().session(), parts.self().owner());
    }

    private void drop(boolean contentRefused) {
        runs.abandon();
        List<Request> unanswered = new ArrayList<>();
        if (contentRefused) {
            Failure failure = Failure.of(ErrorCode.INTERNAL, "The server could not store this.");
            parts.appends().decidedUnderWay().forEach(d -> parts.effects().refuse(d.request(), failure));
            parts.appends().decidedNext().forEach(d -> unanswered.add(d.request()));
        } else {
            parts.appends().unanswered().forEach(d -> unanswered.add(d.request()));
        }
        unanswered.addAll(commands.undecided());
        replay.tellAll(dropped());
        parts.effects().add(new Effect.Drop(true, contentRefused, unanswered));
    }

    private void erased(Boolean erased) {
        if (Boolean.TRUE.equals(erased)) {
            runs.abandon();
            commands.erased();
            String session = parts.self().session();
            recalls.all().forEach(recall -> replay.tellAll(cancelled(recall)));
            replay.tellAll(new Delivery.Notice(
                    session, parts.self().owner(), Delivery.Notice.SESSION_DELETED, Map.of("session", session)));
            parts.effects().add(new Effect.Drop(false, false, List.of()));
            return;
        }
        if (erased == null) parts.effects().refuse(commands.erasingFailed(), Failure.unavailable());
        drop(false);
    }

    private Delivery cancelled(Recall recall) {
        Map<String, Object> data = Map.of(
                "recall", recall.id(), "session", recall.session(), "text", recall.text(), "reason", "session_deleted");
        return new Delivery.Notice(recall.session(), parts.self().owner(), Delivery.Notice.RECALL_CANCELLED, data);
    }

    /** Nobody reads, nothing runs and everything is stored: it can leave memory. */
    public boolean isIdle() {
        return !replay.hasReaders() && isSettled();
    }

    /** Nothing runs here and everything is stored. */
    public boolean isSettled() {
        return !runs.isAtWork() && commands.isEmpty() && parts.appends().isSettled();
    }

    /** An agent works on a run, or is about to. */
    public boolean isRunning() {
        return runs.isAtWork();
    }

    /** Its run is left to the next server. */
    boolean isSuspended() {
        return runs.isSuspended();
    }

    /** Whose it is. */
    public String user() {
        return parts.self().user();
    }

    /** What it is called, or null. */
    public String title() {
        return naming.title();
    }

    public boolean isReadBy(String gateway) {
        return replay.isReadBy(gateway);
    }

    public boolean knows(Reader reader) {
        return replay.knows(reader);
    }

    public String epoch() {
        return replay.epoch();
    }

    /** The last event that readers may know. */
    public long announcedHead() {
        return parts.log().announced();
    }
}
