package io.reprise.session;

import io.reprise.config.LogSettings;
import io.reprise.config.Settings;
import io.reprise.message.AgentRules;
import io.reprise.message.Failure;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.ShardMessage.Request;
import io.reprise.message.bus.Sharding;
import io.reprise.session.command.AnswerCommand;
import io.reprise.session.command.ClearCommand;
import io.reprise.session.command.CommandQueue;
import io.reprise.session.command.SessionTitles;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Effects;
import io.reprise.session.effect.Input;
import io.reprise.session.log.Appends;
import io.reprise.session.log.NextAppend;
import io.reprise.session.log.ReadMark;
import io.reprise.session.log.SessionAgent;
import io.reprise.session.log.SessionIdentity;
import io.reprise.session.log.SessionLog;
import io.reprise.session.log.SessionParts;
import io.reprise.session.reading.Replay;
import io.reprise.session.recall.Recalls;
import io.reprise.session.run.AgentReports;
import io.reprise.session.run.Ending;
import io.reprise.session.run.Orphans;
import io.reprise.session.run.RunAnswers;
import io.reprise.session.run.RunListener;
import io.reprise.session.run.RunLog;
import io.reprise.session.run.RunState;
import io.reprise.session.run.Runs;
import io.reprise.session.run.WaitingMessages;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.ClaimedIds;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.Orphan;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A session, as its only writer sees it. Deterministic and without I/O: an input changes the state and returns the
 * effects. Decisions are made immediately; answers and announcements wait until they are stored.
 */
public final class Session {
    private final SessionParts parts;
    private final Runs runs;
    private final Replay replay;
    private final CommandQueue commands;
    private final AgentReports reports;
    private final RunAnswers answers;
    private final Recalls recalls;
    private final AnswerCommand decisions;
    private final Orphans orphans;
    private final SessionTitles titles;
    private final SessionExpiry expiry;
    private final SessionEnd end;
    private final ReadMark read;
    private boolean opening = true;

    /**
     * Services that all sessions share.
     *
     * @param current the settings, which may change
     * @param mayRun whether a user's recalls may start runs; asked each time that one is due
     * @param storeAnswers false while the store is known to be unavailable
     * @param rules what people may choose
     * @param budgetSpent whether a user is known to have spent the budget of this day
     */
    public record Environment(
            Current<Settings> current,
            List<String> agents,
            IdSource ids,
            WallClock time,
            MonotonicClock clock,
            Metrics metrics,
            Predicate<String> mayRun,
            BooleanSupplier storeAnswers,
            AgentRules rules,
            Predicate<String> budgetSpent) {
        /** An environment in which everything may be chosen, without budgets. */
        public Environment(
                Current<Settings> current,
                List<String> agents,
                IdSource ids,
                WallClock time,
                MonotonicClock clock,
                Metrics metrics,
                Predicate<String> mayRun,
                BooleanSupplier storeAnswers) {
            this(current, agents, ids, time, clock, metrics, mayRun, storeAnswers, AgentRules.NONE, user -> false);
        }

        /** An environment in which every user's recalls may start runs, and whose store is never known to be away. */
        public Environment(
                Settings settings,
                List<String> agents,
                IdSource ids,
                WallClock time,
                MonotonicClock clock,
                Metrics metrics) {
            this(Current.always(settings), agents, ids, time, clock, metrics, user -> true, () -> true);
        }

        /** The current settings; ask for them at each decision. */
        public Settings settings() {
            return current.get();
        }
    }

    /**
     * Creates a loaded session; {@link #open} then settles the work that its previous owner left.
     *
     * @param owner number under which this process owns the session's shard
     */
    public Session(String id, long owner, Loaded loaded, Environment environment) {
        Sharding sharding = new Sharding(environment.settings().sessions().shards());
        SessionIdentity self = SessionIdentity.of(id, loaded.user(), owner, sharding);
        Effects effects = new Effects(owner);
        Current<LogSettings> limits = environment.current().map(Settings::log);
        SessionLog log =
                new SessionLog(id, limits, loaded.head(), loaded.outline().first());
        Appends appends = new Appends(self, limits, log, effects, loaded.version());
        parts = new SessionParts(
                self,
                new SessionAgent(loaded.agent(), environment.rules()),
                environment.current(),
                log,
                appends,
                effects,
                environment.ids(),
                environment.time(),
                environment.clock(),
                environment.metrics(),
                environment.budgetSpent());
        WaitingMessages waiting = new WaitingMessages(parts, loaded.queue());
        read = new ReadMark(loaded.read(), () -> parts.settings().sessions().unreadMax());
        RunLog runLog = new RunLog(parts, loaded.outline(), read);
        runs = Runs.of(parts, runLog, waiting, environment.agents(), loaded, new RunEnds());
        recalls = new Recalls(parts, runs, loaded, environment.mayRun());
        titles = new SessionTitles(parts, loaded.titles(), loaded.listing());
        orphans = new Orphans(parts, runs, runLog, waiting);
        replay = new Replay(parts, runs.slot(), waiting, recalls, titles::title, loaded.epoch());
        reports = new AgentReports(parts, runs, replay::readers);
        answers = new RunAnswers(parts, runs, waiting);
        decisions = new AnswerCommand(parts, runs);
        ClearCommand clears = new ClearCommand(parts, runs, waiting, replay, titles, read);
        commands = new CommandQueue(
                parts,
                runs,
                waiting,
                new ClaimedIds(loaded.claims(), environment.storeAnswers()),
                new CommandQueue.Deciders(decisions, recalls, titles, clears, read));
        expiry = new SessionExpiry(parts, runs, waiting, replay, commands, recalls, loaded.idleSinceMs());
        end = new SessionEnd(parts, runs, replay, commands, recalls, expiry);
    }

    /** Tells recalls and titles about runs. */
    private final class RunEnds implements RunListener {
        @Override
        public void ended(String id, RunState.Run run, Ending ending, long fromSeq) {
            recalls.runEnded(id, ending);
            boolean answered = run != null && ending instanceof Ending.Succeeded;
            if (answered && !runs.slot().isDraining()) titles.exchanged(run, fromSeq);
        }

        @Override
        public void idle() {
            recalls.startDeferred();
        }

        @Override
        public void begins() {
            titles.runBegins();
        }

        @Override
        public void begunAnew() {
            titles.begunAnew();
        }
    }

    /**
     * Resumes or ends orphaned runs, then continues with the queue.
     *
     * @param contentRefused the previous owner gave up because the store refused its content
     */
    public List<Effect> open(List<Orphan> orphans, boolean contentRefused) {
        if (this.orphans.settle(orphans, contentRefused))
            replay.newEpoch(parts.ids().next("e_"));
        recalls.calls().settle();
        runs.life().startNext();
        opening = !parts.appends().isSettled();
        return settle();
    }

    /** Whether the settled work of the previous owner is not stored yet; until then messages have to wait. */
    public boolean isOpening() {
        return opening;
    }

    public List<Effect> handle(Input input) {
        switch (input) {
            case Input.Message message -> message(message.message());
            case Input.ClaimFound found -> commands.claimFound(found.claim());
            case Input.ClaimUnknown unknown -> commands.claimUnknown();
            case Input.RecallsCounted counted -> commands.recallsCounted(counted.elsewhere());
            case Input.AttachmentsFound found -> commands.attachmentsFound(found.found());
            case Input.AnswerFound found -> commands.feedback().found(found.answer());
            case Input.SessionOpened opened -> recalls.opened(opened.recall(), opened.slotMs(), opened.outcome());
            case Input.Appended appended -> {
                if (!appended(appended.outcome())) return parts.effects().take();
            }
            case Input.AppendDelayed delayed -> appendDelayed();
            case Input.UserMessageFound found -> commands.regeneration().found(found.message());
            case Input.CheckpointFound found -> commands.regeneration().foundCheckpoint(found.point());
            case Input.LookUpFailed unknown -> commands.regeneration().notFoundOut();
            case Input.RowsRead read -> replay.rowsRead(read);
            case Input.Erased erased -> {
                end.erased(erased.erased());
                return parts.effects().take();
            }
            case Input.ExpiryDue due -> expiry.due(due.number());
            case Input.FlushDue due -> parts.appends().flushDue();
            case Input.GraceOver over -> runs.life().graceOver(over.run());
            case Input.StoreWaitOver over -> {
                if (parts.appends().awaySinceMs() == over.awaySinceMs())
                    runs.life().storeWasAwayTooLong();
            }
            case Input.Heartbeat heartbeat -> reports.heartbeat();
            case Input.GatewayHas has -> replay.gatewayHas(has.gateway(), has.subscriptions());
            case Input.Drain drain -> {
                runs.slot().drain();
                expiry.drain();
            }
            case Input.EndRuns end -> {
                runs.slot().drain();
                runs.life().suspend();
                parts.appends().flush();
            }
        }
        return settle();
    }

    private void message(ShardMessage.ToSession message) {
        switch (message) {
            case ShardMessage.Attach attach -> {
                replay.attach(attach);
                if (isOfUser(attach.user())) expiry.used();
            }
            case ShardMessage.Detach detach -> replay.detach(detach.reader());
            case ShardMessage.Pull pull -> replay.pull(pull);
            case ShardMessage.PullSnapshot pull -> replay.pullSnapshot(pull);
            case ShardMessage.Request request -> request(request);
            case ShardMessage.AgentBatch batch -> reports.batch(batch);
            case ShardMessage.RunQuestion question -> {
                if (reports.takes(question)) answers.ask(question);
            }
            case ShardMessage.RunBeatAnswer answer -> reports.beatAnswer(answer);
            case ShardMessage.TitleProposed proposed -> titles.proposed(proposed);
            case ShardMessage.Fire fire -> recalls.fire(fire);
            case ShardMessage.ExpireInterrupts expire -> decisions.expire();
            case ShardMessage.EraseSession erase -> commands.erase();
            case ShardMessage.ExpireSession expire -> expiry.asked();
        }
    }

    private void request(Request request) {
        parts.effects().owe(request);
        if (isOfUser(request.user())) {
            expiry.used();
            commands.arrive(request);
        } else parts.effects().refuse(request, Failure.notFound());
    }

    private boolean isOfUser(String user) {
        return user.equals(parts.self().user());
    }

    private List<Effect> settle() {
        commands.pump();
        expiry.settle();
        replay.announce();
        parts.appends().submit();
        parts.appends().armFlush();
        parts.log().trim();
        return parts.effects().take();
    }

    /** Returns whether the session stays in memory. */
    private boolean appended(AppendOutcome outcome) {
        switch (outcome) {
            case AppendOutcome.Stored stored -> {
                NextAppend content = parts.appends().stored();
                opening = false;
                if (content.runRequest() != null) runs.life().begun(content.runRequest());
                if (content.titleAsked() != null) parts.effects().add(content.titleAsked());
                if (content.isCleared() && !parts.appends().next().isCleared()) replay.cleared();
                if (content.runAnswer() != null) answers.stored(content.runAnswer());
                reports.stored();
                return true;
            }
            // The append was sent before the session was erased. The erasure has its own outcome.
            case AppendOutcome.Lost lost when commands.isErasing() -> {}
            case AppendOutcome.Lost lost -> end.lost();
            case AppendOutcome.Refused refused -> end.contentRefused();
        }
        return false;
    }

    private void appendDelayed() {
        long sinceMs = parts.clock().elapsedMs();
        if (!parts.appends().delayed(sinceMs)) return;
        parts.effects().add(new Effect.Later(parts.settings().store().waitMs(), new Input.StoreWaitOver(sinceMs)));
    }

    /**
     * Call this after an exception: the state in memory may be inconsistent, so the session is dropped. Every command
     * without an answer is refused, whatever its state; the agent is told to stop, and readers are told to attach
     * again.
     *
     * @param tellReaders whether readers attach again immediately; otherwise they do so when they notice the loss
     */
    public List<Effect> failed(boolean tellReaders) {
        return end.failed(tellReaders);
    }

    /**
     * Call this when another node owns the session, or may own it from now on: nothing is stored any more. Every command
     * without an answer is refused {@code unavailable}, and the agent is told to stop; readers hear of the new owner.
     */
    public List<Effect> left() {
        return end.left();
    }

    /** Whether the session can leave memory: no reader, no run, and everything is stored. */
    public boolean isIdle() {
        return !replay.hasReaders() && isSettled() && !expiry.isUnderWay();
    }

    /** Whether no run is active here and everything is stored. */
    public boolean isSettled() {
        return !runs.slot().isAtWork() && commands.isEmpty() && parts.appends().isSettled();
    }

    /** Whether an agent works on a run, or is about to. */
    public boolean isRunning() {
        return runs.slot().isAtWork();
    }

    /** Whether its run is left to the next server. */
    boolean isSuspended() {
        return runs.slot().isSuspended();
    }

    /** The user who owns the session. */
    public String user() {
        return parts.self().user();
    }

    /** The title, or null. */
    public String title() {
        return titles.title();
    }

    /** What the list of its user shows of it. */
    News.Shown shown() {
        return new News.Shown(titles.title(), titles.listing(), read.unread());
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

    /** The last event that readers may receive. */
    public long announcedHead() {
        return parts.log().announced();
    }
}
