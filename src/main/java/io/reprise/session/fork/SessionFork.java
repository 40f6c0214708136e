package io.reprise.session.fork;

import io.reprise.config.Settings;
import io.reprise.history.ChatMessage;
import io.reprise.history.Histories;
import io.reprise.history.SessionDirectory;
import io.reprise.history.SessionSummary;
import io.reprise.history.Workers;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage.Request;
import io.reprise.message.content.Part;
import io.reprise.session.store.Append;
import io.reprise.session.store.Change;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.Permits;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Creates a session that starts with the messages of another one. The other one does not change: only its stored log is
 * read.
 */
public final class SessionFork {
    private final With with;
    private final SessionCreation creation;
    private final SessionDirectory directory;
    private final Histories histories;
    private final ResumePoints resumePoints;
    private final Permits wholeReads;

    /** Services for copying. */
    public record With(Current<Settings> current, Workers workers, IdSource ids, WallClock time) {}

    /** @param wholeReads permits for reads of whole conversations, shared by all that make such reads */
    public SessionFork(
            With with,
            SessionCreation creation,
            SessionDirectory directory,
            Histories histories,
            ResumePoints resumePoints,
            Permits wholeReads) {
        this.with = with;
        this.creation = creation;
        this.directory = directory;
        this.histories = histories;
        this.resumePoints = resumePoints;
        this.wholeReads = wholeReads;
    }

    /** The future never fails. */
    public Future<CommandOutcome> fork(Request request, Command.Fork fork, long owner) {
        return creation.once(
                request,
                () -> directory
                        .find(request.user(), fork.source())
                        .compose(source -> source.isEmpty()
                                ? refused(Failure.notFound())
                                : permitted(request, source.get(), owner)));
    }

    private Future<CommandOutcome> permitted(Request request, SessionSummary source, long owner) {
        Optional<Failure> refusal = request.sender().refusal(source.agent());
        if (refusal.isPresent()) return refused(refusal.get());
        if (!wholeReads.take(request.user())) return refused(Failure.tooManyReads());
        return fits(request, source, owner).onComplete(done -> wholeReads.giveBack(request.user()));
    }

    private Future<CommandOutcome> fits(Request request, SessionSummary source, long owner) {
        int bytesMax = with.current().get().sessions().forkBytesMax();
        return histories
                .bytes(source.id(), source.head())
                .compose(bytes -> bytes > bytesMax
                        ? refused(Failure.conversationTooLong(bytesMax))
                        : fork(request, source, owner));
    }

    private Future<CommandOutcome> fork(Request request, SessionSummary source, long owner) {
        Command.Fork fork = (Command.Fork) request.command();
        ForkSource read = new ForkSource(fork.message());
        return histories
                .read(source.id(), source.head(), read::apply)
                .compose(done -> with.workers().run(read::messages))
                .compose(messages -> count(source.id(), read, messages, fork))
                .compose(count -> count == 0
                        ? refused(Failure.notFound(fork.message() != null ? "Message" : "Checkpoint"))
                        : make(request, source, read, count, owner));
    }

    private Future<Integer> count(String source, ForkSource read, List<ChatMessage> messages, Command.Fork fork) {
        if (fork.message() != null) return Future.succeededFuture(upTo(messages, fork.message()));
        return resumePoints
                .valid(source, fork.checkpoint())
                .map(found -> found.filter(info -> info.seq() >= read.first())
                        .map(info -> (int) messages.stream()
                                .filter(message -> message.metadata().seq() <= info.seq())
                                .count())
                        .orElse(0));
    }

    /** The number of messages up to and including this one; 0 if it is not among them. */
    private static int upTo(List<ChatMessage> messages, String message) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).id().equals(message)) return i + 1;
        }
        return 0;
    }

    private Future<CommandOutcome> make(
            Request request, SessionSummary source, ForkSource read, int count, long owner) {
        long nowMs = with.time().nowMs();
        Command.Fork fork = (Command.Fork) request.command();
        Map<String, Object> from = new LinkedHashMap<>();
        from.put("session", source.id());
        if (fork.message() == null) from.put("checkpoint", fork.checkpoint());
        else from.put("message", fork.message());
        if (read.version() > 0) from.put("version", read.version());
        String title = ForkTitle.of(source.title(), Command.TITLE_CHARS_MAX);
        var names = new SessionCreation.Names(source.agent(), title, Map.of("forkedFrom", from));
        return with.workers()
                .run(() -> new ForkedLog(request.session(), read, with.current().get(), with.ids(), nowMs)
                        .of(count, owner, source.preview()))
                .map(beginning ->
                        sharing(beginning, source.id(), read.messages().subList(0, count)))
                .compose(beginning -> creation.make(request, names, owner, beginning));
    }

    /** The files of the copied messages belong to both sessions. */
    private static Append sharing(Append beginning, String source, List<ChatMessage> messages) {
        List<Change> changes = new ArrayList<>(beginning.changes());
        messages.stream()
                .filter(message -> message.content() != null)
                .flatMap(message -> message.content().files().stream())
                .map(Part.File::attachment)
                .distinct()
                .forEach(file -> changes.add(new Change.AttachmentShared(source, file)));
        return new Append(
                beginning.session(),
                beginning.owner(),
                beginning.version(),
                beginning.head(),
                beginning.rows(),
                changes);
    }

    private static Future<CommandOutcome> refused(Failure failure) {
        return Future.succeededFuture(new CommandOutcome.Refused(failure));
    }
}
