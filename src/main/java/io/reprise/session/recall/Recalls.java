package io.reprise.session.recall;

import io.reprise.config.Settings;
import io.reprise.message.Cause;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandOutcome.Accepted;
import io.reprise.message.CommandOutcome.Refused;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.Recall.Action;
import io.reprise.message.recall.Recall.Pause;
import io.reprise.message.recall.Recall.Status;
import io.reprise.message.recall.RecallInfo;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallTarget;
import io.reprise.message.recall.RecalledFrom;
import io.reprise.schedule.ScheduleException;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.OpenedSession;
import io.reprise.session.log.SessionParts;
import io.reprise.session.recall.RecallPolicy.Change;
import io.reprise.session.recall.RecallPolicy.Result;
import io.reprise.session.run.Ending;
import io.reprise.session.run.RunOrigin;
import io.reprise.session.run.Runs;
import io.reprise.session.store.Loaded;
import io.reprise.support.Texts;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The unfinished recalls of a session. Each change is a row and an event in one append. The append that starts a slot's
 * run also finishes the slot, so no slot starts two runs.
 */
public final class Recalls {
    private static final Failure RUNNING =
            Failure.of(ErrorCode.BUSY, "This recall is running right now; you can stop its run.");

    private static final Failure OF_CALL =
            Failure.of(ErrorCode.CONFLICT, "This brings the result of a call; it can only be cancelled.");

    private final SessionParts parts;
    private final Runs runs;
    private final RecallPolicy policy;
    private final RecallSchedules schedules;
    private final Predicate<String> mayRun;
    private final Map<String, Recall> open = new LinkedHashMap<>();
    private final RecallCalls calls;

    /** How many runs in a row recalls have started, without a message of a person. */
    private int chain;

    /** Recalls whose new session is being made. */
    private final Set<String> opening = new HashSet<>();

    /** @param mayRun whether a user's recalls may start runs */
    public Recalls(SessionParts parts, Runs runs, Loaded loaded, Predicate<String> mayRun) {
        this.parts = parts;
        this.runs = runs;
        this.mayRun = mayRun;
        this.policy = new RecallPolicy(parts.current().map(Settings::recalls));
        this.schedules = new RecallSchedules(parts.current().map(Settings::recalls));
        loaded.recalls().forEach(recall -> open.put(recall.id(), recall));
        this.chain = loaded.recallChain();
        this.calls = new RecallCalls(parts, runs, open, this::apply);
    }

    public List<RecallInfo> infos() {
        return open.values().stream().map(RecallInfo::of).toList();
    }

    public List<Recall> all() {
        return List.copyOf(open.values());
    }

    /** Those that bring results of calls. */
    public RecallCalls calls() {
        return calls;
    }

    /** Recalls that somebody has scheduled, which the limits are for. */
    private int scheduled() {
        return (int)
                open.values().stream().filter(recall -> !recall.bringsResult()).count();
    }

    // --- commands

    /** Why the recall cannot be scheduled, apart from recalls in other sessions. */
    public Optional<Failure> fault(Command.ScheduleRecall asked) {
        if (scheduled() >= parts.settings().recalls().perSessionMax()) {
            return Optional.of(tooMany("in this session"));
        }
        try {
            checkText(asked.text());
            schedules.read(asked.schedule(), nowMs());
            return Optional.empty();
        } catch (ScheduleException e) {
            return Optional.of(Failure.badRequest(e.getMessage()));
        }
    }

    /**
     * @param elsewhere number of the user's recalls in other sessions
     * @param cause who asks for it
     */
    public CommandOutcome schedule(Command.ScheduleRecall asked, int elsewhere, Cause cause) {
        if (elsewhere + scheduled() >= parts.settings().recalls().perUserMax()) {
            return new Refused(tooMany("of yours"));
        }
        return checked(() -> {
            RecallSchedules.Read read = schedules.read(asked.schedule(), nowMs());
            Recall recall = new Recall(
                    parts.ids().next("rc_"),
                    parts.self().session(),
                    parts.self().user(),
                    asked.text(),
                    read.schedule(),
                    asked.context(),
                    asked.target(),
                    null,
                    Status.PENDING,
                    null,
                    read.firstMs(),
                    read.firstMs(),
                    0,
                    0,
                    0,
                    null,
                    nowMs(),
                    cause);
            return apply(new Change(recall, Action.SCHEDULED, null));
        });
    }

    public CommandOutcome edit(Command.EditRecall asked) {
        return withScheduled(
                asked.recall(),
                recall -> checked(() -> {
                    if (asked.text() != null) checkText(asked.text());
                    Recall edited = asked.text() == null ? recall : recall.saying(asked.text());
                    if (asked.context() != null) edited = edited.seeing(asked.context());
                    if (asked.target() != null) edited = edited.answering(asked.target());
                    if (asked.schedule() != null) edited = reschedule(edited, asked.schedule());
                    return apply(new Change(edited, Action.EDITED, null));
                }));
    }

    /**
     * Also possible during its run: the recall then waits for its new slot, and the end of that run does not change it.
     */
    private Recall reschedule(Recall recall, RecallSchedule asked) {
        // The slot of the active run must not occur again.
        long nowMs = recall.status() != Status.RUNNING ? nowMs() : Math.max(nowMs(), recall.slotMs() + 1);
        RecallSchedule meant = asked.zone() == null ? asked.in(recall.schedule().zone()) : asked;
        RecallSchedules.Read read = schedules.read(meant, nowMs);
        Recall due = recall.due(read.schedule()).withFailures(0).at(read.firstMs());
        return recall.isPaused() ? due.paused(recall.pause()) : due;
    }

    public CommandOutcome skip(Command.SkipRecall asked) {
        return withScheduled(asked.recall(), recall -> switch (recall.status()) {
            case PENDING -> accepted(apply(policy.skip(recall, nowMs())));
            case PAUSED ->
                new Refused(Failure.of(ErrorCode.CONFLICT, "This recall is paused; resume it to skip a time."));
            case RUNNING, FIRED, CANCELLED, FAILED -> new Refused(RUNNING);
        });
    }

    /** A recall that is due once cannot be paused while its run is active, because nothing would be left to pause. */
    public CommandOutcome pause(Command.PauseRecall asked) {
        return withScheduled(asked.recall(), recall -> {
            if (recall.pause() == Pause.ASKED) return accepted(recall);
            if (recall.status() == Status.RUNNING && !policy.isRecurring(recall)) return new Refused(RUNNING);
            return accepted(apply(policy.pause(recall, Pause.ASKED, nowMs())));
        });
    }

    public CommandOutcome resume(Command.ResumeRecall asked) {
        return withScheduled(asked.recall(), recall -> {
            if (!recall.isPaused()) return accepted(recall);
            if (asked.byPerson()) chain(0);
            return accepted(apply(policy.resume(recall, nowMs())));
        });
    }

    public CommandOutcome cancel(Command.CancelRecall asked) {
        return withOpen(asked.recall(), recall -> {
            calls.cancelled(recall);
            return accepted(apply(policy.cancel(recall)));
        });
    }

    public CommandOutcome list() {
        return new Accepted(new CommandResult.Recalls(all()), false);
    }

    // --- chains

    /** A person wrote: the recalls that waited for that go on. */
    public void personSpoke() {
        chain(0);
        open.values().stream()
                .filter(recall -> recall.pause() == Pause.CHAIN)
                .toList()
                .forEach(recall -> apply(policy.resume(recall, nowMs())));
    }

    /** @param runs how many runs in a row recalls have started now */
    private void chain(int runs) {
        if (chain == runs) return;
        chain = runs;
        parts.appends().next().recallChain(runs);
    }

    // --- runs

    /** Ignored unless the recall is pending for exactly this time, so duplicate and late messages are harmless. */
    public void fire(ShardMessage.Fire fire) {
        Recall recall = open.get(fire.recall());
        if (recall == null || !recall.isPending() || recall.triggerAtMs() != fire.triggerAtMs()) return;
        // The recall stays pending and is found again.
        if (runs.slot().isDraining() || parts.appends().storeIsAway()) return;
        begin(recall);
    }

    /** No run is active and no message waits: starts recalls that were deferred. */
    public void startDeferred() {
        List<Recall> deferred = open.values().stream()
                .filter(recall -> recall.isPending() && recall.deferrals() > 0)
                .sorted(Comparator.comparingLong(Recall::slotMs))
                .toList();
        for (Recall recall : deferred) {
            if (runs.slot().isBusy()) return;
            begin(recall);
        }
    }

    /** Called directly after the run's terminal event. */
    public void runEnded(String run, Ending ending) {
        open.values().stream()
                .filter(recall -> recall.status() == Status.RUNNING && run.equals(recall.run()))
                .findFirst()
                .ifPresent(recall -> apply(policy.ended(recall, Result.of(ending), nowMs())));
    }

    private void begin(Recall recall) {
        if (!mayRun.test(recall.user())) {
            apply(policy.rightsGone(recall));
        } else if (recall.target() == RecallTarget.NEW) {
            open(recall);
        } else if (runs.slot().isBusy()) {
            apply(policy.busy(recall, nowMs(), runs.slot().waitMs()));
        } else if (!recall.bringsResult() && chain >= parts.settings().recalls().chainMax()) {
            apply(policy.pause(recall, Pause.CHAIN, nowMs()));
        } else {
            String run = parts.ids().next("r_");
            Change change = policy.due(recall, run, nowMs());
            if (change.action() == Action.STARTED) start(change.recall());
            if (change.action() == Action.STARTED && recall.deferrals() == 0) {
                parts.metrics().recallLate(nowMs() - change.recall().slotMs());
            }
            apply(change);
        }
    }

    /**
     * Has a session made for the slot, and settles the slot when that exists. If this process dies in between, the
     * recall is still pending at its slot, and asks for the same session again.
     */
    private void open(Recall recall) {
        if (chain >= parts.settings().recalls().chainMax()) {
            apply(policy.pause(recall, Pause.CHAIN, nowMs()));
            return;
        }
        Change change = policy.due(recall, null, nowMs());
        if (change.action() != Action.STARTED) {
            apply(change);
            return;
        }
        if (!opening.add(recall.id())) return;
        RecalledFrom from = new RecalledFrom(parts.self().session(), parts.log().decided(), recall.context());
        parts.effects()
                .add(new Effect.OpenSession(
                        new OpenedSession(recall, from, parts.agent().name(), chain)));
    }

    /** The session for the slot exists, or cannot be made. */
    public void opened(String id, long slotMs, OpenedSession.Outcome outcome) {
        opening.remove(id);
        Recall recall = open.get(id);
        if (recall == null || !recall.isPending() || recall.slotMs() != slotMs) return;
        switch (outcome) {
            case EXISTS -> apply(policy.opened(recall, nowMs()));
            case TOO_MANY -> apply(policy.tooManySessions(recall, nowMs()));
            case UNKNOWN -> {} // It stays pending and is found again.
        }
    }

    private void start(Recall recall) {
        String at = Instant.ofEpochMilli(nowMs()).toString();
        QueuedMessage message = new QueuedMessage(
                        parts.ids().next("m_"), recall.text(), Command.OnBusy.QUEUE.wire(), recall.user(), at, null)
                .in(recall.schedule().zone());
        runs.starts().start(recall.run(), message, RunOrigin.ofRecall(recall));
        if (!recall.bringsResult()) chain(chain + 1);
    }

    // --- changes

    private Recall apply(Change change) {
        Recall recall = change.recall();
        if (recall.isOpen()) open.put(recall.id(), recall);
        else open.remove(recall.id());
        LogEvent.RecallUpdated updated = LogEvent.RecallUpdated.of(recall, change.action(), change.reason());
        parts.log().number(LogEvent.Custom.of(updated), null, nowMs());
        parts.appends().next().recall(recall);
        parts.metrics().recall(change.action().wire());
        return recall;
    }

    private CommandOutcome withOpen(String id, Function<Recall, CommandOutcome> then) {
        Recall recall = open.get(id);
        return recall == null ? new Refused(Failure.recallNotOpen()) : then.apply(recall);
    }

    private CommandOutcome withScheduled(String id, Function<Recall, CommandOutcome> then) {
        return withOpen(id, recall -> recall.bringsResult() ? new Refused(OF_CALL) : then.apply(recall));
    }

    private CommandOutcome checked(Supplier<Recall> change) {
        try {
            return accepted(change.get());
        } catch (ScheduleException e) {
            return new Refused(Failure.badRequest(e.getMessage()));
        }
    }

    private static CommandOutcome accepted(Recall recall) {
        return new Accepted(new CommandResult.Recalled(recall), false);
    }

    private void checkText(String text) {
        if (text == null || text.isBlank()) throw new ScheduleException("A recall needs a text.");
        if (!Texts.isWellFormed(text))
            throw new ScheduleException("The text contains characters that cannot be stored.");
        int bytesMax = parts.settings().sessions().textBytesMax();
        if (Texts.utf8Bytes(text) > bytesMax) {
            throw new ScheduleException("The text must not exceed " + bytesMax + " bytes.");
        }
    }

    private Failure tooMany(String where) {
        return Failure.of(ErrorCode.TOO_MANY_REQUESTS, "There are too many recalls " + where + " that are still open.");
    }

    private long nowMs() {
        return parts.time().nowMs();
    }
}
