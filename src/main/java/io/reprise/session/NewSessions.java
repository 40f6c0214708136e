package io.reprise.session;

import io.reprise.history.Histories;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.session.effect.OpenedSession;
import io.reprise.session.fork.Beginnings;
import io.reprise.session.fork.RecallSessions;
import io.reprise.session.fork.ResumePoints;
import io.reprise.session.fork.SessionCreation;
import io.reprise.session.fork.SessionFork;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out commands that create a session, and that no existing session can therefore decide. For one event loop.
 */
final class NewSessions {
    private static final Logger log = LoggerFactory.getLogger(NewSessions.class);
    private static final CommandOutcome FAULT = new CommandOutcome.Refused(Failure.internal());

    private final SessionCreation creation;
    private final SessionFork fork;
    private final RecallSessions openings;
    private final Beginnings beginning;
    private final AbsentSessions absent;
    private final News news;

    NewSessions(Collaborators with, AbsentSessions absent, News news) {
        Session.Environment environment = with.environment();
        Histories histories = new Histories(with.reader(), with.workers());
        this.creation = new SessionCreation(with.store(), environment.ids(), environment.rules());
        SessionFork.With copying =
                new SessionFork.With(environment.current(), with.workers(), environment.ids(), environment.time());
        this.fork = new SessionFork(
                copying,
                creation,
                with.directory(),
                histories,
                new ResumePoints(with.checkpoints(), with.reader(), histories, with.store()::rootSeq),
                with.wholeReads());
        this.beginning = new Beginnings(copying);
        this.openings = new RecallSessions(with.store(), environment.current(), environment.ids(), environment.time());
        this.absent = absent;
        this.news = news;
    }

    /** The future never fails. */
    Future<CommandOutcome> make(ShardMessage.Request request, long owner) {
        absent.making(request.session());
        return started(request, owner).transform(done -> {
            absent.made(request.session());
            if (done.failed()) {
                log.atError()
                        .addKeyValue("session", request.session())
                        .setCause(done.cause())
                        .log("creating a session failed");
                return Future.succeededFuture(FAULT);
            }
            if (done.result() instanceof CommandOutcome.Accepted) news.changed(request.user(), request.session());
            return Future.succeededFuture(done.result());
        });
    }

    /** Makes a session for a slot of a recall, in the shard of that recall. The future never fails. */
    Future<OpenedSession.Outcome> open(OpenedSession asked, int shard, long owner) {
        String session = openings.id(asked.recall(), shard);
        absent.making(session);
        return opened(asked, session, owner)
                .otherwise(cause -> {
                    log.atWarn()
                            .addKeyValue("session", asked.recall().session())
                            .addKeyValue("recall", asked.recall().id())
                            .setCause(cause)
                            .log("creating a session for a recall failed; trying again");
                    return OpenedSession.Outcome.UNKNOWN;
                })
                .onComplete(done -> {
                    absent.made(session);
                    news.changed(asked.recall().user(), session);
                });
    }

    private Future<OpenedSession.Outcome> opened(OpenedSession asked, String session, long owner) {
        try {
            return openings.make(asked, session, owner);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<CommandOutcome> started(ShardMessage.Request request, long owner) {
        try {
            return request.command() instanceof Command.Fork from
                    ? fork.fork(request, from, owner)
                    : creation.create(
                            request,
                            (Command.Create) request.command(),
                            owner,
                            () -> beginning.of(request, (Command.Create) request.command(), owner));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
