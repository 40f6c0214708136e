package io.reprise.session;

import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage.Request;
import io.reprise.message.recall.Recall;
import io.reprise.session.command.CommandQueue;
import io.reprise.session.effect.Effect;
import io.reprise.session.log.SessionParts;
import io.reprise.session.reading.Replay;
import io.reprise.session.recall.Recalls;
import io.reprise.session.run.Runs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a session leaves memory before it is idle: it failed, the store did not accept an append, or the session is
 * deleted.
 */
final class SessionEnd {
    private static final Logger log = LoggerFactory.getLogger(SessionEnd.class);

    private final SessionParts parts;
    private final Runs runs;
    private final Replay replay;
    private final CommandQueue commands;
    private final Recalls recalls;
    private final SessionExpiry expiry;

    SessionEnd(
            SessionParts parts,
            Runs runs,
            Replay replay,
            CommandQueue commands,
            Recalls recalls,
            SessionExpiry expiry) {
        this.parts = parts;
        this.runs = runs;
        this.replay = replay;
        this.commands = commands;
        this.recalls = recalls;
        this.expiry = expiry;
    }

    /** See {@link Session#failed}. */
    List<Effect> failed(boolean tellReaders) {
        List<Effect> all = givenUp(Failure.internal(), tellReaders);
        all.add(new Effect.Drop(true, true, List.of()));
        return all;
    }

    /** See {@link Session#left}. */
    List<Effect> left() {
        return givenUp(Failure.unavailable(), false);
    }

    private List<Effect> givenUp(Failure failure, boolean tellReaders) {
        List<Effect> all = new ArrayList<>(parts.effects().take());
        all.removeIf(effect -> !isAnswer(effect));
        attempt(runs.life()::abandon);
        attempt(() -> parts.effects().refuseOwed(failure));
        if (tellReaders) attempt(() -> replay.tellAll(dropped()));
        all.addAll(parts.effects().take());
        return all;
    }

    private static boolean isAnswer(Effect effect) {
        return effect instanceof Effect.Tell tell && tell.message() instanceof Delivery.Answer;
    }

    /** A step that throws does not prevent the others. */
    private void attempt(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("session", parts.self().session())
                    .setCause(e)
                    .log("giving up a failed session failed");
        }
    }

    /**
     * The state in memory differs from the store. The session is loaded again, and commands without an outcome are
     * passed to the new object.
     */
    void lost() {
        List<Request> unanswered = new ArrayList<>();
        parts.appends().unanswered().forEach(d -> unanswered.add(d.request()));
        drop(false, unanswered);
    }

    /** The store will never accept the pending append. Its commands are refused, and the session is loaded again. */
    void contentRefused() {
        Failure failure = Failure.of(ErrorCode.INTERNAL, "The server could not store this.");
        parts.appends().decidedUnderWay().forEach(d -> parts.effects().refuse(d.request(), failure));
        List<Request> unanswered = new ArrayList<>();
        parts.appends().decidedNext().forEach(d -> unanswered.add(d.request()));
        drop(true, unanswered);
    }

    private void drop(boolean contentRefused, List<Request> unanswered) {
        runs.life().abandon();
        unanswered.addAll(commands.undecided());
        replay.tellAll(dropped());
        parts.effects().add(new Effect.Drop(true, contentRefused, unanswered));
    }

    /** @param erased null if the store is unavailable */
    void erased(Boolean erased) {
        if (Boolean.TRUE.equals(erased)) {
            deleted();
            return;
        }
        if (erased == null) {
            commands.erasingFailed().ifPresent(request -> parts.effects().refuse(request, Failure.unavailable()));
        }
        lost();
    }

    private void deleted() {
        if (commands.isExpiring()) expiry.erased();
        runs.life().abandon();
        runs.life().dropInquiries();
        commands.erased();
        String session = parts.self().session();
        recalls.all().forEach(recall -> {
            recalls.calls().cancelled(recall);
            replay.tellAll(cancelled(recall));
        });
        replay.tellAll(new Delivery.Notice(
                session, parts.self().owner(), Delivery.Notice.SESSION_DELETED, Map.of("session", session)));
        parts.effects().add(new Effect.Drop(false, false, List.of()));
    }

    private Delivery cancelled(Recall recall) {
        Map<String, Object> data = Map.of(
                "recall", recall.id(), "session", recall.session(), "text", recall.text(), "reason", "session_deleted");
        return new Delivery.Notice(recall.session(), parts.self().owner(), Delivery.Notice.RECALL_CANCELLED, data);
    }

    private Delivery dropped() {
        return new Delivery.SessionDropped(parts.self().session(), parts.self().owner());
    }
}
