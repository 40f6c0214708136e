package io.reprise.session;

import io.reprise.history.ChatMessage;
import io.reprise.history.Histories;
import io.reprise.history.SessionSummary;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage.Request;
import io.reprise.session.EventStore.Append;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Makes a session that goes on from the messages of another one, which stays as it is: only its stored log is read. */
final class SessionFork {
    private final SessionHost.Collaborators with;
    private final SessionCreation creation;
    private final Histories histories;
    private final ResumePoints resumePoints;

    SessionFork(SessionHost.Collaborators with, SessionCreation creation) {
        this.with = with;
        this.creation = creation;
        this.histories = new Histories(with.reader());
        this.resumePoints = new ResumePoints(with);
    }

    /** The future does not fail. */
    Future<CommandOutcome> fork(Request request, Command.Fork fork, long owner) {
        return creation.once(
                request,
                () -> with.directory()
                        .find(request.user(), fork.source())
                        .compose(source ->
                                source.isEmpty() ? refused(Failure.notFound()) : fork(request, source.get(), owner)));
    }

    private Future<CommandOutcome> fork(Request request, SessionSummary source, long owner) {
        Command.Fork fork = (Command.Fork) request.command();
        int bytesMax = with.settings().sessions().forkBytesMax();
        ForkSource read = new ForkSource();
        return histories.read(source.id(), source.head(), bytesMax, read::apply).compose(whole -> {
            if (!whole) return refused(tooLarge(bytesMax));
            return count(source.id(), read, fork)
                    .compose(count -> count == 0
                            ? refused(Failure.of(ErrorCode.NOT_FOUND, "There is nothing such to go on from."))
                            : make(request, source, read, count, owner));
        });
    }

    private Future<Integer> count(String source, ForkSource read, Command.Fork fork) {
        if (fork.message() != null) return Future.succeededFuture(upTo(read.messages(), fork.message()));
        return resumePoints
                .valid(source, fork.checkpoint())
                .map(found -> found.filter(info -> info.seq() >= read.first())
                        .map(info -> (int) read.messages().stream()
                                .filter(message -> message.metadata().seq() <= info.seq())
                                .count())
                        .orElse(0));
    }

    /** How many messages there are up to this one; 0 if it is none of them. */
    private static int upTo(List<ChatMessage> messages, String message) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).id().equals(message)) return i + 1;
        }
        return 0;
    }

    private Future<CommandOutcome> make(
            Request request, SessionSummary source, ForkSource read, int count, long owner) {
        var environment = with.environment();
        Append beginning = new ForkedLog(
                        request.session(),
                        read,
                        with.settings(),
                        environment.ids(),
                        environment.time().nowMs())
                .of(count, owner, source.preview());
        Command.Fork fork = (Command.Fork) request.command();
        Map<String, Object> from = fork.message() == null
                ? Map.of("session", source.id(), "checkpoint", fork.checkpoint())
                : Map.of("session", source.id(), "message", fork.message());
        var names = new SessionCreation.Names(source.agent(), source.title(), Map.of("forkedFrom", from));
        return creation.make(request, names, owner, beginning);
    }

    private static Failure tooLarge(int bytesMax) {
        return Failure.of(
                ErrorCode.TOO_LARGE, "The conversation is longer than the " + bytesMax + " bytes that can be forked.");
    }

    private static Future<CommandOutcome> refused(Failure failure) {
        return Future.succeededFuture(new CommandOutcome.Refused(failure));
    }
}
